/**
 * Holds an answer against what was offered (RFC 3264, RFC 8829 section 5.3.1) and draws from it what the engine needs:
 * the DTLS role, the RTP parameters of each source and what each slot can be sent.
 */
import { ConferenceError, type Source } from '@plenum/protocol';
import type { DtlsFingerprint, RtpCapabilities, RtpParameters } from 'mediasoup/types';
import { type Description, invalidAnswer, readDescription, type Section } from './description.ts';
import { checkSsrcs, sharedDtls } from './dtls.ts';
import type { MediaLine, OfferPlan, PlannedLine } from './plan.ts';
import { publishedParameters, receivableCapabilities } from './rtp-parameters.ts';

/** An answer that fits the offer. */
export interface Answer {
  readonly dtls: AnsweredDtls;
  /** What the other side may send, by source. */
  readonly sources: ReadonlyMap<Source, RtpParameters>;
  /** What the other side can receive, by the slot's mid. */
  readonly slots: ReadonlyMap<string, RtpCapabilities>;
  /** Whether the other side takes data channels. */
  readonly hasData: boolean;
  /** m-lines that stay unused: refused, or answered `inactive`. */
  readonly rejected: ReadonlySet<string>;
}

export interface AnsweredDtls {
  /** The other side's role in the handshake (RFC 8842 section 5.3). */
  readonly role: 'client' | 'server';
  readonly fingerprint: DtlsFingerprint;
}

interface AnsweredLine<L extends PlannedLine = PlannedLine> {
  readonly line: L;
  readonly section: Section;
}

/**
 * Reads an answer to the offer that was written from `plan`.
 * @throws ConferenceError `invalid-answer` for text that does not answer it, `unsupported-media` where every m-line
 * was refused. Nothing else is thrown, whatever the text.
 */
export function parseAnswer(sdp: string, plan: OfferPlan): Answer {
  const description = readDescription(sdp);
  const answered = pairLines(plan, description);
  const accepted = answered.filter(({ section }) => section.port !== 0);
  if (accepted.length === 0) throw new ConferenceError('unsupported-media');
  for (const each of accepted) checkLine(each, description);
  const sections = accepted.map(({ section }) => section);
  checkSsrcs(sections);
  const data = accepted.filter(({ line }) => line.use === 'data');
  const active = accepted.filter(isMedia).filter(({ section }) => section.direction !== 'inactive');
  const sources = new Map<Source, RtpParameters>();
  const slots = new Map<string, RtpCapabilities>();
  for (const { line, section } of active) {
    if (line.use === 'publish') sources.set(line.source, publishedParameters(line, section));
    else slots.set(line.mid, receivableCapabilities(line, section));
  }
  const used = new Set([...active, ...data].map(({ line }) => line.mid));
  const rejected = new Set(plan.map((line) => line.mid).filter((mid) => !used.has(mid)));
  const { fingerprint, setup } = sharedDtls(sections);
  return { dtls: { role: roleOf(setup), fingerprint }, sources, slots, hasData: data.length > 0, rejected };
}

/** RFC 3264 section 6: as many m-lines as offered, in the same order. */
function pairLines(plan: OfferPlan, { sections }: Description): AnsweredLine[] {
  if (sections.length !== plan.length) throw invalidAnswer('number of m-lines');
  return plan.map((line, index) => {
    const section = sections[index];
    if (section === undefined || section.kind !== line.kind) throw invalidAnswer('kind', { index });
    // Browsers repeat the mid of a refused m-line too.
    if (section.mid !== line.mid) throw invalidAnswer('mid', { index });
    return { line, section };
  });
}

const allowedDirections = { publish: ['sendonly', 'inactive'], slot: ['recvonly', 'inactive'] };

function isMedia(answered: AnsweredLine): answered is AnsweredLine<MediaLine> {
  return answered.line.use !== 'data';
}

function checkLine({ line, section }: AnsweredLine, { bundle }: Description): void {
  const { mid } = line;
  const isData = line.use === 'data';
  if (section.protocol !== (isData ? 'UDP/DTLS/SCTP' : 'UDP/TLS/RTP/SAVPF'))
    throw invalidAnswer('protocol', { mid });
  // One transport is all there is.
  if (!bundle.has(mid)) throw invalidAnswer('not bundled', { mid });
  if (isData) return;
  if (!section.hasRtcpMux) throw invalidAnswer('rtcp-mux', { mid });
  if (!allowedDirections[line.use].includes(section.direction)) throw invalidAnswer('direction', { mid });
}

/** RFC 8842 section 5.3: the answerer decides, so `actpass` is no answer. */
function roleOf(setup: string | undefined): 'client' | 'server' {
  if (setup === 'active') return 'client';
  if (setup === 'passive') return 'server';
  throw invalidAnswer('setup');
}
