/** Writes the server's one offer (RFC 8829), from a plan and the facts of its transport. */
import { maxDataMessageSize } from '@plenum/protocol';
import type { DtlsFingerprint, IceCandidate, IceParameters, RtpCodecCapability } from 'mediasoup/types';
import { type MediaDescription, type SessionDescription, write } from 'sdp-transform';
import type { DataLine, MediaLine, OfferPlan, PublishLine, SlotLine } from './plan.ts';

/** Where the other side connects to: ICE-lite (RFC 8445 section 2.5), so all candidates are known beforehand. */
export interface TransportDescription {
  readonly ice: Pick<IceParameters, 'usernameFragment' | 'password'>;
  readonly candidates: readonly IceCandidate[];
  readonly fingerprints: readonly DtlsFingerprint[];
}

// Where libwebrtc's bandwidth estimate begins, in kbps. From its own 300 the middle layer of a 720p camera came after
// 2.4 s; the lowest rates of all three layers add up to 1,142. Other browsers ignore the parameter.
const startBitrateKbps = 1_200;

// The only one in use (RFC 8841 section 5.1.2); below DTLS no port is real.
const sctpPort = 5_000;

/** Which offer of which session (RFC 8829 section 5.2.1): the id is up to 19 digits, the version counts the offers. */
export interface OfferOrigin {
  readonly sessionId: string;
  readonly version: number;
}

/** The offer as SDP text. */
export function formatOffer(plan: OfferPlan, transport: TransportDescription, origin: OfferOrigin): string {
  const mids = plan.map((line) => line.mid);
  return write({
    ...formatSession(origin, mids),
    fingerprint: formatFingerprint(transport),
    setup: 'actpass',
    media: plan.map((line) =>
      line.use === 'data' ? formatDataLine(line, transport) : formatMediaLine(line, transport),
    ),
  });
}

/** What stands before the m-lines. @param mids Those that share the transport. */
export function formatSession(
  { sessionId, version }: OfferOrigin,
  mids: readonly string[],
): Omit<SessionDescription, 'media'> {
  return {
    version: 0,
    origin: {
      username: '-',
      sessionId,
      sessionVersion: version,
      netType: 'IN',
      ipVer: 4,
      address: '127.0.0.1',
    },
    name: '-',
    timing: { start: 0, stop: 0 },
    icelite: 'ice-lite',
    groups: [{ type: 'BUNDLE', mids: mids.join(' ') }],
    msidSemantic: { semantic: 'WMS', token: '*' },
  };
}

export function formatFingerprint({ fingerprints }: TransportDescription) {
  const sha256 = fingerprints.find((fingerprint) => fingerprint.algorithm === 'sha-256');
  if (sha256 === undefined) throw new Error('The transport has no SHA-256 fingerprint.');
  return { type: sha256.algorithm, hash: sha256.value };
}

export function formatMediaLine(line: MediaLine, transport: TransportDescription): MediaDescription {
  return {
    ...formatCodecs(line),
    ...formatTransport(transport),
    type: line.kind,
    protocol: 'UDP/TLS/RTP/SAVPF',
    mid: line.mid,
    ext: line.headerExtensions.map(({ preferredId, uri }) => ({ value: preferredId, uri })),
    rtcpMux: 'rtcp-mux',
    rtcpRsize: 'rtcp-rsize',
    ...(line.use === 'slot' ? formatSlot(line) : formatPublishing(line)),
  };
}

/** RFC 8841 section 5. */
function formatDataLine({ kind, mid }: DataLine, transport: TransportDescription): MediaDescription {
  return {
    ...formatTransport(transport),
    rtp: [],
    fmtp: [],
    type: kind,
    protocol: 'UDP/DTLS/SCTP',
    payloads: 'webrtc-datachannel',
    mid,
    sctpPort,
    maxMessageSize: maxDataMessageSize,
  };
}

function formatTransport({ ice, candidates }: TransportDescription) {
  return {
    // The discard port: the addresses are in the candidates (RFC 8840 section 4.1.1).
    port: 9,
    connection: { version: 4, ip: '0.0.0.0' },
    iceUfrag: ice.usernameFragment,
    icePwd: ice.password,
    candidates: candidates.map(formatCandidate),
    endOfCandidates: 'end-of-candidates' as const,
  };
}

/** A stream and a track, so that the page gets one to show; no SSRC, because it changes with whom the slot shows. */
function formatSlot({ mid, streamId = `slot-${mid}` }: SlotLine): Partial<MediaDescription> {
  return { direction: 'sendonly', msid: [{ id: streamId, appdata: `track-${mid}` }] };
}

function formatPublishing({ layers }: PublishLine): Partial<MediaDescription> {
  if (layers.length === 0) return { direction: 'recvonly' };
  return {
    direction: 'recvonly',
    rids: layers.map((id) => ({ id, direction: 'recv' })),
    simulcast: { dir1: 'recv', list1: layers.join(';') },
  };
}

function formatCodecs(line: MediaLine): Pick<MediaDescription, 'rtp' | 'fmtp' | 'rtcpFb' | 'payloads'> {
  return {
    payloads: line.codecs.map((codec) => codec.preferredPayloadType).join(' '),
    rtp: line.codecs.map(formatRtpMap),
    fmtp: line.codecs.flatMap((codec) => formatFmtp(codec, line)),
    rtcpFb: line.codecs.flatMap((codec) =>
      (codec.rtcpFeedback ?? []).map(({ type, parameter }) => ({
        payload: codec.preferredPayloadType,
        type,
        ...(parameter ? { subtype: parameter } : {}),
      })),
    ),
  };
}

function formatRtpMap({ mimeType, preferredPayloadType, clockRate, channels }: RtpCodecCapability) {
  const codec = mimeType.slice(mimeType.indexOf('/') + 1);
  const isStereo = channels !== undefined && channels > 1;
  return {
    payload: preferredPayloadType,
    codec,
    rate: clockRate,
    ...(isStereo ? { encoding: channels } : {}),
  };
}

function formatFmtp(codec: RtpCodecCapability, line: MediaLine): MediaDescription['fmtp'] {
  const isPublishedVp8 = line.use === 'publish' && codec.mimeType.toLowerCase() === 'video/vp8';
  const parameters = {
    ...codec.parameters,
    ...(isPublishedVp8 ? { 'x-google-start-bitrate': startBitrateKbps } : {}),
  };
  const config = Object.entries(parameters).map(([name, value]) => `${name}=${String(value)}`);
  return config.length === 0 ? [] : [{ payload: codec.preferredPayloadType, config: config.join(';') }];
}

function formatCandidate(candidate: IceCandidate) {
  return {
    foundation: candidate.foundation,
    component: 1,
    transport: candidate.protocol,
    priority: candidate.priority,
    ip: candidate.address,
    port: candidate.port,
    type: candidate.type,
    ...(candidate.tcpType === undefined ? {} : { tcptype: candidate.tcpType }),
  };
}
