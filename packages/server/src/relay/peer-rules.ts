/**
 * Whom the relay sends to. Without these rules everybody in a call could reach what only this machine can: its own services,
 * the network behind it, a cloud's metadata. What is allowed goes before what is denied.
 */
import { isIP } from 'node:net';
import type { MediaAddress } from '../network/listen-addresses.ts';
import { createSubnetTest, parseSubnet, rangeOf } from '../network/subnets.ts';

/** What is no address on the public network (RFC 6890), and what holds another address in it. */
const deniedSubnets = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Without `::`, which coturn refuses by itself: a range that begins or ends there it takes for one of all addresses.
  '::1/128',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
] as const;

const isLoopback = createSubnetTest(['127.0.0.0/8', '::1']);

export interface PeerRules {
  /** Each `first-last`. */
  readonly denied: readonly string[];
  readonly allowed: readonly string[];
  /** coturn refuses loopback, whatever else is allowed, unless it is told otherwise. */
  readonly isLoopbackAllowed: boolean;
}

/**
 * @param addresses Where the relay sends from.
 * @param alsoAllowed Addresses or subnets.
 */
export function peerRules(addresses: readonly MediaAddress[], alsoAllowed: readonly string[]): PeerRules {
  const allowed = [...new Set([...ownAddresses(addresses), ...alsoAllowed])];
  return {
    denied: deniedSubnets.map(toRange),
    allowed: allowed.map(toRange),
    isLoopbackAllowed: allowed.some((text) => isLoopback(parseSubnet(text)?.address ?? '')),
  };
}

/** As themselves and as announced. An announced name is for coturn to map, and what it maps to is among them. */
export function ownAddresses(addresses: readonly MediaAddress[]): readonly string[] {
  const own = addresses.flatMap(({ ip, announcedAddress = ip }) => [ip, announcedAddress]);
  return own.filter((address) => isIP(address) !== 0);
}

function toRange(text: string): string {
  const subnet = parseSubnet(text);
  if (subnet === undefined) throw new TypeError(`${text} is no subnet`);
  return rangeOf(subnet).join('-');
}
