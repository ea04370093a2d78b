// Answers a real offer as a browser would: every m-line in its place, with its direction turned round.
import { type MediaDescription, parse, type SessionDescription, write } from 'sdp-transform';
import { codecOf, type PublishTrack, planSenders, type SenderPlan, ssrcAttributes } from './sender-plan.ts';
import {
  extensionIds,
  extensionUri,
  type LocalTransport,
  payloadTypesOf,
  type RemoteTransport,
  remoteTransport,
  repairPayloadTypes,
  simulcastRids,
} from './session.ts';

export interface AnswerOptions {
  readonly publish?: readonly PublishTrack[];
  /** Whether m-lines that the offerer sends on are received; default yes. */
  readonly receive?: boolean;
  /** Whether transport-wide congestion control is accepted, both ways; default yes. */
  readonly transportCc?: boolean;
}

export interface AnswerContext {
  readonly local: LocalTransport;
  readonly previous?: readonly SenderPlan[];
  readonly newSsrc: () => number;
  /** Rises with every answer of the same peer. */
  readonly version?: number;
}

export interface ReceivePlan {
  readonly midExtension?: number;
  readonly transportCcExtension?: number;
  readonly repairPayloadTypes: readonly number[];
}

export interface SessionPlan {
  readonly remote: RemoteTransport;
  readonly senders: readonly SenderPlan[];
  readonly receive: ReceivePlan;
}

export interface AnswerPlan extends SessionPlan {
  readonly sdp: string;
}

const cname = 'load-client';

/** The answer to `offerSdp`, and what the peer must do to keep its promise. */
export function planAnswer(offerSdp: string, options: AnswerOptions, context: AnswerContext): AnswerPlan {
  const offer = parse(offerSdp);
  const tracks = assignTracks(offer, options.publish ?? []);
  const senders: SenderPlan[] = [];
  const remote = remoteTransport(offer, false);
  const media = offer.media.map((line, index) => {
    if (line.port === 0 || line.type === 'application') return rejected(line);
    const track = tracks.get(index);
    const plans = track ? planSenders(sendersInput(line, index, track, options, context)) : [];
    senders.push(...plans);
    return answerLine({ line, index, track, plans, options, context, remote });
  });
  return {
    sdp: write(answerSession(offer, media, context)),
    remote,
    senders,
    receive: receivePlan(offer, options),
  };
}

/** Tracks with a mid first, so that the others cannot take their m-line. */
function assignTracks(
  offer: SessionDescription,
  publish: readonly PublishTrack[],
): Map<number, PublishTrack> {
  const assigned = new Map<number, PublishTrack>();
  const ordered = [...publish].sort((a, b) => Number(b.mid !== undefined) - Number(a.mid !== undefined));
  for (const track of ordered) {
    const index = offer.media.findIndex(
      (line, at) =>
        !assigned.has(at) &&
        isReceivedByOfferer(line, track.kind) &&
        (track.mid === undefined || midOf(line, at) === track.mid),
    );
    if (index < 0)
      throw new Error(`the offer has no m-line left to publish ${track.kind} ${track.mid ?? ''} on`);
    assigned.set(index, track);
  }
  return assigned;
}

function isReceivedByOfferer(line: MediaDescription, kind: string): boolean {
  const direction = line.direction ?? 'sendrecv';
  return line.type === kind && line.port !== 0 && (direction === 'recvonly' || direction === 'sendrecv');
}

function midOf(line: MediaDescription, index: number): string {
  return line.mid === undefined ? String(index) : String(line.mid);
}

function sendersInput(
  media: MediaDescription,
  index: number,
  track: PublishTrack,
  options: AnswerOptions,
  context: AnswerContext,
) {
  return {
    media,
    mid: midOf(media, index),
    track,
    rids: wantedRids(media, track.simulcast ?? false),
    transportCc: options.transportCc ?? true,
    previous: context.previous ?? [],
    newSsrc: context.newSsrc,
  };
}

function wantedRids(media: MediaDescription, simulcast: boolean | readonly string[]): readonly string[] {
  const offered = simulcastRids(media, 'recv');
  if (simulcast === false) return [];
  return simulcast === true ? offered : offered.filter((rid) => simulcast.includes(rid));
}

interface LineInput {
  readonly line: MediaDescription;
  readonly index: number;
  readonly track: PublishTrack | undefined;
  readonly plans: readonly SenderPlan[];
  readonly options: AnswerOptions;
  readonly context: AnswerContext;
  readonly remote: RemoteTransport;
}

function answerLine(input: LineInput): MediaDescription {
  const { line, plans, context, remote, track } = input;
  const transportCc = input.options.transportCc ?? true;
  const direction = answerDirection(line, track !== undefined, input.options.receive ?? true);
  const payloads = acceptedPayloads(line, track);
  const isAccepted = (payload: number | string) => payload === '*' || payloads.includes(Number(payload));
  const mid = midOf(line, input.index);
  return {
    ...codecLines(line, payloads),
    type: line.type,
    port: 9,
    protocol: line.protocol,
    payloads: payloads.join(' '),
    connection: { version: 4, ip: '0.0.0.0' },
    rtcp: { port: 9, netType: 'IN', ipVer: 4, address: '0.0.0.0' },
    mid,
    direction,
    rtcpFb: (line.rtcpFb ?? []).filter(
      (fb) => isAccepted(fb.payload) && isWantedFeedback(fb.type, transportCc),
    ),
    ext: acceptedExtensions(line, plans, direction, transportCc),
    rtcpMux: 'rtcp-mux',
    ...(line.rtcpRsize ? { rtcpRsize: line.rtcpRsize } : {}),
    ...transportLines(context.local, remote),
    ...(plans.length > 0 ? { msid: [{ id: cname, appdata: `${line.type}-${mid}` }] } : {}),
    ...ssrcAttributes(plans, cname),
    ...simulcastLines(plans),
  };
}

function answerDirection(line: MediaDescription, sends: boolean, receives: boolean): MediaDirection {
  const offered = line.direction ?? 'sendrecv';
  const weReceive = receives && (offered === 'sendonly' || offered === 'sendrecv');
  if (sends) return weReceive ? 'sendrecv' : 'sendonly';
  return weReceive ? 'recvonly' : 'inactive';
}

type MediaDirection = NonNullable<MediaDescription['direction']>;

/** A sending line commits to the one codec this client can make; a receiving one takes whatever is offered. */
function acceptedPayloads(line: MediaDescription, track: PublishTrack | undefined): number[] {
  const codec = track && payloadTypesOf(line, codecOf[track.kind]);
  if (!codec) return line.rtp.map((entry) => entry.payload);
  return [codec.payloadType, ...(codec.rtxPayloadType === undefined ? [] : [codec.rtxPayloadType])];
}

function codecLines(
  line: MediaDescription,
  payloads: readonly number[],
): Pick<MediaDescription, 'rtp' | 'fmtp'> {
  return {
    rtp: line.rtp.filter((entry) => payloads.includes(entry.payload)),
    fmtp: line.fmtp.filter((entry) => payloads.includes(entry.payload)),
  };
}

// Without transport-cc an SFU would fall back to REMB, which this client does not send.
function isWantedFeedback(type: string, transportCc: boolean): boolean {
  return type === 'transport-cc' ? transportCc : type !== 'goog-remb';
}

function acceptedExtensions(
  line: MediaDescription,
  plans: readonly SenderPlan[],
  direction: MediaDirection,
  transportCc: boolean,
): NonNullable<MediaDescription['ext']> {
  const sent = new Set(Object.values(plans[0]?.extensions ?? {}));
  const receives = direction === 'recvonly' || direction === 'sendrecv';
  return (line.ext ?? [])
    .filter((ext) => transportCc || ext.uri !== extensionUri.transportCc)
    .filter((ext) => receives || sent.has(ext.value))
    .map(({ value, uri }) => ({ value, uri }));
}

export function transportLines(
  local: LocalTransport,
  remote: RemoteTransport | undefined,
): Partial<MediaDescription> {
  const { candidate } = local;
  return {
    iceUfrag: local.ufrag,
    icePwd: local.password,
    fingerprint: { type: 'sha-256', hash: local.fingerprint },
    setup: remote === undefined ? 'actpass' : remote.dtlsRole === 'client' ? 'active' : 'passive',
    ...(candidate ? { candidates: [hostCandidate(candidate)], endOfCandidates: 'end-of-candidates' } : {}),
  };
}

function hostCandidate({ address, port }: { address: string; port: number }) {
  return {
    foundation: '1',
    component: 1,
    transport: 'udp',
    priority: 2130706431,
    ip: address,
    port,
    type: 'host',
  };
}

function simulcastLines(plans: readonly SenderPlan[]): Partial<MediaDescription> {
  const rids = plans.flatMap((plan) => plan.rid ?? []);
  if (rids.length === 0) return {};
  return {
    rids: rids.map((id) => ({ id, direction: 'send' })),
    simulcast: { dir1: 'send', list1: rids.join(';') },
  };
}

/** Data channels are not spoken here; refused lines keep their place (RFC 8829 §5.3.1). */
function rejected(line: MediaDescription): MediaDescription {
  return {
    type: line.type,
    port: 0,
    protocol: line.protocol,
    payloads: line.payloads ?? '0',
    rtp: [],
    fmtp: [],
    connection: { version: 4, ip: '0.0.0.0' },
    direction: 'inactive',
    ...(line.mid === undefined ? {} : { mid: String(line.mid) }),
    ...(line.sctpPort === undefined ? {} : { sctpPort: line.sctpPort }),
  };
}

function answerSession(
  offer: SessionDescription,
  media: MediaDescription[],
  context: AnswerContext,
): SessionDescription {
  const mids = media.flatMap((line) => (line.port === 0 ? [] : (line.mid ?? [])));
  const bundled = offer.groups?.some((group) => group.type === 'BUNDLE') ?? false;
  return { ...sessionHead(context.version ?? 1), ...(bundled ? bundleOf(mids) : {}), media };
}

export function sessionHead(sessionVersion: number): Omit<SessionDescription, 'media'> {
  return {
    version: 0,
    origin: { username: '-', sessionId: '1', sessionVersion, netType: 'IN', ipVer: 4, address: '127.0.0.1' },
    name: '-',
    timing: { start: 0, stop: 0 },
    msidSemantic: { semantic: 'WMS', token: '*' },
  };
}

export function bundleOf(mids: readonly string[]): Pick<SessionDescription, 'groups'> {
  return { groups: [{ type: 'BUNDLE', mids: mids.join(' ') }] };
}

/** In a bundle the ids are the same on every line, so the first that has one speaks for all. */
export function receivePlan(session: SessionDescription, options: AnswerOptions): ReceivePlan {
  const lines = session.media.filter((line) => line.port !== 0 && line.type !== 'application');
  const ids = lines.map(extensionIds);
  const mid = ids.find((entry) => entry.mid !== undefined)?.mid;
  const transportCc = ids.find((entry) => entry.transportCc !== undefined)?.transportCc;
  return {
    ...(mid === undefined ? {} : { midExtension: mid }),
    ...(transportCc === undefined || options.transportCc === false
      ? {}
      : { transportCcExtension: transportCc }),
    repairPayloadTypes: [...new Set(lines.flatMap(repairPayloadTypes))],
  };
}
