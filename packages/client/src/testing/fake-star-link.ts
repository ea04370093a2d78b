/** A link without a browser: answers as the fake media server expects, and remembers what it was told. */
import { fakeAnswer } from '@plenum/media/fake';
import type { IceServer, Source } from '@plenum/protocol';
import { factOf } from '../connections/stage-facts.ts';
import type { StageFact } from '../connections/stages.ts';
import type { Stats } from '../connections/stats.ts';
import type { CreateStarLink, StarLink } from '../star-link.ts';
import { fakeArrivals } from './fake-arrivals.ts';
import { type FakeDataLink, fakeDataLink } from './fake-data-link.ts';

export interface FakeStarLink extends StarLink {
  readonly data: FakeDataLink;
  readonly offers: readonly string[];
  readonly sent: ReadonlyMap<Source, MediaStreamTrack>;
  /** Of the camera's sizes the largest that is sent. */
  readonly largestLayer: number | undefined;
  readonly isClosed: boolean;
  /** What it would look for its way with. */
  readonly iceServers: readonly IceServer[];
  /** The same at each offer. */
  readonly iceServersWhenAsked: readonly (readonly IceServer[])[];
  /** How loud each slot is. */
  readonly levels: Map<string, number>;
  /** Makes the connection change its state, as the network would. */
  change(state: RTCPeerConnectionState): void;
  /** Tells of a stage what the state does not. */
  tell(fact: StageFact): void;
  /** What it says besides what arrives. */
  stats: Stats;
  /** Whether something comes through the network. */
  isReceiving: boolean;
  /** The ids of the tracks that something comes by: `slot <mid>`. */
  readonly arriving: Set<string>;
}

export function fakeStarLinks(answer: (offer: string) => string = fakeAnswer) {
  const links: FakeStarLink[] = [];
  const create: CreateStarLink = ({ onState, onStage }) => {
    const offers: string[] = [];
    const sent = new Map<Source, MediaStreamTrack>();
    const levels = new Map<string, number>();
    const tracks = new Map<string, MediaStreamTrack>();
    const arrivals = fakeArrivals();
    let isClosed = false;
    let largestLayer: number | undefined;
    let iceServers: readonly IceServer[] = [];
    const iceServersWhenAsked: (readonly IceServer[])[] = [];
    let state: RTCPeerConnectionState = 'new';
    let received = 0;
    const link: FakeStarLink = {
      data: fakeDataLink(),
      offers,
      sent,
      levels,
      get isClosed() {
        return isClosed;
      },
      get state() {
        return state;
      },
      change: (to) => {
        state = to;
        const fact = factOf(to);
        if (fact !== undefined) onStage(fact);
        onState(to);
      },
      tell: onStage,
      stats: new Map(),
      isReceiving: true,
      arriving: arrivals.tracks,
      receivedBytes: async () => {
        received += link.isReceiving ? 100 : 0;
        return received;
      },
      accept: async (offer) => {
        offers.push(offer);
        onStage('described');
        iceServersWhenAsked.push(iceServers);
        return answer(offer);
      },
      connecting: Promise.resolve(),
      setTrack: (source, track) => {
        if (track === undefined) sent.delete(source);
        else sent.set(source, track);
      },
      get largestLayer() {
        return largestLayer;
      },
      setLargestLayer: (layer) => {
        largestLayer = layer;
      },
      iceServersWhenAsked,
      get iceServers() {
        return iceServers;
      },
      setIceServers: (servers) => {
        iceServers = servers;
      },
      trackOf: (mid) => {
        // One track for each slot, as a receiver has.
        const track = tracks.get(mid) ?? ({ id: `slot ${mid}` } as MediaStreamTrack);
        tracks.set(mid, track);
        return track;
      },
      levelOf: (mid) => levels.get(mid) ?? 0,
      getStats: async () => new Map([...(await arrivals.getStats()), ...link.stats]),
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
