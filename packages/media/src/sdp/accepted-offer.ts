/**
 * Reads an offer of the other side (RFC 3264, RFC 9725 section 4.2) and decides which of its m-lines are taken: in the
 * other side's own numbers, and in the words that an answer to an offer of ours would have.
 */
import { ConferenceError, kindOf, type Source } from '@plenum/protocol';
import type { RtpCapabilities, RtpCodecCapability, RtpHeaderExtension } from 'mediasoup/types';
import type { Answer, AnsweredDtls } from './answer.ts';
import { type Description, invalidAnswer, readDescription, type Section } from './description.ts';
import { checkSsrcs, type SharedDtls, sharedDtls } from './dtls.ts';
import { readIceCredentials } from './fragment.ts';
import { standardCapabilities } from './media-profile.ts';
import { isRtx, type PublishLine, protectedType } from './plan.ts';
import { isSameCodec, publishedParameters } from './rtp-parameters.ts';

/** An m-line of the offer that is not taken, as it is written in the answer. */
export interface RefusedLine {
  readonly use: 'refused';
  readonly mid: string;
  readonly kind: string;
  readonly protocol: string;
  readonly payloadTypes: readonly number[];
}

export type AcceptedLine = PublishLine | RefusedLine;

export interface AcceptedOffer {
  /** One for each m-line of the offer, in its order. */
  readonly lines: readonly AcceptedLine[];
  /** As if what is taken had been offered by us and answered. */
  readonly answer: Answer;
}

/** One of each: a second camera could not be told from a screen. */
const takenSources: readonly Source[] = ['microphone', 'camera'];

/** RFC 8853 sets no bound; browsers send three. */
const maxLayers = 4;

/** What of an offer every router of ours takes. @throws ConferenceError as `parseOffer`. */
export function offeredSources(sdp: string): readonly Source[] {
  return [...parseOffer(sdp, standardCapabilities).answer.sources.keys()];
}

/**
 * Takes the first m-line of each kind on which the other side wants to send, and refuses the others.
 * @param router What the router can do.
 * @throws ConferenceError `invalid-offer` for text that is no offer to send anything, `unsupported-media` without a common
 * codec. Nothing else is thrown, whatever the text.
 */
export function parseOffer(sdp: string, router: RtpCapabilities): AcceptedOffer {
  return asOffer(() => {
    if (readIceCredentials(sdp) === undefined) throw invalidAnswer('ICE credentials missing');
    return accept(readDescription(sdp), router);
  });
}

function accept(description: Description, router: RtpCapabilities): AcceptedOffer {
  const { sections } = description;
  const taken = new Map<Section, PublishLine>();
  const wanted = takenSources.flatMap((source) => {
    const section = sectionFor(source, sections);
    return section === undefined ? [] : [{ source, section }];
  });
  if (wanted.length === 0) throw invalidAnswer('nothing is to be sent');
  for (const { source, section } of wanted) {
    const line = lineFor(source, section, router);
    if (line !== undefined) taken.set(section, line);
  }
  const accepted = [...taken.keys()];
  if (accepted.length === 0) throw new ConferenceError('unsupported-media');
  for (const section of accepted) checkSection(section, description, accepted.length);
  checkSsrcs(accepted);
  const sources = new Map(
    [...taken].map(([section, line]) => [line.source, publishedParameters(line, restrict(section, line))]),
  );
  return {
    lines: sections.map((section) => taken.get(section) ?? refuse(section)),
    answer: {
      dtls: dtlsOf(sharedDtls(accepted)),
      sources,
      slots: new Map(),
      hasData: false,
      rejected: new Set(),
    },
  };
}

function sectionFor(source: Source, sections: readonly Section[]): Section | undefined {
  return sections.find((section) => section.kind === kindOf(source) && isOpen(section) && isSent(section));
}

export function isOpen({ port, isBundleOnly }: Section): boolean {
  return port !== 0 || isBundleOnly;
}

/** RFC 9725 section 4.2: `sendrecv` is allowed, and nothing is sent back. */
function isSent({ direction }: Section): boolean {
  return direction === 'sendonly' || direction === 'sendrecv';
}

/** @throws ConferenceError `invalid-answer` for an m-line that is nothing for us, though it is of the right kind. */
export function checkSection(section: Section, { bundle }: Description, accepted: number): void {
  const { mid, protocol } = section;
  // It is told others in data objects and header extensions; the longest that is in use has some ten letters.
  if (!/^[!-~]{1,32}$/.test(mid)) throw invalidAnswer('mid', { mid });
  if (protocol !== 'UDP/TLS/RTP/SAVPF') throw invalidAnswer('protocol', { mid });
  // One transport is all there is (RFC 9725 section 4.3.1).
  if (accepted > 1 && !bundle.has(mid)) throw invalidAnswer('not bundled', { mid });
  if (!section.hasRtcpMux) throw invalidAnswer('rtcp-mux', { mid });
  if (section.sentLayers.length > maxLayers) throw invalidAnswer('too many layers', { mid });
}

/** Undefined where there is no common codec. */
function lineFor(source: Source, section: Section, router: RtpCapabilities): PublishLine | undefined {
  const codecs = commonCodecs(section, router);
  if (codecs.length === 0) return undefined;
  const { mid, sentLayers: layers } = section;
  const headerExtensions = commonExtensions(section, router);
  return { use: 'publish', mid, kind: kindOf(source), source, codecs, headerExtensions, layers };
}

/** The router's codecs under the payload types of the offer, each once, with its retransmissions behind it. */
function commonCodecs(section: Section, router: RtpCapabilities): RtpCodecCapability[] {
  const ofKind = (router.codecs ?? []).filter(({ kind }) => kind === section.kind);
  return ofKind
    .filter((codec) => !isRtx(codec))
    .flatMap((codec) => {
      const payloadType = payloadTypeOf(codec, section);
      if (payloadType === undefined) return [];
      const ours = ofKind.find((each) => protectedType(each) === codec.preferredPayloadType);
      const rtx = ours && { ...ours, parameters: { ...ours.parameters, apt: payloadType } };
      const rtxType = rtx && payloadTypeOf(rtx, section);
      return [
        { ...codec, preferredPayloadType: payloadType },
        ...(rtx === undefined || rtxType === undefined ? [] : [{ ...rtx, preferredPayloadType: rtxType }]),
      ];
    });
}

export function payloadTypeOf(codec: RtpCodecCapability, section: Section): number | undefined {
  return section.payloadTypes.find((payloadType) => isSameCodec(codec, section.codecs.get(payloadType)));
}

/** Under the ids of the offer, which an answer may not change (RFC 8285 section 6). */
function commonExtensions(section: Section, router: RtpCapabilities): RtpHeaderExtension[] {
  return (router.headerExtensions ?? []).flatMap((extension) => {
    const isReceived = extension.direction === 'sendrecv' || extension.direction === 'recvonly';
    const offered = section.extensions.find(({ uri }) => uri === extension.uri);
    if (extension.kind !== section.kind || !isReceived || offered === undefined) return [];
    return [{ ...extension, preferredId: offered.id }];
  });
}

/** What of the m-line the answer keeps. */
function restrict(section: Section, { codecs, headerExtensions }: PublishLine): Section {
  const payloadTypes = new Set(codecs.map(({ preferredPayloadType }) => preferredPayloadType));
  return {
    ...section,
    payloadTypes: section.payloadTypes.filter((payloadType) => payloadTypes.has(payloadType)),
    extensions: section.extensions.filter(({ id, uri }) =>
      headerExtensions.some((kept) => kept.preferredId === id && kept.uri === uri),
    ),
  };
}

export function refuse({ mid, kind, protocol, payloadTypes }: Section): RefusedLine {
  return { use: 'refused', mid, kind, protocol, payloadTypes };
}

/** RFC 8842 section 5.2: where we may choose, it is the client who begins the handshake. */
export function dtlsOf({ fingerprint, setup }: SharedDtls): AnsweredDtls {
  if (setup === 'passive') return { role: 'server', fingerprint };
  if (setup === 'actpass' || setup === 'active') return { role: 'client', fingerprint };
  throw invalidAnswer('setup');
}

/** Whatever is wrong with a description is wrong with an offer. */
export function asOffer<T>(read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    throw asInvalidOffer(thrown);
  }
}

/** What is wrong with a description is found in the words of answers. */
export function asInvalidOffer(thrown: unknown): unknown {
  if (!(thrown instanceof ConferenceError) || thrown.code !== 'invalid-answer') return thrown;
  return new ConferenceError('invalid-offer', undefined, { details: thrown.details, cause: thrown });
}
