/** Draws RTP parameters from one answered m-line: only what was offered, in the offer's own words. */
import type {
  RtpCapabilities,
  RtpCodecCapability,
  RtpCodecParameters,
  RtpEncodingParameters,
  RtpHeaderExtension,
  RtpParameters,
} from 'mediasoup/types';
import { type CodecLine, invalidAnswer, type Section } from './description.ts';
import { midExtension, ridExtension } from './media-profile.ts';
import {
  isRtx,
  type MediaLine,
  type PublishLine,
  protectedType,
  type SlotLine,
  toParameters,
} from './plan.ts';

/** What a producer is made with. @throws ConferenceError `invalid-answer`. */
export function publishedParameters(line: PublishLine, section: Section): RtpParameters {
  const codecs = answeredCodecs(line, section);
  const extensions = answeredExtensions(line, section);
  const uris = new Set<string>(extensions.map((extension) => extension.uri));
  const encodings = encodingsOf(line, section, codecs.some(isRtx));
  const isSignalled = encodings.length === 1 && encodings[0]?.ssrc !== undefined;
  if (!isSignalled && !uris.has(midExtension))
    throw invalidAnswer('stream cannot be told', { mid: line.mid });
  if (encodings[0]?.rid !== undefined && !uris.has(ridExtension)) {
    throw invalidAnswer('layers cannot be told', { mid: line.mid });
  }
  return {
    mid: line.mid,
    codecs: codecs.map(codecParameters),
    headerExtensions: extensions.map(toParameters),
    encodings,
    rtcp: { reducedSize: true, ...(section.cname === undefined ? {} : { cname: section.cname }) },
  };
}

/** What a consumer is made with. @throws ConferenceError `invalid-answer`. */
export function receivableCapabilities(line: SlotLine, section: Section): RtpCapabilities {
  return { codecs: answeredCodecs(line, section), headerExtensions: answeredExtensions(line, section) };
}

/** The offered codecs that the answer keeps, with the feedback that both sides named. */
function answeredCodecs(line: MediaLine, section: Section): RtpCodecCapability[] {
  const offered = new Map(line.codecs.map((codec) => [codec.preferredPayloadType, codec]));
  const kept = new Set<number>();
  for (const payloadType of section.payloadTypes) {
    const codec = offered.get(payloadType);
    if (codec === undefined) throw invalidAnswer('payload type was not offered', { payloadType });
    if (!isSameCodec(codec, section.codecs.get(payloadType))) throw invalidAnswer('codec', { payloadType });
    kept.add(payloadType);
  }
  const codecs = line.codecs.filter(
    (codec) => kept.has(codec.preferredPayloadType) && kept.has(mediaTypeOf(codec)),
  );
  if (codecs.length === 0) throw invalidAnswer('no codec', { mid: line.mid });
  return codecs.map((codec) => ({ ...codec, rtcpFeedback: commonFeedback(codec, section) }));
}

function mediaTypeOf(codec: RtpCodecCapability): number {
  return protectedType(codec) ?? codec.preferredPayloadType;
}

export function isSameCodec(offered: RtpCodecCapability, answered: CodecLine | undefined): boolean {
  if (answered === undefined) return false;
  const name = offered.mimeType.slice(offered.mimeType.indexOf('/') + 1);
  const apt = protectedType(offered);
  return (
    answered.name.toLowerCase() === name.toLowerCase() &&
    answered.clockRate === offered.clockRate &&
    (answered.channels ?? 1) === (offered.channels ?? 1) &&
    (apt === undefined || answered.parameters.get('apt') === String(apt)) &&
    isSameH264(offered, answered)
  );
}

/** Of H.264 profile and packetization mode have to be the same (RFC 6184 section 8.2.2); the level may differ. */
function isSameH264({ mimeType, parameters = {} }: RtpCodecCapability, answered: CodecLine): boolean {
  if (mimeType.toLowerCase() !== 'video/h264') return true;
  const [mode, profile] = ['packetization-mode', 'profile-level-id'];
  return (
    (answered.parameters.get(mode) ?? '0') === String(parameters[mode] ?? 0) &&
    h264Profile(answered.parameters.get(profile) ?? '420010') === h264Profile(String(parameters[profile]))
  );
}

/** Constrained baseline may be written in several ways (RFC 6184 table 5): the profile, and bits that must be so. */
const constrainedBaseline = [
  { profile: 0x42, mask: 0x4f, bits: 0x40 },
  { profile: 0x4d, mask: 0x8f, bits: 0x80 },
  { profile: 0x58, mask: 0xcf, bits: 0xc0 },
];

/** What of a `profile-level-id` has to be the same on both sides: all but the level. */
function h264Profile(profileLevelId: string): string {
  const profileAndBits = profileLevelId.toLowerCase().slice(0, 4);
  const [written, set] = [profileAndBits.slice(0, 2), profileAndBits.slice(2)].map((hex) =>
    Number(`0x${hex}`),
  );
  const isConstrained = constrainedBaseline.some(
    ({ profile, mask, bits }) => written === profile && ((set ?? 0) & mask) === bits,
  );
  return isConstrained ? 'constrained-baseline' : profileAndBits;
}

/** What of a codec's feedback both sides name. */
export function commonFeedback(codec: RtpCodecCapability, section: Section) {
  const answered = section.feedback.filter(
    ({ payloadType }) => payloadType === '*' || payloadType === String(codec.preferredPayloadType),
  );
  // libwebrtc asks for lost Opus packets, and sends them again, where the offer says so, but does not answer it.
  const isOpusNack = (type: string) => type === 'nack' && codec.kind === 'audio';
  return (codec.rtcpFeedback ?? []).filter(
    ({ type, parameter = '' }) =>
      isOpusNack(type) || answered.some((each) => type === each.type && parameter === each.parameter),
  );
}

function answeredExtensions(line: MediaLine, section: Section): RtpHeaderExtension[] {
  const offered = new Map(line.headerExtensions.map((extension) => [extension.preferredId, extension]));
  const kept = new Set<RtpHeaderExtension>();
  for (const { id, uri } of section.extensions) {
    const extension = offered.get(id);
    if (extension?.uri !== uri) throw invalidAnswer('header extension was not offered', { id });
    kept.add(extension);
  }
  return line.headerExtensions.filter((extension) => kept.has(extension));
}

function codecParameters(codec: RtpCodecCapability): RtpCodecParameters {
  const { mimeType, preferredPayloadType: payloadType, clockRate, channels, rtcpFeedback = [] } = codec;
  return {
    mimeType,
    payloadType,
    clockRate,
    ...(channels === undefined ? {} : { channels }),
    // The offered ones: they ask what is to be sent. The answer's say what the browser itself likes to receive.
    parameters: { ...codec.parameters },
    rtcpFeedback,
  };
}

/**
 * Of each layer browsers send three frame rates (RFC 7741 section 4.2, TID) without being asked to. Of what is not named here
 * the worker forwards the lowest, a quarter of the frames; where there is only one, it is all of them.
 */
const scalabilityMode = 'L1T3';

function encodingsOf(line: PublishLine, section: Section, hasRtx: boolean): RtpEncodingParameters[] {
  const { sentLayers, declaredRids } = section;
  if (sentLayers.length > 0) {
    if (new Set(sentLayers).size !== sentLayers.length)
      throw invalidAnswer('layer named twice', { mid: line.mid });
    const isOffered = sentLayers.every((rid) => line.layers.includes(rid) && declaredRids.includes(rid));
    if (!isOffered) throw invalidAnswer('layer was not offered', { mid: line.mid });
    // Lowest first, in whichever order they were answered.
    return line.layers.filter((rid) => sentLayers.includes(rid)).map((rid) => ({ rid, scalabilityMode }));
  }
  const ssrc = [...section.retransmissions.keys()][0] ?? section.ssrcs[0];
  if (ssrc === undefined) return [{}];
  const rtxSsrc = section.retransmissions.get(ssrc);
  return [{ ssrc, ...(hasRtx && rtxSsrc !== undefined ? { rtx: { ssrc: rtxSsrc } } : {}) }];
}
