/** The addresses on which media is received: those of the bound host, as browsers can reach them. */
import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { ConferenceError } from '@plenum/protocol';
import { isLoopback, isWildcard } from './reachability.ts';

/** An address to receive media on, and the one browsers are told instead of it. */
export interface MediaAddress {
  readonly ip: string;
  readonly announcedAddress?: string | undefined;
}

/** As `os.networkInterfaces()` gives them. */
export type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export interface ListenRequest {
  /** The addresses the server is bound to, names resolved. */
  readonly hosts: readonly string[];
  /** Whether only this machine is to reach it. */
  readonly isLocal: boolean;
  readonly announced: readonly string[];
}

/** @throws ConferenceError `invalid-config` where there are more announced addresses than own ones to stand for. */
export function listenAddresses(request: ListenRequest, interfaces: Interfaces): readonly MediaAddress[] {
  const own = ownAddresses(request, interfaces);
  const free = [...own];
  const announced = new Map<string, string>();
  // An announced address that is one of this machine's own needs no other to stand for it.
  for (const address of request.announced.filter((one) => !own.includes(one))) {
    const index = free.findIndex((ip) => !request.announced.includes(ip) && isIP(ip) === familyOf(address));
    const [ip] = index < 0 ? [] : free.splice(index, 1);
    if (ip === undefined) {
      throw new ConferenceError(
        'invalid-config',
        `The announced address ${address} cannot be used: this machine has no address left that it could stand for.`,
        { details: { option: 'announcedAddress', own } },
      );
    }
    announced.set(ip, address);
  }
  return own.map((ip) => {
    const announcedAddress = announced.get(ip);
    return announcedAddress === undefined ? { ip } : { ip, announcedAddress };
  });
}

/** Names are taken to lead to IPv4, which every network has. */
function familyOf(address: string): number {
  return isIP(address) === 6 ? 6 : 4;
}

function ownAddresses({ hosts, isLocal }: ListenRequest, interfaces: Interfaces): readonly string[] {
  const all = Object.values(interfaces).flatMap((infos) => infos ?? []);
  const loopback = hosts.filter((host) => isIP(host) !== 0 && isLoopback(host));
  if (isLocal) return loopback.length === 0 ? ['127.0.0.1'] : loopback;
  const usable = all.filter(isUsable).map(({ address }) => address);
  const bound = hosts.filter((host) => !isWildcard(host) && !isLoopback(host));
  const chosen = bound.length > 0 ? bound : usable;
  // A machine without a network still has calls with itself.
  return chosen.length > 0 ? [...new Set(chosen)] : ['127.0.0.1'];
}

/** Link-local addresses mean nothing without their zone, which a candidate cannot carry. */
function isUsable({ internal, address }: NetworkInterfaceInfo): boolean {
  return !internal && !/^fe[89ab]/i.test(address) && !address.startsWith('169.254.');
}
