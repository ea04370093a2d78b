/** The file that tells coturn what to do. What it holds is secret, so nothing of it goes into arguments. */
import { join } from 'node:path';
import { ConferenceError } from '@plenum/protocol';
import type { MediaAddress } from '../network/listen-addresses.ts';
import { peerRules } from './peer-rules.ts';

export interface CoturnSettings {
  /** To be asked on, and to send from. */
  readonly addresses: readonly MediaAddress[];
  /** For UDP and TCP. */
  readonly port: number;
  readonly tls: { readonly port: number; readonly cert: string; readonly key: string } | undefined;
  readonly minPort: number;
  readonly maxPort: number;
  /** Addresses or subnets that may be sent to although they are private. */
  readonly allowedPeers: readonly string[];
  readonly realm: string;
  /** Shared with whoever issues credentials. */
  readonly secret: string;
  /** Where it may write. */
  readonly folder: string;
}

/**
 * Allocations of one participant at once: browsers make one for each URL and each of their networks, and for a while twice
 * as many after an ICE restart.
 */
const allocationsPerUser = 32;

type Line = readonly [name: string, value?: string | number];

/** Absolute paths only: relative ones would be looked for beside the file. */
export function formatCoturnConfig(settings: CoturnSettings): string {
  const lines = [...listening(settings), ...security(settings), ...housekeeping(settings)];
  return `${lines.map(formatLine).join('\n')}\n`;
}

function listening({ addresses, port, tls, minPort, maxPort }: CoturnSettings): readonly Line[] {
  return [
    ['listening-port', port],
    ...addresses.map(({ ip }): Line => ['listening-ip', ip]),
    ...addresses.map(({ ip }): Line => ['relay-ip', ip]),
    ...addresses.flatMap(({ ip, announcedAddress }): readonly Line[] =>
      announcedAddress === undefined ? [] : [['external-ip', `${announcedAddress}/${ip}`]],
    ),
    ['min-port', minPort],
    ['max-port', maxPort],
    ...tlsLines(tls),
    ['no-dtls'],
    // Without these a binding request is answered by more than it asked for, to whomever it claims to be from.
    ['no-rfc5780'],
    ['no-stun-backward-compatibility'],
    ['response-origin-only-with-rfc5780'],
  ];
}

function tlsLines(tls: CoturnSettings['tls']): readonly Line[] {
  if (tls === undefined) return [['no-tls']];
  return [
    ['tls-listening-port', tls.port],
    ['cert', tls.cert],
    ['pkey', tls.key],
    ['no-tlsv1'],
    ['no-tlsv1_1'],
  ];
}

function security(settings: CoturnSettings): readonly Line[] {
  const { addresses, allowedPeers, realm, secret, minPort, maxPort } = settings;
  const { denied, allowed, isLoopbackAllowed } = peerRules(addresses, allowedPeers);
  return [
    ['use-auth-secret'],
    ['static-auth-secret', secret],
    ['realm', realm],
    ['fingerprint'],
    ['user-quota', allocationsPerUser],
    ['total-quota', maxPort - minPort + 1],
    // Media is sent in datagrams; TCP to others (RFC 6062) would only serve to look around.
    ['no-tcp-relay'],
    ['no-multicast-peers'],
    ...(isLoopbackAllowed ? [['allow-loopback-peers'] as const] : []),
    ...denied.map((range): Line => ['denied-peer-ip', range]),
    ...allowed.map((range): Line => ['allowed-peer-ip', range]),
    ['no-cli'],
    ['no-software-attribute'],
  ];
}

function housekeeping({ folder }: CoturnSettings): readonly Line[] {
  return [
    ['log-file', 'stdout'],
    ['simple-log'],
    ['pidfile', join(folder, 'turnserver.pid')],
    // Not needed, but made all the same.
    ['userdb', join(folder, 'users.sqlite')],
  ];
}

function formatLine([name, value]: Line): string {
  const text = value === undefined ? name : `${name}=${value}`;
  // Of a path from the configuration: the rest would be another option.
  if (/[\r\n]/.test(text)) throw new ConferenceError('invalid-config', `The relay cannot use ${name}.`);
  return text;
}
