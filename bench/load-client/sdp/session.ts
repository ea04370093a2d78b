// What a native peer reads from any session description: the transport, payload types and header extensions.
import { type MediaDescription, parse, type SessionDescription } from 'sdp-transform';

export interface RemoteTransport {
  readonly address: string;
  readonly port: number;
  readonly ufrag: string;
  readonly password: string;
  /** As the SDP has it, for instance `sha-256`. */
  readonly hash: string;
  readonly fingerprint: string;
  /** Whether our side sends the nominations. */
  readonly controlling: boolean;
  readonly dtlsRole: 'client' | 'server';
}

export interface LocalTransport {
  readonly ufrag: string;
  readonly password: string;
  readonly fingerprint: string;
  /** Left out when the socket is bound to every address: an ICE-lite server needs no candidate. */
  readonly candidate?: { readonly address: string; readonly port: number };
}

export const extensionUri = {
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  rid: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  repairedRid: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  transportCc: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
} as const;

export type ExtensionName = keyof typeof extensionUri;
export type ExtensionIds = Partial<Record<ExtensionName, number>>;

/** Ids of the known header extensions of one m-line. */
export function extensionIds(media: MediaDescription): ExtensionIds {
  const ids: ExtensionIds = {};
  for (const name of Object.keys(extensionUri) as ExtensionName[]) {
    const found = media.ext?.find((ext) => ext.uri === extensionUri[name]);
    if (found) ids[name] = found.value;
  }
  return ids;
}

/** Payload type of the codec's first occurrence, and of its RTX. */
export function payloadTypesOf(media: MediaDescription, codec: string): CodecPayloadTypes | undefined {
  const payloadType = media.rtp.find((entry) => entry.codec.toLowerCase() === codec)?.payload;
  if (payloadType === undefined) return undefined;
  const rtx = repairPayloadTypes(media).find((entry) => aptOf(media, entry) === payloadType);
  return rtx === undefined ? { payloadType } : { payloadType, rtxPayloadType: rtx };
}

export interface CodecPayloadTypes {
  readonly payloadType: number;
  readonly rtxPayloadType?: number;
}

export function repairPayloadTypes(media: MediaDescription): number[] {
  return media.rtp.filter((entry) => entry.codec.toLowerCase() === 'rtx').map((entry) => entry.payload);
}

function aptOf(media: MediaDescription, payloadType: number): number | undefined {
  const config = media.fmtp.find((entry) => entry.payload === payloadType)?.config;
  const apt = config?.match(/(?:^|;\s*)apt=(\d+)/)?.[1];
  return apt === undefined ? undefined : Number(apt);
}

/** Rids of a `simulcast` line in their order, without the mark of those initially paused. */
export function simulcastRids(media: MediaDescription, direction: 'send' | 'recv'): readonly string[] {
  const { simulcast } = media;
  if (!simulcast) return [];
  const list =
    simulcast.dir1 === direction ? simulcast.list1 : simulcast.dir2 === direction ? simulcast.list2 : '';
  return (list ?? '')
    .split(';')
    .map((alternatives) => (alternatives.split(',')[0] ?? '').replace(/^~/, ''))
    .filter((rid) => rid !== '');
}

/** The transport of a bundled description: of its first m-line that is not rejected, or of the session. */
export function remoteTransport(session: SessionDescription, weOffered: boolean): RemoteTransport {
  const media = session.media.find((line) => line.port !== 0 && (line.iceUfrag ?? session.iceUfrag));
  if (!media) throw new Error('the description has no m-line with a transport');
  const fingerprint = media.fingerprint ?? session.fingerprint;
  const ufrag = media.iceUfrag ?? session.iceUfrag;
  const password = media.icePwd ?? session.icePwd;
  if (!fingerprint || !ufrag || !password) throw new Error('the description lacks ICE or DTLS parameters');
  const candidate = pickCandidate(session, media);
  return {
    address: candidate.ip,
    port: candidate.port,
    ufrag: String(ufrag),
    password: String(password),
    hash: fingerprint.type,
    fingerprint: fingerprint.hash,
    // The offerer controls unless the other side is lite, which never does (RFC 8445 §6.1.1).
    controlling: weOffered || session.icelite !== undefined,
    dtlsRole: dtlsRole(media.setup ?? session.setup, weOffered),
  };
}

/** Where an offer wants to be reached, known before there is a socket of ours to answer from. */
export function firstUdpCandidate(offerSdp: string): Pick<RemoteTransport, 'address' | 'ufrag'> {
  const { address, ufrag } = remoteTransport(parse(offerSdp), false);
  return { address, ufrag };
}

type Candidate = NonNullable<MediaDescription['candidates']>[number];

function pickCandidate(session: SessionDescription, first: MediaDescription): Candidate {
  const lines = [first, ...session.media.filter((line) => line !== first)];
  const candidates = lines
    .flatMap((line) => line.candidates ?? [])
    .filter((entry) => entry.transport.toLowerCase() === 'udp' && !entry.ip.endsWith('.local'))
    .sort((a, b) => b.priority - a.priority);
  const picked = candidates.find((entry) => !entry.ip.includes(':')) ?? candidates[0];
  if (!picked) throw new Error('the description has no UDP candidate');
  return picked;
}

function dtlsRole(setup: string | undefined, weOffered: boolean): 'client' | 'server' {
  if (setup === 'active') return 'server';
  if (setup === 'passive') return 'client';
  // `actpass` in an offer; as answerer we start, which saves the other side a wait.
  return weOffered ? 'server' : 'client';
}
