/**
 * One's links to all the others of a room, as its Communication object lists them. Of two the later begins; a link that ends
 * while both are there is made anew. Without growing it makes no more, and those that there are go on.
 */
import { retryDelayMs } from '@plenum/hyperty';
import {
  type CommunicationData,
  ConferenceError,
  type ConnectionSnapshot,
  type HypertyUrl,
  type IceServer,
  type ParticipantData,
  type ParticipantId,
  type Source,
} from '@plenum/protocol';
import type { ConnectionWatch } from '../connections/connection-watch.ts';
import type { DataLink } from '../data/data-link.ts';
import { furtherRelief, OverloadWatch, type Relief } from './overload-watch.ts';
import { Pair, type PairContext, type PairPeer } from './pair.ts';

export interface MeshEvents {
  /** What arrives, or how a link is. */
  onChanged(): void;
  /** To somebody no way was found in time; they stay in this list while they are in the room. */
  onUnreachable(ids: readonly ParticipantId[]): void;
  /** Data for somebody goes by that, or by nothing more. */
  onDataLink(id: ParticipantId, link: DataLink | undefined): void;
  /** The device does not keep up; told again while it does not. */
  onOverloaded(): void;
}

interface Attempts {
  readonly count: number;
  /** Ends the pause before the next; undefined where none is due. */
  readonly stop: (() => void) | undefined;
}

export class Mesh {
  readonly #context: PairContext;
  readonly #events: MeshEvents;
  readonly #pairs = new Map<ParticipantId, Pair>();
  readonly #attempts = new Map<ParticipantId, Attempts>();
  /** Connections that could not be made, of those to whom none has been made since. */
  readonly #failed = new Map<ParticipantId, ConnectionWatch>();
  /** Hyperties that have no use for media. */
  readonly #withoutMedia = new Set<HypertyUrl>();
  readonly #unreachable = new Set<ParticipantId>();
  readonly #overload: OverloadWatch;
  readonly #tracks = new Map<Source, MediaStreamTrack>();
  #wanted: Readonly<Record<string, number>> | undefined;
  #participants: CommunicationData['participants'] = {};
  /** Whether the room cannot go over to the media server. */
  #isForGood = false;
  #relief: Relief = 'none';
  #isGrowing = false;
  #isClosed = false;

  constructor(context: PairContext, events: MeshEvents) {
    this.#context = context;
    this.#events = events;
    this.#overload = new OverloadWatch({
      clock: context.clock,
      getStats: () => Promise.all([...this.#pairs.values()].map(({ link }) => link.getStats())),
      onOverloaded: (isStarved) => this.#handleOverload(isStarved),
    });
  }

  get pairs(): ReadonlyMap<ParticipantId, Pair> {
    return this.#pairs;
  }

  /** One to each of the others; of a failed one that is tried again, how it failed. */
  get connections(): readonly ConnectionWatch[] {
    const present = [...this.#pairs].map(([id, { connection }]) => [id, connection] as const);
    return [...new Map([...present, ...this.#failed]).values()];
  }

  /** To whom no connection could be made; it is tried again. */
  get failed(): ReadonlySet<ParticipantId> {
    return new Set(this.#failed.keys());
  }

  /** The room's list is another now; `isGrowing`: whether who has no link gets one. */
  follow(
    { topology, participants }: Pick<CommunicationData, 'topology' | 'participants'>,
    isGrowing: boolean,
  ): void {
    if (this.#isClosed) return;
    const before = Object.keys(this.#participants).length;
    this.#participants = participants;
    this.#isForGood = topology === 'mesh';
    this.#isGrowing = isGrowing;
    for (const { peer } of [...this.#pairs.values()]) {
      if (participants[peer.id]?.hypertyURL !== peer.hypertyUrl) this.#close(peer.id);
    }
    for (const id of [...this.#attempts.keys(), ...this.#failed.keys()]) {
      if (participants[id] === undefined) this.#forget(id);
    }
    // What was too much for so many may not be for fewer.
    if (Object.keys(participants).length < before) this.#relieve('none');
    // Where media goes another way nothing is tried again.
    if (!isGrowing) this.#failed.clear();
    this.#tellUnreachable([...this.#unreachable].filter((id) => participants[id] !== undefined));
    for (const id of Object.keys(participants) as ParticipantId[]) this.#beginWith(id);
  }

  #tellUnreachable(ids: readonly ParticipantId[]): void {
    if (ids.length === this.#unreachable.size && ids.every((id) => this.#unreachable.has(id))) return;
    this.#unreachable.clear();
    for (const id of ids) this.#unreachable.add(id);
    this.#events.onUnreachable(ids);
  }

  #forget(id: ParticipantId): void {
    this.#attempts.get(id)?.stop?.();
    this.#attempts.delete(id);
    this.#failed.delete(id);
  }

  #close(id: ParticipantId): void {
    this.#pairs.get(id)?.close();
    this.#delete(id);
  }

  #delete(id: ParticipantId): void {
    this.#pairs.delete(id);
    this.#watchOverload();
    this.#events.onDataLink(id, undefined);
  }

  #handleChanged(id: ParticipantId): void {
    if (this.#pairs.get(id)?.connection.report.current.state === 'connected') this.#failed.delete(id);
    this.#events.onChanged();
  }

  #handleEnded(id: ParticipantId): void {
    const connection = this.#pairs.get(id)?.connection;
    this.#delete(id);
    if (this.#isGrowing && connection?.report.current.state === 'failed') this.#failed.set(id, connection);
  }

  #peer(id: ParticipantId): PairPeer | undefined {
    const hypertyUrl = this.#participants[id]?.hypertyURL as HypertyUrl | undefined;
    const isOther = id !== this.#context.localId && hypertyUrl !== undefined;
    return isOther && !this.#withoutMedia.has(hypertyUrl) ? { id, hypertyUrl } : undefined;
  }

  #beginWith(id: ParticipantId): void {
    const peer = this.#isGrowing ? this.#peer(id) : undefined;
    if (peer === undefined || this.#pairs.has(id) || this.#attempts.get(id)?.stop !== undefined) return;
    if (!this.#isLater(id)) return;
    const pair = Pair.begin(peer, this.#context, this.#eventsOf(peer));
    this.#add(pair);
    pair.link.begin();
  }

  /** Whether one came after somebody: then it is upon oneself to begin. */
  #isLater(id: ParticipantId): boolean {
    const { localId } = this.#context;
    const [own, other] = [this.#participants[localId], this.#participants[id]];
    return own !== undefined && other !== undefined && orderOf(localId, own) > orderOf(id, other);
  }

  #add(pair: Pair): void {
    this.#pairs.set(pair.peer.id, pair);
    this.#events.onDataLink(pair.peer.id, pair.link.data);
    for (const [source, track] of this.#tracks) pair.sending.setTrack(source, track);
    pair.sending.relieve(this.#relief);
    this.#watchOverload();
    const height = this.#wanted === undefined ? undefined : (this.#wanted[pair.peer.id] ?? 0);
    if (height !== undefined) pair.want(height);
  }

  #watchOverload(): void {
    this.#overload.watch(!this.#isClosed && this.#pairs.size > 1);
  }

  #handleOverload(isStarved: boolean): void {
    this.#events.onOverloaded();
    if (this.#isForGood) this.#relieve(furtherRelief(this.#relief, isStarved));
  }

  #relieve(relief: Relief): void {
    this.#relief = relief;
    for (const { sending } of this.#pairs.values()) sending.relieve(relief);
  }

  #eventsOf({ id, hypertyUrl }: PairPeer) {
    return {
      onChanged: () => this.#handleChanged(id),
      onSlow: () => this.#tellUnreachable([...this.#unreachable, id]),
      onEnded: (error: ConferenceError | undefined) => {
        this.#handleEnded(id);
        if (error?.code === 'unsupported-media') this.#withoutMedia.add(hypertyUrl);
        else this.#retry(id);
        this.#events.onChanged();
      },
    };
  }

  /** After a pause, which grows: the other may be gone, and the room not know it yet. */
  #retry(id: ParticipantId): void {
    if (this.#isClosed || !this.#isGrowing) return;
    const count = (this.#attempts.get(id)?.count ?? 0) + 1;
    this.#attempts.get(id)?.stop?.();
    const stop = this.#context.clock.after(retryDelayMs(count), () => {
      this.#attempts.set(id, { count, stop: undefined });
      this.#beginWith(id);
    });
    this.#attempts.set(id, { count, stop });
  }

  /**
   * Somebody brings its half of a link: to begin one, or in reply.
   * @throws ConferenceError `participant-not-found`, `not-authorized` where it is not upon the sender to begin.
   */
  handleConnection(snapshot: ConnectionSnapshot): void {
    const { reporter, data } = snapshot;
    const found = Object.entries(this.#participants).find(([, { hypertyURL }]) => hypertyURL === reporter);
    const peer = found === undefined ? undefined : this.#peer(found[0] as ParticipantId);
    if (peer === undefined) throw new ConferenceError('participant-not-found');
    const pair = this.#pairs.get(peer.id);
    if (data.inReplyTo !== undefined) {
      if (pair?.url !== data.inReplyTo) throw new ConferenceError('object-not-found');
      return pair.handleReply(snapshot);
    }
    if (this.#isLater(peer.id)) throw new ConferenceError('not-authorized', 'It is not upon you to begin.');
    this.#close(peer.id);
    this.#add(Pair.reply(peer, snapshot, this.#context, this.#eventsOf(peer)));
    this.#events.onChanged();
  }

  /** Whether somebody has no use for media, so that there is no link to them. */
  isWithoutMedia(id: ParticipantId): boolean {
    return this.#withoutMedia.has(this.#participants[id]?.hypertyURL as HypertyUrl);
  }

  setTrack(source: Source, track: MediaStreamTrack | undefined): void {
    if (track === undefined) this.#tracks.delete(source);
    else this.#tracks.set(source, track);
    for (const { sending } of this.#pairs.values()) sending.setTrack(source, track);
  }

  /** Those of links that are made later are in the context. */
  setIceServers(servers: readonly IceServer[]): void {
    for (const { link } of this.#pairs.values()) link.setIceServers(servers);
  }

  /** How tall others are on the screen. */
  want(wanted: Readonly<Record<string, number>>): void {
    this.#wanted = wanted;
    for (const pair of this.#pairs.values()) pair.want(wanted[pair.peer.id] ?? 0);
  }

  handleSessionBack(): void {
    for (const pair of this.#pairs.values()) pair.handleSessionBack();
  }

  /** The others see it by the end of the own Connections. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#overload.close();
    for (const id of [...this.#attempts.keys()]) this.#forget(id);
    for (const id of [...this.#pairs.keys()]) this.#close(id);
  }
}

/** Sorts by the time of joining, and those of the same moment by their ids. */
function orderOf(id: string, { joined }: ParticipantData): string {
  return `${joined} ${id}`;
}
