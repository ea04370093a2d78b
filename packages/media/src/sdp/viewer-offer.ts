/**
 * Reads an offer of the other side to receive (RFC 3264, draft-ietf-wish-whep) and decides what of it is taken. The numbers are the
 * other side's, and nothing that is sent can be mapped to them: so media comes from a router that was made with these payload types,
 * and no header extensions are taken, since the engine writes them under ids of its own.
 */
import { ConferenceError, type Kind } from '@plenum/protocol';
import type { RtpCapabilities, RtpCodecCapability } from 'mediasoup/types';
import type { MixCodec } from '../media-server.ts';
import {
  asOffer,
  checkSection,
  dtlsOf,
  isOpen,
  payloadTypeOf,
  type RefusedLine,
  refuse,
} from './accepted-offer.ts';
import type { Answer } from './answer.ts';
import {
  type CodecLine,
  type Description,
  invalidAnswer,
  readDescription,
  type Section,
} from './description.ts';
import { sharedDtls } from './dtls.ts';
import { readIceCredentials } from './fragment.ts';
import { isRtx, type SlotLine } from './plan.ts';
import { commonFeedback } from './rtp-parameters.ts';

/** Under which number a viewer wants which of the router's codecs. */
export interface ViewedCodec {
  /** As the router names it, such as `video/VP8`. */
  readonly mimeType: string;
  readonly payloadType: number;
}

export interface ViewerOffer {
  /** One for each m-line of the offer, in its order. */
  readonly lines: readonly (SlotLine | RefusedLine)[];
  /** What is taken, in the words of the engine: it has one profile of H.264, whichever the answer names. */
  readonly plan: readonly SlotLine[];
  /** As if what is taken had been offered by us and answered. */
  readonly answer: Answer;
  readonly codecs: readonly ViewedCodec[];
}

/** Players show the one stream that they are told of, and keep what is in it in step. */
const streamId = 'composite';

/** A codec as the answer has it, and as the engine knows it. */
interface Common {
  readonly written: RtpCodecCapability;
  readonly known: RtpCodecCapability;
}

interface Taken {
  readonly line: SlotLine;
  readonly known: readonly RtpCodecCapability[];
  readonly codecs: readonly ViewedCodec[];
}

/**
 * Takes the first m-line of each kind on which the other side wants to receive, and refuses the others.
 * @param router What the room's router can do.
 * @throws ConferenceError `invalid-offer` for text that is no offer to receive anything, `unsupported-media` without a common
 * codec. Nothing else is thrown, whatever the text.
 */
export function parseViewerOffer(sdp: string, router: RtpCapabilities): ViewerOffer {
  return asOffer(() => {
    if (readIceCredentials(sdp) === undefined) throw invalidAnswer('ICE credentials missing');
    return accept(readDescription(sdp), router);
  });
}

function accept(description: Description, router: RtpCapabilities): ViewerOffer {
  const { sections } = description;
  const wanted = (['audio', 'video'] as const).flatMap(
    (kind) =>
      sections.find((section) => section.kind === kind && isOpen(section) && isReceived(section)) ?? [],
  );
  if (wanted.length === 0) throw invalidAnswer('nothing is to be received');
  const taken = new Map(wanted.flatMap((section) => take(section, router)));
  if (taken.size === 0) throw new ConferenceError('unsupported-media');
  const accepted = [...taken.keys()];
  for (const section of accepted) checkSection(section, description, accepted.length);
  checkPayloadTypes(accepted);
  return {
    lines: sections.map((section) => taken.get(section)?.line ?? refuse(section)),
    plan: [...taken.values()].map(({ line, known }) => ({ ...line, codecs: known })),
    answer: {
      dtls: dtlsOf(sharedDtls(accepted)),
      sources: new Map(),
      slots: new Map(
        [...taken.values()].map(({ line, known }) => [
          line.mid,
          { codecs: [...known], headerExtensions: [] },
        ]),
      ),
      hasData: false,
      rejected: new Set(),
    },
    codecs: [...taken.values()].flatMap(({ codecs }) => codecs),
  };
}

/** Who offers to send as well is sent to, and nothing is taken of it. */
function isReceived({ direction }: Section): boolean {
  return direction === 'recvonly' || direction === 'sendrecv';
}

/** Without the mid in each packet it is the payload type that says which m-line it is for (RFC 8843 section 9.2). */
function checkPayloadTypes(sections: readonly Section[]): void {
  const all = sections.flatMap(({ payloadTypes }) => payloadTypes);
  if (new Set(all).size !== all.length) throw invalidAnswer('payload type used twice');
}

function take(section: Section, router: RtpCapabilities): [Section, Taken][] {
  const common = commonCodecs(section, router).map(({ written, known }) => {
    const rtcpFeedback = feedbackFor(written, section);
    return { written: { ...written, rtcpFeedback }, known: { ...known, rtcpFeedback } };
  });
  if (common.length === 0) return [];
  const kind = section.kind as Kind;
  const codecs = common.map(({ written }) => written);
  const line: SlotLine = { use: 'slot', mid: section.mid, kind, codecs, headerExtensions: [], streamId };
  const taken = {
    line,
    known: common.map(({ known }) => known),
    codecs: codecs.map(({ mimeType, preferredPayloadType: payloadType }) => ({ mimeType, payloadType })),
  };
  return [[section, taken]];
}

/**
 * Without retransmission streams: their payload types cannot be chosen. What is lost is sent again as it was (RFC 4585), which every
 * receiver takes that asks for it.
 */
function commonCodecs(section: Section, router: RtpCapabilities): Common[] {
  const ofKind = (router.codecs ?? []).filter((codec) => codec.kind === section.kind && !isRtx(codec));
  return ofKind.flatMap((codec) => {
    const found = isH264(codec) ? findH264(section) : withSame(payloadTypeOf(codec, section), codec);
    if (found === undefined) return [];
    const { payloadType: preferredPayloadType, parameters } = found;
    return [
      { written: { ...codec, preferredPayloadType, parameters }, known: { ...codec, preferredPayloadType } },
    ];
  });
}

interface Found {
  readonly payloadType: number;
  readonly parameters: NonNullable<RtpCodecCapability['parameters']>;
}

function withSame(
  payloadType: number | undefined,
  { parameters = {} }: RtpCodecCapability,
): Found | undefined {
  return payloadType === undefined ? undefined : { payloadType, parameters };
}

function isH264({ mimeType }: RtpCodecCapability): boolean {
  return mimeType.toLowerCase() === 'video/h264';
}

/**
 * The beginnings of `profile-level-id` by which constrained baseline is decoded too, the nearest first: constrained baseline itself,
 * baseline, main and the two high profiles (RFC 6184 section 8.1, table 5). The answer names the one that was offered.
 */
const decodingProfiles = ['42e0', '42c0', '4200', '4d00', '4d40', '6400', '640c'];

function findH264({ payloadTypes, codecs }: Section): Found | undefined {
  const offered = payloadTypes.flatMap((payloadType) => {
    const codec = codecs.get(payloadType);
    const rank = codec === undefined ? -1 : decodingProfiles.indexOf(profileOf(codec));
    // Sent in fragments, whatever else is offered.
    const isDecoded = rank >= 0 && codec?.parameters.get('packetization-mode') === '1';
    return isDecoded ? [{ payloadType, codec, rank }] : [];
  });
  const nearest = offered.toSorted((a, b) => a.rank - b.rank)[0];
  if (nearest === undefined) return undefined;
  const { payloadType, codec } = nearest;
  const kept = [...codec.parameters].filter(([name]) => h264Parameters.has(name));
  return { payloadType, parameters: Object.fromEntries(kept) };
}

const h264Parameters = new Set(['profile-level-id', 'packetization-mode', 'level-asymmetry-allowed']);

function profileOf({ name, clockRate, parameters }: CodecLine): string {
  if (name.toLowerCase() !== 'h264' || clockRate !== 90_000) return '';
  return (parameters.get('profile-level-id') ?? '').toLowerCase().slice(0, 4);
}

/** Bandwidth is not fed back: nothing that it could be measured by is in the packets. */
function feedbackFor(codec: RtpCodecCapability, section: Section) {
  return commonFeedback(codec, section).filter(({ type }) => type !== 'transport-cc' && type !== 'goog-remb');
}

/** Of which mixes a viewer can be shown the picture. */
export function mixCodecsOf({ codecs }: Pick<ViewerOffer, 'codecs'>): ReadonlySet<MixCodec> {
  const names = new Set(codecs.map(({ mimeType }) => mimeType.toLowerCase()));
  return new Set((['h264', 'vp8'] as const).filter((codec) => names.has(`video/${codec}`)));
}
