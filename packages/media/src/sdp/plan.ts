/**
 * The m-lines of a connection before they are SDP: what the offer is written from and what the answer is held against.
 * How many there are depends on what is asked for, never on who is in the room.
 */
import { type Capabilities, ConferenceError, type Kind, kindOf, type Source } from '@plenum/protocol';
import type {
  RtpCapabilities,
  RtpCodecCapability,
  RtpHeaderExtension,
  RtpHeaderExtensionParameters,
} from 'mediasoup/types';
import type { SlotCounts } from '../media-server.ts';
import { publishedVideo } from './media-profile.ts';

/** One m-line to be offered. */
export type PlannedLine = MediaLine | DataLine;

/** One m-line for sound or pictures. */
export type MediaLine = PublishLine | SlotLine;

/** The m-line for all data channels (RFC 8841). */
export interface DataLine {
  readonly use: 'data';
  readonly mid: string;
  readonly kind: 'application';
}

interface Line {
  /** Short: it is in every packet that is received. */
  readonly mid: string;
  readonly kind: Kind;
  readonly codecs: readonly RtpCodecCapability[];
  readonly headerExtensions: readonly RtpHeaderExtension[];
}

/** An m-line on which the other side may publish one source. */
export interface PublishLine extends Line {
  readonly use: 'publish';
  readonly source: Source;
  /** The simulcast layers' rids (RFC 8853), lowest first; empty for a source that is sent once. */
  readonly layers: readonly string[];
}

/** An m-line prepared for the other side to receive on. */
export interface SlotLine extends Line {
  readonly use: 'slot';
  /** What shares it is shown together; a stream of its own unless given. */
  readonly streamId?: string | undefined;
}

/** The m-lines in their order. */
export type OfferPlan = readonly PlannedLine[];

/** The m-lines that are asked for. */
export interface LinesWish {
  readonly sources: readonly Source[];
  readonly slots: SlotCounts;
}

/** What is asked for. */
export interface OfferWish extends LinesWish {
  readonly capabilities?: Capabilities | undefined;
  /** Whether there are to be data channels. */
  readonly hasData?: boolean;
}

const cameraLayers = ['l', 'm', 'h'] as const;

/**
 * Plans one m-line for each source and slot, publishing first, with what both sides can do; between them one for data.
 * @throws ConferenceError `unsupported-media` where a kind that is asked for has no codec in common.
 */
export function planOffer(router: RtpCapabilities, wish: OfferWish): OfferPlan {
  return extendPlan([], router, wish);
}

/** The plan with more behind what is there: m-lines are never taken back (RFC 8829 section 5.2.2). */
export function extendPlan(
  plan: OfferPlan,
  router: RtpCapabilities,
  { sources, slots, capabilities, hasData = false }: OfferWish,
): OfferPlan {
  const lines = [...plan];
  const nextMid = () => lines.length.toString(36);
  const present = publishOn(plan);
  for (const source of new Set(sources)) {
    if (present.has(source)) continue;
    const kind = kindOf(source);
    const published = { codecs: withRtx(router, ({ mimeType }) => isPublished(mimeType)) };
    const codecs = commonCodecs(published, kind, capabilities?.send[kind]).map((codec) =>
      codecFor(source, codec),
    );
    const headerExtensions = extensionsOf(router, kind, 'recvonly');
    const layers = source === 'camera' ? cameraLayers : [];
    lines.push({ use: 'publish', mid: nextMid(), kind, source, codecs, headerExtensions, layers });
  }
  if (hasData) lines.push({ use: 'data', mid: nextMid(), kind: 'application' });
  for (const kind of ['audio', 'video'] as const) {
    if (slots[kind] === 0) continue;
    const codecs = commonCodecs(router, kind, capabilities?.receive[kind]);
    if (!codecs.some(({ mimeType }) => isPublished(mimeType))) throw unsupported(kind);
    const headerExtensions = extensionsOf(router, kind, 'sendonly');
    for (let index = 0; index < slots[kind]; index++) {
      lines.push({ use: 'slot', mid: nextMid(), kind, codecs, headerExtensions });
    }
  }
  return lines;
}

/** The mid on which each source is to be published. */
export function publishOn(plan: OfferPlan): ReadonlyMap<Source, string> {
  return new Map(plan.flatMap((line) => (line.use === 'publish' ? [[line.source, line.mid]] : [])));
}

// Music and films: both channels, and nothing left out (RFC 7587 section 6.1). In bit/s.
const screenSound = { stereo: 1, maxaveragebitrate: 128_000 };

function codecFor(source: Source, codec: RtpCodecCapability): RtpCodecCapability {
  if (source !== 'screen-audio') return codec;
  const { usedtx: _silenceLeftOut, ...parameters } = codec.parameters ?? {};
  return { ...codec, parameters: { ...parameters, ...screenSound } };
}

function commonCodecs(
  router: RtpCapabilities,
  kind: Kind,
  supported: readonly string[] | undefined,
): RtpCodecCapability[] {
  const ofKind = (router.codecs ?? []).filter((codec) => codec.kind === kind);
  if (supported === undefined) return ofKind;
  const names = new Set(supported.map((name) => name.toLowerCase()));
  const common = withRtx({ codecs: ofKind }, (codec) => names.has(codec.mimeType.toLowerCase()));
  if (common.length === 0) throw unsupported(kind);
  return common;
}

/** With their retransmission: whether that is understood shows in the answer; browsers do not list it reliably. */
function withRtx(
  { codecs = [] }: RtpCapabilities,
  isWanted: (codec: RtpCodecCapability) => boolean,
): RtpCodecCapability[] {
  const media = codecs.filter((codec) => !isRtx(codec) && isWanted(codec));
  const types = new Set<number | undefined>(media.map((codec) => codec.preferredPayloadType));
  return codecs.filter((codec) => (isRtx(codec) ? types.has(protectedType(codec)) : media.includes(codec)));
}

/** Of pictures one codec, of sound whatever there is. */
function isPublished(mimeType: string): boolean {
  return !mimeType.toLowerCase().startsWith('video/') || mimeType.toLowerCase() === publishedVideo;
}

function unsupported(kind: Kind): ConferenceError {
  return new ConferenceError('unsupported-media', undefined, { details: { kind } });
}

function extensionsOf(router: RtpCapabilities, kind: Kind, direction: 'recvonly' | 'sendonly') {
  return (router.headerExtensions ?? []).filter(
    (extension) =>
      extension.kind === kind && (extension.direction === 'sendrecv' || extension.direction === direction),
  );
}

/** Whether a codec carries retransmissions (RFC 4588) of another. */
export function isRtx(codec: { readonly mimeType: string }): boolean {
  return codec.mimeType.toLowerCase().endsWith('/rtx');
}

/** The payload type whose packets a retransmission codec carries. */
export function protectedType({ parameters = {} }: RtpCodecCapability): number | undefined {
  const { apt } = parameters;
  return typeof apt === 'number' ? apt : undefined;
}

/** What a slot can be sent, in the words a consumer is made with. */
export function slotCapabilities(line: Pick<SlotLine, 'codecs' | 'headerExtensions'>): RtpCapabilities {
  return { codecs: [...line.codecs], headerExtensions: [...line.headerExtensions] };
}

/** A header extension as a producer is told of it. */
export function toParameters({ uri, preferredId }: RtpHeaderExtension): RtpHeaderExtensionParameters {
  return { uri, id: preferredId };
}
