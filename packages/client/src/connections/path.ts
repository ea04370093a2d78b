/** Which way a connection goes, read from a browser's statistics. */
import {
  type AddressFamily,
  type CandidateType,
  candidateTypes,
  type TransportProtocol,
  transportProtocols,
} from '@plenum/protocol';
import { numberIn, oneOf, type Stat, type Stats, selectedPair, statsOf, textIn } from './stats.ts';

/** What a browser does not say is undefined: Firefox tells nothing of DTLS and SRTP. */
export interface ConnectionPath {
  /** What one's own end is. */
  readonly local: CandidateType | undefined;
  readonly remote: CandidateType | undefined;
  /** Of a relay of one's own, what one reaches it by. */
  readonly protocol: TransportProtocol | undefined;
  readonly family: AddressFamily | undefined;
  /** Milliseconds there and back. */
  readonly roundTripMs: number | undefined;
  /** Such as `DTLS 1.2`. */
  readonly dtlsVersion: string | undefined;
  /** As IANA names it, such as `TLS_AES_128_GCM_SHA256`. */
  readonly dtlsCipher: string | undefined;
  /** As IANA names it, such as `AEAD_AES_128_GCM` (RFC 7714). */
  readonly srtpCipher: string | undefined;
}

/** Undefined as long as there is none. */
export function describePath(stats: Stats): ConnectionPath | undefined {
  const pair = selectedPair(stats);
  if (pair === undefined) return undefined;
  const local = candidateOf(stats, pair, 'localCandidateId');
  const remote = candidateOf(stats, pair, 'remoteCandidateId');
  const [transport] = statsOf(stats, 'transport');
  return {
    local: typeOf(local),
    remote: typeOf(remote),
    protocol: protocolOf(local),
    family: familyOf(textIn(local, 'address')) ?? familyOf(textIn(remote, 'address')),
    roundTripMs: roundTripOf(stats, pair),
    dtlsVersion: dtlsVersionOf(textIn(transport, 'tlsVersion')),
    dtlsCipher: textIn(transport, 'dtlsCipher'),
    srtpCipher: textIn(transport, 'srtpCipher'),
  };
}

function candidateOf(stats: Stats, pair: Stat, member: string): Stat | undefined {
  return stats.get(textIn(pair, member) ?? '');
}

export function typeOf(candidate: Stat | undefined): CandidateType | undefined {
  return oneOf(candidateTypes, textIn(candidate, 'candidateType'));
}

function protocolOf(local: Stat | undefined): TransportProtocol | undefined {
  const toRelay = typeOf(local) === 'relay' ? textIn(local, 'relayProtocol') : undefined;
  return oneOf(transportProtocols, toRelay ?? textIn(local, 'protocol'));
}

/** Browsers put a name in place of an address that the page is not to know (mDNS, `….local`). */
function familyOf(address: string | undefined): AddressFamily | undefined {
  if (address === undefined) return undefined;
  if (address.includes(':')) return 'IPv6';
  return /^\d+(\.\d+){3}$/.test(address) ? 'IPv4' : undefined;
}

/** Of the checks of the connection; where the browser does not count those, of the other side's reports. */
function roundTripOf(stats: Stats, pair: Stat): number | undefined {
  const ofReports = statsOf(stats, 'remote-inbound-rtp').map((report) => numberIn(report, 'roundTripTime'));
  const [shortest] = ofReports.filter((time) => time !== undefined).toSorted((a, b) => a - b);
  const seconds = numberIn(pair, 'currentRoundTripTime') ?? shortest;
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

/** The version on the wire is the ones' complement of the number (RFC 9147 section 5.3). */
function dtlsVersionOf(onWire: string | undefined): string | undefined {
  const known: Readonly<Record<string, string>> = { FEFF: 'DTLS 1.0', FEFD: 'DTLS 1.2', FEFC: 'DTLS 1.3' };
  return onWire === undefined ? undefined : known[onWire.toUpperCase()];
}
