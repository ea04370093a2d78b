/** A link between two without a browser: offers and answers in words, and is as the test says. */
import type { IceServer, Source } from '@plenum/protocol';
import { factOf } from '../connections/stage-facts.ts';
import type { StageFact } from '../connections/stages.ts';
import type { Stats } from '../connections/stats.ts';
import type { CreatePairLink, HeldBack, PairHalf, PairLink } from '../mesh/pair-link.ts';
import { fakeArrivals } from './fake-arrivals.ts';
import { type FakeDataLink, fakeDataLink } from './fake-data-link.ts';

export interface FakePairLink extends PairLink {
  readonly data: FakeDataLink;
  readonly isPolite: boolean;
  readonly sent: ReadonlyMap<Source, MediaStreamTrack>;
  /** What the other side says of its half. */
  readonly theirs: PairHalf | undefined;
  readonly shown: number | undefined;
  readonly held: HeldBack;
  readonly restarts: number;
  readonly isClosed: boolean;
  readonly iceServers: readonly IceServer[];
  readonly levels: Map<Source, number>;
  /** The ids of the tracks that something comes by: `pair <number> <source>`. */
  readonly arriving: Set<string>;
  /** Makes the connection change its state, as the network would. */
  change(state: RTCPeerConnectionState): void;
  /** Tells of a stage what the state does not. */
  tell(fact: StageFact): void;
  /** What it says besides what arrives. */
  stats: Stats;
  /** Finds another way to be reached. */
  find(candidate: string): void;
  fail: Parameters<CreatePairLink>[0]['onFailed'];
}

const publishOn = { microphone: '0', camera: '1', screen: '2', 'screen-audio': '3' };

export function fakePairLinks() {
  const links: FakePairLink[] = [];
  const create: CreatePairLink = (options) => {
    const { isPolite, onHalf, onState, onStage, onTracks, onFailed } = options;
    const sent = new Map<Source, MediaStreamTrack>();
    const levels = new Map<Source, number>();
    const tracks = new Map<Source, MediaStreamTrack>();
    const arrivals = fakeArrivals();
    const number = links.length;
    let half: PairHalf | undefined;
    let theirs: PairHalf | undefined;
    let state: RTCPeerConnectionState = 'new';
    let shown: number | undefined;
    let held: HeldBack = { leftOut: [], isCameraSmaller: false };
    let restarts = 0;
    let isClosed = false;
    let { iceServers } = options;
    let received = 0;
    const describe = (type: 'offer' | 'answer', negotiation: number) => {
      half = { description: { type, sdp: `${type} ${negotiation}`, negotiation }, candidates: [], publishOn };
      onHalf(half);
    };
    const link: FakePairLink = {
      data: fakeDataLink(),
      isPolite,
      sent,
      levels,
      arriving: arrivals.tracks,
      get theirs() {
        return theirs;
      },
      get shown() {
        return shown;
      },
      get held() {
        return held;
      },
      get restarts() {
        return restarts;
      },
      get isClosed() {
        return isClosed;
      },
      get state() {
        return state;
      },
      get iceServers() {
        return iceServers;
      },
      setIceServers: (servers) => {
        iceServers = servers;
      },
      begin: () => describe('offer', 1),
      accept: (other) => {
        const { type, negotiation } = other.description;
        const isNew = theirs?.description.negotiation !== negotiation;
        theirs = other;
        if (type === 'offer' && isNew) describe('answer', negotiation);
        onStage('described');
        onTracks();
      },
      setTrack: (source, track) => {
        if (track === undefined) sent.delete(source);
        else sent.set(source, track);
      },
      setShown: (height) => {
        shown = height;
      },
      holdBack: (other) => {
        held = other;
      },
      trackOf: (source) => {
        if (theirs?.publishOn[source] === undefined) return undefined;
        const track = tracks.get(source) ?? ({ id: `pair ${number} ${source}` } as MediaStreamTrack);
        tracks.set(source, track);
        return track;
      },
      levelOf: (source) => levels.get(source) ?? 0,
      restartIce: () => {
        restarts += 1;
        describe('offer', (theirs?.description.negotiation ?? 0) + 1);
      },
      receivedBytes: async () => {
        received += 100;
        return received;
      },
      getStats: async () => new Map([...(await arrivals.getStats()), ...link.stats]),
      tell: onStage,
      stats: new Map(),
      change: (to) => {
        state = to;
        const fact = factOf(to);
        if (fact !== undefined) onStage(fact);
        onState(to);
      },
      find: (candidate) => {
        if (half === undefined) return;
        const found = { candidate, sdpMid: '0', sdpMLineIndex: 0 };
        half = { ...half, candidates: [...half.candidates, found] };
        onHalf(half);
      },
      fail: onFailed,
      close: () => {
        isClosed = true;
        link.data.setOpen(false);
      },
    };
    links.push(link);
    return link;
  };
  return { links, create };
}
