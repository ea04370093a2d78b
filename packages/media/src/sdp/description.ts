/**
 * Reads SDP text from outside into plain values, with bounds. sdp-transform's own types promise more than its parser
 * keeps (numbers where text is promised, and the reverse), so nothing of it is let through unchecked.
 */
import { ConferenceError } from '@plenum/protocol';
import type { DtlsFingerprint } from 'mediasoup/types';
import { type MediaDescription, parse } from 'sdp-transform';

/** UTF-16 units; a browser's answer to an offer of 40 m-lines is about 60 000. */
const maxLength = 200_000;
// Chromium's longest line is a candidate of some 200.
const maxLineLength = 4_096;
const maxSections = 128;
/** A browser's answer to as many m-lines as we offer has some 1,500. */
const maxLines = 5_000;
// Of rtpmap, rtcp-fb, ssrc and the like in one m-section.
const maxAttributes = 256;

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface Description {
  /** The mids that share the transport (RFC 9143). */
  readonly bundle: ReadonlySet<string>;
  readonly sections: readonly Section[];
}

/** One m-line with its attributes; what may stand at the session's level is repeated in each. */
export interface Section {
  readonly kind: string;
  readonly port: number;
  /** It has no port of its own: it is there only with the others of its bundle (RFC 9143 section 6). */
  readonly isBundleOnly: boolean;
  readonly protocol: string;
  readonly payloadTypes: readonly number[];
  readonly mid: string;
  readonly direction: Direction;
  readonly hasRtcpMux: boolean;
  readonly setup: string | undefined;
  readonly fingerprint: DtlsFingerprint | undefined;
  readonly codecs: ReadonlyMap<number, CodecLine>;
  readonly feedback: readonly {
    readonly payloadType: string;
    readonly type: string;
    readonly parameter: string;
  }[];
  readonly extensions: readonly { readonly id: number; readonly uri: string }[];
  /** The rids of `a=simulcast:send`, in its order and without alternatives. */
  readonly sentLayers: readonly string[];
  /** The rids declared by `a=rid:… send`. */
  readonly declaredRids: readonly string[];
  readonly ssrcs: readonly number[];
  /** Media SSRC to the SSRC of its retransmissions (RFC 5576 section 4.2, semantics FID). */
  readonly retransmissions: ReadonlyMap<number, number>;
  readonly cname: string | undefined;
}

export interface CodecLine {
  /** As written, such as `VP8`. */
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number | undefined;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Says that an answer is no answer to our offer, and where. */
export function invalidAnswer(
  reason: string,
  details: Readonly<Record<string, unknown>> = {},
): ConferenceError {
  return new ConferenceError('invalid-answer', undefined, { details: { reason, ...details } });
}

/** @throws ConferenceError `invalid-answer` for text that is too long or not SDP. */
export function readDescription(sdp: string): Description {
  if (sdp.length > maxLength) throw invalidAnswer('too long');
  if (!sdp.startsWith('v=0')) throw invalidAnswer('not SDP');
  const lines = sdp.split('\n');
  if (lines.length > maxLines) throw invalidAnswer('too many lines');
  if (lines.some((line) => line.length > maxLineLength)) throw invalidAnswer('line too long');
  const parsed = parse(sdp);
  if (parsed.media.length > maxSections) throw invalidAnswer('too many m-lines');
  const { setup, fingerprint, direction } = parsed;
  const shared = { setup, fingerprint, direction };
  return {
    bundle: readBundle(parsed.groups),
    sections: parsed.media.map((media) => readSection({ ...shared, ...media } as MediaDescription)),
  };
}

function readBundle(groups: readonly { type: string; mids: string }[] | undefined): ReadonlySet<string> {
  const bundle = groups?.find((group) => group.type === 'BUNDLE');
  return new Set(bundle === undefined ? [] : words(bundle.mids));
}

function readSection(media: MediaDescription): Section {
  return {
    kind: text(media.type),
    port: integer(media.port, 65_535),
    isBundleOnly: media.bundleOnly !== undefined,
    protocol: text(media.protocol),
    payloadTypes:
      media.type === 'application'
        ? []
        : words(media.payloads).map((payload) => integer(Number(payload), 127)),
    mid: text(media.mid),
    direction: media.direction ?? 'sendrecv',
    hasRtcpMux: media.rtcpMux !== undefined,
    setup: media.setup === undefined ? undefined : text(media.setup),
    fingerprint: media.fingerprint === undefined ? undefined : readFingerprint(media.fingerprint),
    codecs: readCodecs(media),
    feedback: bounded(media.rtcpFb).map(({ payload, type, subtype }) => ({
      payloadType: text(payload),
      type: text(type),
      parameter: text(subtype ?? ''),
    })),
    extensions: bounded(media.ext).map(({ value, uri }) => ({ id: integer(value, 255), uri: text(uri) })),
    ...readLayers(media),
    ...readStreams(media),
  };
}

function readCodecs(media: MediaDescription): ReadonlyMap<number, CodecLine> {
  const parameters = new Map<number, ReadonlyMap<string, string>>();
  for (const { payload, config } of bounded(media.fmtp)) {
    parameters.set(integer(payload, 127), readParameters(text(config)));
  }
  const codecs = new Map<number, CodecLine>();
  for (const { payload, codec, rate, encoding } of bounded(media.rtp)) {
    const payloadType = integer(payload, 127);
    codecs.set(payloadType, {
      name: text(codec),
      clockRate: integer(rate ?? 0, 1_000_000),
      channels: encoding === undefined ? undefined : integer(encoding, 255),
      parameters: parameters.get(payloadType) ?? new Map(),
    });
  }
  return codecs;
}

function readParameters(config: string): ReadonlyMap<string, string> {
  const pairs = config.split(';').map((pair) => pair.trim().split('=', 2));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}

function readLayers(media: MediaDescription): Pick<Section, 'sentLayers' | 'declaredRids'> {
  const { simulcast } = media;
  const list =
    simulcast?.dir1 === 'send' ? simulcast.list1 : simulcast?.dir2 === 'send' ? simulcast.list2 : '';
  // RFC 8853 section 5.1: layers by `;`, alternatives of one by `,`, `~` before one that starts paused.
  const firsts = text(list ?? '')
    .split(';')
    .map((layer) => (layer.split(',')[0] ?? '').replace(/^~/, ''));
  const sent = bounded(media.rids).filter((rid) => rid.direction === 'send');
  return { sentLayers: firsts.filter((rid) => rid !== ''), declaredRids: sent.map((rid) => text(rid.id)) };
}

function readStreams(media: MediaDescription): Pick<Section, 'ssrcs' | 'retransmissions' | 'cname'> {
  const ssrcs = new Set<number>();
  let cname: string | undefined;
  for (const { id, attribute, value } of bounded(media.ssrcs)) {
    ssrcs.add(readSsrc(id));
    if (attribute === 'cname') cname = readCname(value);
  }
  return { ssrcs: [...ssrcs], retransmissions: readRetransmissions(media), cname };
}

function readRetransmissions(media: MediaDescription): ReadonlyMap<number, number> {
  const pairs = bounded(media.ssrcGroups)
    .filter((group) => group.semantics === 'FID')
    .map((group) => words(group.ssrcs).map((word) => readSsrc(Number(word))));
  const members = pairs.flat();
  if (pairs.some((pair) => pair.length !== 2)) throw invalidAnswer('ssrc-group');
  if (new Set(members).size !== members.length) throw invalidAnswer('ssrc grouped twice');
  return new Map(pairs.map(([mediaSsrc = 0, rtxSsrc = 0]) => [mediaSsrc, rtxSsrc]));
}

function readSsrc(value: unknown): number {
  const ssrc = integer(value, 0xffff_ffff);
  if (ssrc === 0) throw invalidAnswer('ssrc');
  return ssrc;
}

/** RFC 3550 section 6.5.1 gives a cname one byte for its length. */
function readCname(value: unknown): string {
  const cname = text(value ?? '');
  if (!/^[\x21-\x7e]{1,255}$/.test(cname)) throw invalidAnswer('cname');
  return cname;
}

// Bytes of the digests that RFC 8122 section 5 names and that are still thought safe.
const digestLengths = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 } as const;

function readFingerprint({ type, hash }: { type: unknown; hash: unknown }): DtlsFingerprint {
  const algorithm = text(type).toLowerCase();
  const value = text(hash).toUpperCase();
  if (!isDigest(algorithm)) throw invalidAnswer('fingerprint algorithm');
  const pattern = new RegExp(`^[0-9A-F]{2}(?::[0-9A-F]{2}){${digestLengths[algorithm] - 1}}$`);
  if (!pattern.test(value)) throw invalidAnswer('fingerprint');
  return { algorithm, value };
}

function isDigest(algorithm: string): algorithm is keyof typeof digestLengths {
  return Object.hasOwn(digestLengths, algorithm);
}

function bounded<T>(list: readonly T[] | undefined): readonly T[] {
  if (list !== undefined && list.length > maxAttributes) throw invalidAnswer('too many attributes');
  return list ?? [];
}

function words(value: unknown): string[] {
  const list = text(value ?? '')
    .split(' ')
    .filter((word) => word !== '');
  if (list.length > maxAttributes) throw invalidAnswer('list too long');
  return list;
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw invalidAnswer('attribute missing');
}

function integer(value: unknown, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw invalidAnswer('number out of range');
}
