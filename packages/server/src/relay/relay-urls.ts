/** The URLs by which browsers find the relay (RFC 7064, RFC 7065). */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { MediaAddress } from '../network/listen-addresses.ts';
import { formatHost } from '../network/reachability.ts';

export interface RelayPlace {
  readonly hosts: readonly string[];
  readonly port: number;
  readonly tls: { readonly host: string; readonly port: number } | undefined;
}

export interface RelayUrls {
  readonly stun: readonly string[];
  readonly turn: readonly string[];
}

/** UDP first: browsers try all, and that is the best that works. */
export function relayUrls({ hosts, port, tls }: RelayPlace): RelayUrls {
  const places = hosts.map((host) => `${formatHost(host)}:${port}`);
  const secure = tls === undefined ? [] : [`turns:${formatHost(tls.host)}:${tls.port}?transport=tcp`];
  return {
    stun: places.map((place) => `stun:${place}`),
    turn: [
      ...(['udp', 'tcp'] as const).flatMap((way) => places.map((place) => `turn:${place}?transport=${way}`)),
      ...secure,
    ],
  };
}

/** The first address of each family: browsers ask every URL they are given, and more would only slow them. */
export function relayHosts(addresses: readonly MediaAddress[]): readonly string[] {
  // What is announced was chosen by the operator; of the rest the first is the machine's main one.
  const announced = addresses.flatMap(({ announcedAddress }) => announcedAddress ?? []);
  const candidates = announced.length > 0 ? announced : addresses.map(({ ip }) => ip);
  const isV6 = (host: string) => isIP(host) === 6;
  const firsts = [candidates.find((host) => !isV6(host)), candidates.find(isV6)];
  return firsts.filter((host) => host !== undefined);
}

/** A name that the certificate is for, the public one if it is; undefined where a browser would accept none. */
export function nameInCertificate(
  certificate: X509Certificate,
  publicUrl: string | undefined,
  hosts: readonly string[],
): string | undefined {
  const publicHost = publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')];
  const own = [...(certificate.subjectAltName ?? '').matchAll(/DNS:([^,\s*]+)(?:,|$)/g)].map(
    ([, name = '']) => name,
  );
  return [...publicHost, ...own, ...hosts].find((host) =>
    isIP(host) === 0 ? certificate.checkHost(host) !== undefined : certificate.checkIP(host) !== undefined,
  );
}
