/**
 * A peer connection straight to another participant. Either side may offer: of two offers at once the impolite side's holds
 * (perfect negotiation, W3C WebRTC section 10.7). Each side says of its half the last description, the candidates of that
 * and which m-line carries which of its sources.
 */
import { SerialQueue } from '@plenum/hyperty';
import {
  type ConferenceError,
  type IceCandidate,
  type IceServer,
  kindOf,
  type SessionDescription,
  type Source,
  toConferenceError,
} from '@plenum/protocol';
import { tellStages } from '../connections/stage-facts.ts';
import type { StageFact } from '../connections/stages.ts';
import { type DataLink, PeerDataLink } from '../data/data-link.ts';
import type { PacketTime } from '../packet-time.ts';
import {
  createLevelReader,
  createReceivedCounter,
  refreshPicturesOnNewWay,
  toIceServer,
  ufragOf,
  useIceServers,
} from '../peer-connection.ts';
import { PictureSender, type PictureWish, sendPicture } from '../picture-sender.ts';
import { inDetail } from '../screen-encoding.ts';
import { askForAudio, redundantFirst } from './audio-description.ts';
import { cameraEncoding } from './camera-encoding.ts';

/** What one side says of its half. */
export interface PairHalf {
  readonly description: SessionDescription;
  readonly candidates: readonly IceCandidate[];
  /** The mid that carries each of its sources. */
  readonly publishOn: Readonly<Partial<Record<Source, string>>>;
}

/** What of one's pictures is not sent for now, since the link or this device cannot do more. */
export interface HeldBack {
  readonly leftOut: readonly Source[];
  /** Whether the camera is one of its sizes smaller than it is shown. */
  readonly isCameraSmaller: boolean;
}

/** The narrow part of a peer connection that a pair uses, so that pairs can be tried without a browser. */
export interface PairLink {
  /** Makes the first offer; the other side answers. */
  begin(): void;
  /** Takes what the other side says of its half now; what it said before changes nothing. */
  accept(half: PairHalf): void;
  /** The track to send for a source. */
  setTrack(source: Source, track: MediaStreamTrack | undefined): void;
  /** Device pixels of height at which the other shows one's camera; 0 out of sight. */
  setShown(height: number | undefined): void;
  /** Sends the rest; never by another offer. */
  holdBack(held: HeldBack): void;
  /** The track that arrives for one of the other's sources. */
  trackOf(source: Source): MediaStreamTrack | undefined;
  /** 0 to 1: how loud one of the other's sources is now. */
  levelOf(source: Source): number;
  setIceServers(servers: readonly IceServer[]): void;
  /** Looks for another way through the network. */
  restartIce(): void;
  /** Its data channels. */
  readonly data: DataLink;
  readonly state: RTCPeerConnectionState;
  /** Bytes and answers that have come through the network so far: grows while the way is open, even in silence. */
  receivedBytes(): Promise<number>;
  getStats(): Promise<RTCStatsReport>;
  /** May be called more than once. */
  close(): void;
}

export interface PairLinkOptions {
  /** Whose offer gives way to another that is made at the same time. */
  readonly isPolite: boolean;
  readonly iceServers: readonly IceServer[];
  readonly audioPacketTime: PacketTime;
  /** The own half is another now. */
  readonly onHalf: (half: PairHalf) => void;
  readonly onState: (state: RTCPeerConnectionState) => void;
  readonly onStage: (fact: StageFact) => void;
  /** What arrives is another now. */
  readonly onTracks: () => void;
  /** The two could not agree. Final. */
  readonly onFailed: (error: ConferenceError) => void;
}

export type CreatePairLink = (options: PairLinkOptions) => PairLink;

/** These two have m-lines from the start, so that starting them later needs no offer. */
const fromTheStart: readonly Source[] = ['microphone', 'camera'];
const noMore: IceCandidate = { candidate: '', sdpMid: null, sdpMLineIndex: null };
/** As many as a Connection object may hold. */
const maxCandidates = 64;

export const createPairLink: CreatePairLink = (options) => {
  const { isPolite, iceServers, audioPacketTime, onHalf, onState, onStage, onTracks, onFailed } = options;
  const connection = new RTCPeerConnection({
    bundlePolicy: 'max-bundle',
    iceServers: iceServers.map(toIceServer),
  });
  refreshPicturesOnNewWay(connection);
  const queue = new SerialQueue();
  const tracks = new Map<Source, MediaStreamTrack>();
  const senders = new Map<Source, RTCRtpTransceiver>();
  const levels = createLevelReader();
  const received = createReceivedCounter();
  const data = new PeerDataLink();
  let receivers = new Map<string, RTCRtpReceiver>();
  let theirs: PairHalf['publishOn'] = {};
  let own: SessionDescription | undefined;
  let candidates: readonly IceCandidate[] = [];
  /** Whose candidates they are. */
  let generation: string | undefined;
  /** Of the other's descriptions the last that was looked at. */
  let seen: SessionDescription | undefined;
  let added: ReadonlySet<string> = new Set();
  let shown: number | undefined;
  let camera: PictureSender | undefined;
  let held: HeldBack = { leftOut: [], isCameraSmaller: false };

  const run = (step: () => Promise<void>) => {
    queue.run(step).catch((thrown) => {
      if (connection.signalingState !== 'closed') onFailed(toConferenceError(thrown, 'media-failed'));
    });
  };

  const publishOn = (): PairHalf['publishOn'] =>
    Object.fromEntries([...senders].flatMap(([source, { mid }]) => (mid === null ? [] : [[source, mid]])));

  const tell = () => {
    if (own !== undefined) onHalf({ description: own, candidates, publishOn: publishOn() });
  };

  const forgetCandidatesOfBefore = (sdp: string) => {
    if (ufragOf(sdp) === generation) return;
    generation = ufragOf(sdp);
    candidates = [];
  };

  /** Makes the offer or the answer that is due, and says so. */
  const describe = async (negotiation: number) => {
    await connection.setLocalDescription();
    const { type, sdp } = connection.localDescription ?? {};
    if (sdp === undefined || (type !== 'offer' && type !== 'answer')) return;
    forgetCandidatesOfBefore(sdp);
    own = { type, sdp, negotiation };
    tell();
  };

  const offer = async () => {
    // Offered again once the answer to what is on its way has come.
    if (connection.signalingState !== 'stable') return;
    await describe(Math.max(own?.negotiation ?? 0, seen?.negotiation ?? 0) + 1);
  };

  const isHeldBack = (source: Source) => held.leftOut.includes(source);

  const send = (source: Source) => {
    const sender = senders.get(source)?.sender;
    if (sender === undefined) return;
    const sending = sendBy(sender, source);
    // Rejects for a sender that has ended with its connection, and now and then while the two negotiate: see below.
    sending?.catch(() => undefined);
  };

  const sendBy = (sender: RTCRtpSender, source: Source): Promise<void> | undefined => {
    if (source === 'camera') return camera?.update();
    // Not one step after another: the first, before a rollback, may never end.
    if (source === 'screen') return sendPicture(sender, screenWish(), true);
    return sender.replaceTrack(tracks.get(source) ?? null);
  };

  const addSender = (source: Source, transceiver: RTCRtpTransceiver) => {
    senders.set(source, prefer(transceiver, source));
    if (source === 'camera') camera = new PictureSender(transceiver.sender, cameraWish);
    send(source);
  };

  const screenWish = () => inDetail(tracks.get('screen'), !isHeldBack('screen'));

  const cameraWish = (): PictureWish => {
    const track = tracks.get('camera');
    const wanted = isHeldBack('camera') ? 0 : shown;
    return {
      track,
      encodings: [cameraEncoding(track?.getSettings().height, wanted, held.isCameraSmaller)],
    };
  };

  /** After a rollback Chromium sends no picture, and forgets how it was to be sent, until it is given the track anew. */
  const sendAnew = async () => {
    const seen = [...senders].filter(([source]) => kindOf(source) === 'video');
    await Promise.all(seen.map(([, { sender }]) => sender.replaceTrack(null)));
    for (const [source] of seen) send(source);
  };

  const addSource = (source: Source) => {
    const direction = fromTheStart.includes(source) ? 'sendrecv' : 'sendonly';
    addSender(source, connection.addTransceiver(kindOf(source), { direction }));
  };

  /** What the offer has m-lines for in both directions, the answer uses. */
  const joinSources = (half: PairHalf) => {
    const byMid = transceiversOf(connection);
    for (const source of fromTheStart) {
      const transceiver = byMid.get(half.publishOn[source] ?? '');
      if (transceiver === undefined || senders.has(source)) continue;
      transceiver.direction = 'sendrecv';
      addSender(source, transceiver);
    }
    for (const source of tracks.keys()) if (!senders.has(source)) addSource(source);
  };

  const listen = (half: PairHalf) => {
    theirs = half.publishOn;
    receivers = new Map([...transceiversOf(connection)].map(([mid, { receiver }]) => [mid, receiver]));
    onTracks();
  };

  const handleDescription = async (half: PairHalf) => {
    const { description } = half;
    if (seen?.negotiation === description.negotiation && seen.type === description.type) return;
    seen = description;
    const sdp = askForAudio(description.sdp, audioPacketTime, senders.get('screen-audio')?.mid ?? undefined);
    if (description.type === 'answer') {
      const isAwaited =
        connection.signalingState === 'have-local-offer' && own?.negotiation === description.negotiation;
      if (!isAwaited) return;
      await connection.setRemoteDescription({ type: 'answer', sdp });
      return;
    }
    const isGivingWay = connection.signalingState !== 'stable';
    if (isGivingWay && !isPolite) return;
    await connection.setRemoteDescription({ type: 'offer', sdp });
    joinSources(half);
    data.answer(connection, sdp);
    await describe(description.negotiation);
    if (isGivingWay) await sendAnew();
  };

  const handleCandidates = async (half: PairHalf) => {
    if (connection.remoteDescription === null) return;
    const missing = half.candidates.filter((candidate) => !added.has(keyOf(candidate)));
    added = new Set(half.candidates.map(keyOf));
    for (const candidate of missing) {
      // One of a description that gave way, or of a kind that this side has not, is of no use, and no harm.
      await connection.addIceCandidate(toInit(candidate)).catch(() => undefined);
    }
  };

  connection.addEventListener('negotiationneeded', () => run(offer));
  tellStages(connection, onStage);
  connection.addEventListener('signalingstatechange', () => {
    if (connection.signalingState !== 'stable') return;
    // How something is to be sent is refused, or of a new m-line forgotten, by Chromium while the two negotiate.
    for (const source of ['camera', 'screen'] as const) send(source);
  });
  connection.addEventListener('connectionstatechange', () => onState(connection.connectionState));
  connection.addEventListener('icecandidate', ({ candidate }) => {
    const { sdp = '' } = connection.localDescription ?? {};
    if (candidate !== null && !isOf(candidate, sdp)) return;
    forgetCandidatesOfBefore(sdp);
    const found = candidate === null ? noMore : describeCandidate(candidate);
    const isKnown = candidates.some((known) => keyOf(known) === keyOf(found));
    if (isKnown || candidates.length >= maxCandidates) return;
    candidates = [...candidates, found];
    // Those that come before the description is said go with it.
    if (own !== undefined && ufragOf(own.sdp) === generation) tell();
  });

  return {
    begin: () => {
      data.open(connection);
      for (const source of new Set([...fromTheStart, ...tracks.keys()])) addSource(source);
    },
    accept: (half) =>
      run(async () => {
        await handleDescription(half);
        await handleCandidates(half);
        listen(half);
      }),
    setTrack: (source, track) => {
      if (tracks.get(source) === track) return;
      if (track === undefined) tracks.delete(source);
      else tracks.set(source, track);
      // Before the first description is there nothing need be added: it will be with it.
      if (track !== undefined && !senders.has(source) && senders.size > 0) addSource(source);
      else send(source);
    },
    setShown: (height) => {
      if (shown === height) return;
      shown = height;
      send('camera');
    },
    holdBack: (other) => {
      held = other;
      for (const source of ['camera', 'screen'] as const) send(source);
    },
    trackOf: (source) => receivers.get(theirs[source] ?? '')?.track,
    levelOf: (source) => {
      const mid = theirs[source] ?? '';
      return levels.read(mid, receivers.get(mid));
    },
    setIceServers: (servers) => useIceServers(connection, servers),
    restartIce: () => connection.restartIce(),
    data,
    get state() {
      return connection.connectionState;
    },
    receivedBytes: async () => received.count(await connection.getStats()),
    getStats: () => connection.getStats(),
    close: () => connection.close(),
  };
};

function transceiversOf(connection: RTCPeerConnection): ReadonlyMap<string, RTCRtpTransceiver> {
  return new Map(
    connection.getTransceivers().flatMap((one) => (one.mid === null ? [] : [[one.mid, one] as const])),
  );
}

function prefer(transceiver: RTCRtpTransceiver, source: Source): RTCRtpTransceiver {
  // A screen's sound is four times as much as a voice: twice of it is too much.
  if (source === 'microphone') {
    const codecs = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [];
    if (codecs.length > 0) transceiver.setCodecPreferences(redundantFirst(codecs));
  }
  return transceiver;
}

function keyOf({ candidate, sdpMid, sdpMLineIndex }: IceCandidate): string {
  return `${sdpMid} ${sdpMLineIndex} ${candidate}`;
}

function describeCandidate({ candidate, sdpMid, sdpMLineIndex }: RTCIceCandidate): IceCandidate {
  return { candidate, sdpMid, sdpMLineIndex };
}

/** Undefined says that there are no more (RFC 8838 section 8.2). */
function toInit({ candidate, sdpMid, sdpMLineIndex }: IceCandidate): RTCIceCandidateInit | undefined {
  return candidate === '' ? undefined : { candidate, sdpMid, sdpMLineIndex };
}

/** Candidates of the description before may come late. */
function isOf({ usernameFragment }: RTCIceCandidate, sdp: string): boolean {
  return usernameFragment === null || usernameFragment === ufragOf(sdp);
}
