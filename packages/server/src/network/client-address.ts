/** Who is at the other end of a request, through the proxies that are believed. */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { plainAddress } from './subnets.ts';

/** What of a request says where it comes from and what it asked for. */
export interface RequestPlace {
  /** The address of the client. */
  readonly address: string;
  /** Host and port as the client named them. */
  readonly host: string | undefined;
}

export function placeOf(
  {
    headers,
    socket,
  }: Pick<IncomingMessage, 'headers'> & { readonly socket: { remoteAddress?: string | undefined } },
  isTrustedProxy: (address: string) => boolean,
): RequestPlace {
  const peer = plainAddress(socket.remoteAddress ?? '');
  if (!isTrustedProxy(peer)) return { address: peer, host: headers.host };
  const forwardedHost = firstOf(headers['x-forwarded-host']);
  return {
    address: clientBehind(peer, firstHeader(headers['x-forwarded-for']), isTrustedProxy),
    host: forwardedHost ?? headers.host,
  };
}

/** The last address in the chain that no believed proxy has: further left, anybody may have written anything. */
function clientBehind(peer: string, chain: string, isTrustedProxy: (address: string) => boolean): string {
  const hops = chain
    .split(',')
    .map((hop) => plainAddress(hop.trim()))
    .filter((hop) => hop !== '');
  return hops.findLast((hop) => !isTrustedProxy(hop)) ?? hops[0] ?? peer;
}

function firstHeader(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(',') : (value ?? '');
}

function firstOf(value: string | string[] | undefined): string | undefined {
  return firstHeader(value).split(',')[0]?.trim() || undefined;
}

/** The word that limits are counted by: an IPv6 host owns a whole /64, so its addresses count as one. */
export function limitKeyOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const tailGroups = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - tailGroups.length) }, () => '0');
  const network = [...groups, ...zeros, ...tailGroups].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
