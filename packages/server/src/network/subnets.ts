/** Subnets in the notation of RFC 4632, `10.0.0.0/8`, and who is in them. */
import { BlockList, isIP } from 'node:net';

export interface Subnet {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

/** An address alone is a subnet of one. */
export function parseSubnet(text: string): Subnet | undefined {
  const [address = '', prefixText, ...rest] = text.split('/');
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  const isValid =
    version !== 0 && rest.length === 0 && prefixText !== '' && Number.isInteger(prefix) && prefix >= 0;
  return isValid && prefix <= bits ? { address, family: version === 4 ? 'ipv4' : 'ipv6', prefix } : undefined;
}

/** Whether an address is in one of the subnets; IPv4 in IPv6 counts as IPv4. */
export function createSubnetTest(texts: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const text of texts) {
    const subnet = parseSubnet(text);
    if (subnet !== undefined) list.addSubnet(subnet.address, subnet.prefix, subnet.family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
}

/** `::ffff:192.0.2.1`, as a socket on both families names it, without its wrapping; no zone either. */
export function plainAddress(address: string): string {
  const [bare = ''] = address.split('%');
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare;
}
