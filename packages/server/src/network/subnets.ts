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

/** The first and the last address of a subnet. */
export function rangeOf({ address, family, prefix }: Subnet): readonly [first: string, last: string] {
  const bits = family === 'ipv4' ? 32 : 128;
  const hostMask = (1n << BigInt(bits - prefix)) - 1n;
  const number = numberOf(address, family);
  return [formatNumber(number & ~hostMask, family), formatNumber(number | hostMask, family)];
}

function numberOf(address: string, family: Subnet['family']): bigint {
  if (family === 'ipv4') return address.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  // The URL parser writes every IPv6 address in one form: hexadecimal, with one `::` at most.
  const plain = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = [], tail] = plain.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const missing = tail === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function formatNumber(number: bigint, family: Subnet['family']): string {
  const [parts, bits] = family === 'ipv4' ? [4, 8n] : [8, 16n];
  const mask = (1n << bits) - 1n;
  const groups = Array.from({ length: parts }, (_, i) => (number >> (bits * BigInt(parts - 1 - i))) & mask);
  return family === 'ipv4' ? groups.join('.') : groups.map((group) => group.toString(16)).join(':');
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
