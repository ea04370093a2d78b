// The other way round: an offer of our own, for servers that answer (WHIP, WHEP, a Janus publisher).
import { type MediaDescription, parse, write } from 'sdp-transform';
import { bundleOf, receivePlan, type SessionPlan, sessionHead, transportLines } from './answer.ts';
import { type PublishTrack, planSenders, type SenderPlan, ssrcAttributes } from './sender-plan.ts';
import { extensionUri, type LocalTransport, remoteTransport } from './session.ts';

export interface OfferOptions {
  readonly publish?: readonly PublishTrack[];
  /** Kinds to ask for on m-lines of their own. */
  readonly receive?: readonly ('audio' | 'video')[];
  readonly transportCc?: boolean;
}

export interface OfferContext {
  readonly local: LocalTransport;
  readonly newSsrc: () => number;
}

export interface OfferPlan {
  readonly sdp: string;
  readonly senders: readonly SenderPlan[];
}

const cname = 'load-client';
const defaultRids = ['l', 'm', 'h'] as const;

export function planOffer(options: OfferOptions, context: OfferContext): OfferPlan {
  const transportCc = options.transportCc ?? true;
  const senders: SenderPlan[] = [];
  const media: MediaDescription[] = [];
  for (const track of options.publish ?? []) {
    const mid = String(media.length);
    const line = baseLine(track.kind, mid, 'sendonly', transportCc, context.local);
    const rids = offeredRids(track);
    const plans = planSenders({
      media: line,
      mid,
      track,
      rids,
      transportCc,
      previous: [],
      newSsrc: context.newSsrc,
    });
    senders.push(...plans);
    media.push({
      ...line,
      ...ssrcAttributes(plans, cname),
      ...ridLines(rids),
      msid: [{ id: cname, appdata: mid }],
    });
  }
  for (const kind of options.receive ?? [])
    media.push(baseLine(kind, String(media.length), 'recvonly', transportCc, context.local));
  const mids = media.map((line) => line.mid ?? '');
  return { sdp: write({ ...sessionHead(1), ...bundleOf(mids), media }), senders };
}

/** What the answer leaves of the offer; an answerer may refuse lines and drop simulcast, but not renumber. */
export function planFromAnswer(answerSdp: string, offer: OfferPlan, options: OfferOptions): SessionPlan {
  const answer = parse(answerSdp);
  const accepted = new Set(
    answer.media
      .filter((line) => line.port !== 0 && (line.direction === 'recvonly' || line.direction === 'sendrecv'))
      .map((line) => String(line.mid)),
  );
  const transportCc = options.transportCc ?? true;
  return {
    remote: remoteTransport(answer, true),
    senders: offer.senders.filter((plan) => accepted.has(plan.mid)),
    receive: receivePlan(answer, { transportCc }),
  };
}

function offeredRids({ simulcast = false }: PublishTrack): readonly string[] {
  if (simulcast === false) return [];
  return simulcast === true ? defaultRids : simulcast;
}

function ridLines(rids: readonly string[]): Partial<MediaDescription> {
  if (rids.length === 0) return {};
  return {
    rids: rids.map((id) => ({ id, direction: 'send' })),
    simulcast: { dir1: 'send', list1: rids.join(';') },
  };
}

const codecLines = {
  audio: {
    rtp: [{ payload: 111, codec: 'opus', rate: 48000, encoding: 2 }],
    fmtp: [{ payload: 111, config: 'minptime=10;useinbandfec=1' }],
  },
  video: {
    rtp: [
      { payload: 96, codec: 'VP8', rate: 90000 },
      { payload: 97, codec: 'rtx', rate: 90000 },
    ],
    fmtp: [{ payload: 97, config: 'apt=96' }],
  },
} as const;

const feedback = {
  audio: [],
  video: [
    { payload: 96, type: 'nack' },
    { payload: 96, type: 'nack', subtype: 'pli' },
    { payload: 96, type: 'ccm', subtype: 'fir' },
  ],
} as const;

// The same ids on every line, as BUNDLE demands.
const extensions = [
  { value: 1, uri: extensionUri.mid },
  { value: 2, uri: extensionUri.rid },
  { value: 3, uri: extensionUri.repairedRid },
  { value: 4, uri: extensionUri.transportCc },
  { value: 5, uri: extensionUri.audioLevel },
] as const;

function baseLine(
  kind: 'audio' | 'video',
  mid: string,
  direction: 'sendonly' | 'recvonly',
  transportCc: boolean,
  local: LocalTransport,
): MediaDescription {
  const { rtp, fmtp } = codecLines[kind];
  const congestion = transportCc
    ? rtp.filter(isMediaCodec).map(({ payload }) => ({ payload, type: 'transport-cc' }))
    : [];
  return {
    type: kind,
    port: 9,
    protocol: 'UDP/TLS/RTP/SAVPF',
    payloads: rtp.map((entry) => entry.payload).join(' '),
    connection: { version: 4, ip: '0.0.0.0' },
    rtp: rtp.map((entry) => ({ ...entry })),
    fmtp: fmtp.map((entry) => ({ ...entry })),
    rtcpFb: [...feedback[kind].map((entry) => ({ ...entry })), ...congestion],
    ext: extensions
      .filter(({ uri }) => (transportCc || uri !== extensionUri.transportCc) && isForKind(uri, kind))
      .map((entry) => ({ ...entry })),
    mid,
    direction,
    rtcpMux: 'rtcp-mux',
    ...transportLines(local, undefined),
  };
}

function isMediaCodec(entry: { readonly codec: string }): boolean {
  return entry.codec !== 'rtx';
}

function isForKind(uri: string, kind: 'audio' | 'video'): boolean {
  if (uri === extensionUri.audioLevel) return kind === 'audio';
  return kind === 'video' || (uri !== extensionUri.rid && uri !== extensionUri.repairedRid);
}
