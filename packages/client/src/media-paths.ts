/**
 * All ways by which one's media goes and the others' comes: the link to the media server, links straight to others, or for a
 * while both. A source is taken by the new way once it comes by it; a way is let go when nothing is taken by it any more.
 */
import type { Clock } from '@plenum/hyperty';
import {
  type ChosenView,
  type CommunicationData,
  ConferenceError,
  type ConnectionSnapshot,
  type IceServer,
  type Kind,
  kindOf,
  type ParticipantId,
  type Plan,
  type Source,
  type View,
} from '@plenum/protocol';
import { Flow, reviewEveryMs } from './arrivals.ts';
import { type CompositeTracks, CompositeView } from './composite-view.ts';
import { type ConnectionEnds, carryPictures } from './connections/carried-pictures.ts';
import type { ConnectionPeer } from './connections/connection-report.ts';
import type { ConnectionWatch } from './connections/connection-watch.ts';
import { type CarriedPictures, nothingCarried } from './connections/pictures.ts';
import type { Mesh } from './mesh/mesh.ts';
import { choosePath, type Way, type WayState, wayOf } from './path-choice.ts';
import type { Star } from './star.ts';

export interface MediaPathsContext {
  readonly localId: ParticipantId;
  readonly clock: Clock;
  /** Undefined for who wants no media. */
  readonly makeMesh: ((onChanged: () => void) => Mesh) | undefined;
}

export interface MediaPathsEvents {
  /** What arrives is another now, or by another way. */
  onChanged(): void;
}

type FollowedRoom = Pick<CommunicationData, 'topology' | 'plan' | 'participants'>;
type Wanted = Readonly<Record<string, number>>;

/** After that the old way is let go although not all came by the new one. */
const settleWithinMs = 15_000;

export class MediaPaths {
  readonly #context: MediaPathsContext;
  readonly #events: MediaPathsEvents;
  readonly #mesh: Mesh | undefined;
  readonly #tracks = new Map<Source, MediaStreamTrack>();
  /** By participant and source, while there are two ways. */
  #chosen: ReadonlyMap<string, Way> = new Map();
  #room: FollowedRoom = { topology: 'sfu', plan: 'sfu', participants: {} };
  #changedAt = 0;
  #star: Star | undefined;
  #wanted: Wanted | undefined;
  #view: View = 'auto';
  readonly #flow: Flow;
  readonly #composite: CompositeView;
  #stopReviewing: (() => void) | undefined;
  #isClosed = false;

  constructor(context: MediaPathsContext, events: MediaPathsEvents) {
    this.#context = context;
    this.#events = events;
    this.#flow = new Flow(context.clock, () => this.getStats());
    this.#composite = new CompositeView({
      clock: context.clock,
      flow: this.#flow,
      tracks: () => this.#compositeTracks(),
      streams: () => this.#streamsWanted(),
      onShown: (isShown) => {
        this.#star?.setCompositeShown(isShown);
        this.#events.onChanged();
      },
    });
    this.#mesh = context.makeMesh?.(() => {
      this.#events.onChanged();
      this.#review();
    });
  }

  /** Goes on by that link to the media server, or without any. */
  useStar(star: Star | undefined): void {
    if (this.#star !== star) this.#star?.close();
    this.#star = star;
    if (star === undefined) return this.#events.onChanged();
    for (const [source, track] of this.#tracks) star.link.setTrack(source, track);
    if (this.#wanted !== undefined) star.want(this.#wanted);
    star.setCompositeShown(this.#composite.isShown);
    this.handleViewChosen();
    this.#review();
    this.#composite.follow();
  }

  /** Another is in a slot of the star, or a track came. */
  handleSlots(): void {
    this.#composite.follow();
    this.#events.onChanged();
  }

  /** What one wants to see. */
  setView(view: View): void {
    this.#view = view;
    this.handleViewChosen();
  }

  /** The server chose something else to see, for who leaves it to it. */
  handleViewChosen(): void {
    this.#composite.want(this.#isCompositeWanted);
    this.#events.onChanged();
  }

  /** What it chose, where that is asked for. */
  get chosenView(): ChosenView | undefined {
    return this.#view === 'auto' ? this.#star?.chosenView : undefined;
  }

  get #isCompositeWanted(): boolean {
    if (this.#view !== 'auto') return this.#view === 'composite';
    return this.#room.topology === 'mcu' || this.chosenView !== undefined;
  }

  /** Everybody as one picture and one sound, while that is shown instead of each. */
  get composite(): CompositeTracks | undefined {
    return this.#composite.isShown ? this.#compositeTracks() : undefined;
  }

  #compositeTracks(): CompositeTracks | undefined {
    const slots = Object.entries(this.#star?.slots ?? {}).filter(([, { isComposite }]) => isComposite);
    const slotOf = (wanted: Kind) => slots.find(([, { kind }]) => kind === wanted);
    const trackOf = (wanted: Kind) => {
      const mid = slotOf(wanted)?.[0];
      return mid === undefined ? undefined : this.#star?.link.trackOf(mid);
    };
    const [picture, sound] = [trackOf('video'), trackOf('audio')];
    if (picture === undefined || sound === undefined) return undefined;
    return { picture, sound, isPictureLeftOut: slotOf('video')?.[1].isPaused === true };
  }

  /** The tracks of what is looked at and listened to of the others; undefined for what has none. */
  #streamsWanted(): readonly (MediaStreamTrack | undefined)[] {
    return this.#sources().flatMap(([id, source]) => {
      const isAskedFor =
        kindOf(source) === 'audio' || this.#wanted === undefined || (this.#wanted[id] ?? 0) > 0;
      return isAskedFor ? [this.#streamOf(id, source)] : [];
    });
  }

  get star(): Star | undefined {
    return this.#star;
  }

  /** The room's plan, or who is in it, is another now. */
  follow(room: FollowedRoom): void {
    if (this.#isClosed) return;
    if (room.plan !== this.#room.plan) this.#changedAt = this.#context.clock.now();
    this.#room = room;
    this.#mesh?.follow(room, room.plan === 'mesh');
    this.#composite.want(this.#isCompositeWanted);
    this.#review();
  }

  /** Somebody in the room brings its half of a link to it. @throws ConferenceError as `Mesh.handleConnection`. */
  handleConnection(snapshot: ConnectionSnapshot): void {
    if (this.#mesh === undefined) throw new ConferenceError('unsupported-media');
    this.#mesh.handleConnection(snapshot);
    this.#review();
  }

  /** The track to send for a source. */
  setTrack(source: Source, track: MediaStreamTrack | undefined): void {
    if (track === undefined) this.#tracks.delete(source);
    else this.#tracks.set(source, track);
    this.#star?.link.setTrack(source, track);
    this.#mesh?.setTrack(source, track);
  }

  /** How tall others are on the screen. */
  want(wanted: Wanted): void {
    if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) return;
    this.#wanted = wanted;
    this.#star?.want(wanted);
    this.#mesh?.want(wanted);
    this.#events.onChanged();
  }

  /** The track that arrives for somebody's source, by the way that it is taken; none while the composite is shown. */
  trackOf(id: ParticipantId, source: Source): MediaStreamTrack | undefined {
    return this.#composite.isShown ? undefined : this.#streamOf(id, source);
  }

  #streamOf(id: ParticipantId, source: Source): MediaStreamTrack | undefined {
    const way = this.#wayTaken(id, source);
    return way === undefined ? undefined : this.#trackBy(way, id, source);
  }

  #wayTaken(id: ParticipantId, source: Source): Way | undefined {
    const preferred = wayOf(this.#room.plan);
    const current = this.#chosen.get(`${id} ${source}`);
    const stateOf = (way: Way): WayState => (this.#trackBy(way, id, source) === undefined ? 'none' : 'idle');
    return choosePath({
      preferred,
      current,
      states: { star: stateOf('star'), direct: stateOf('direct') },
    });
  }

  #trackBy(way: Way, id: ParticipantId, source: Source): MediaStreamTrack | undefined {
    if (way === 'direct') return this.#directTrack(id, source);
    const mid = this.#slotOf(id, source);
    return mid === undefined ? undefined : this.#star?.link.trackOf(mid);
  }

  /** Of a camera that is not asked for nothing comes: the last frame would stand still. */
  #directTrack(id: ParticipantId, source: Source): MediaStreamTrack | undefined {
    const isAskedFor = source !== 'camera' || this.#wanted === undefined || (this.#wanted[id] ?? 0) > 0;
    return isAskedFor ? this.#mesh?.pairs.get(id)?.link.trackOf(source) : undefined;
  }

  #slotOf(id: ParticipantId, source: Source): string | undefined {
    const slots = Object.entries(this.#star?.slots ?? {});
    return slots.find(([, slot]) => slot.participantId === id && slot.source === source)?.[0];
  }

  /** Whether it is left out for now, since the way does not carry it: by the media server, or by who sends it. */
  isPaused(id: ParticipantId, source: Source): boolean {
    const way = this.#wayTaken(id, source);
    if (way === 'direct') return this.#mesh?.pairs.get(id)?.isLeftOut(source) === true;
    const mid = this.#slotOf(id, source);
    return mid !== undefined && way === 'star' && this.#star?.slots[mid]?.isPaused === true;
  }

  /** 0 to 1: how loud everybody is who is heard. */
  levels(): ReadonlyMap<ParticipantId, number> {
    const ids = Object.keys(this.#room.participants) as ParticipantId[];
    return new Map(ids.map((id) => [id, this.#levelOf(id)] as const));
  }

  #levelOf(id: ParticipantId): number {
    const way = this.#wayTaken(id, 'microphone');
    if (way === 'direct') return this.#mesh?.pairs.get(id)?.link.levelOf('microphone') ?? 0;
    const mid = this.#slotOf(id, 'microphone');
    return mid === undefined ? 0 : (this.#star?.link.levelOf(mid) ?? 0);
  }

  /** Those whose only link to here is lost for the moment. */
  get lost(): ReadonlySet<ParticipantId> {
    if (this.#star !== undefined) return new Set();
    return new Set([...(this.#mesh?.pairs ?? [])].flatMap(([id, { isLost }]) => (isLost ? [id] : [])));
  }

  /** How each connection is, and came about. */
  get connections(): readonly ConnectionWatch[] {
    const star = this.#star === undefined ? [] : [this.#star.connection];
    return [...star, ...(this.#mesh?.connections ?? [])];
  }

  /** The pictures that come and go by one of them; what is taken by another is not of it. */
  carriedBy(peer: ConnectionPeer): CarriedPictures {
    const ends = peer === 'server' ? this.#starEnds : this.#pairEnds(peer);
    return ends === undefined ? nothingCarried : carryPictures(ends, this.#sources(), this.#tracks);
  }

  get #starEnds(): ConnectionEnds | undefined {
    if (this.#star === undefined) return undefined;
    const { publishOn, shownLayer, allotment } = this.#star;
    return {
      midOf: (id, source) => (this.#wayTaken(id, source) === 'star' ? this.#slotOf(id, source) : undefined),
      isLeftOut: (id, source) => this.isPaused(id, source),
      publishOn,
      shownLayer,
      allotment,
    };
  }

  #pairEnds(peer: ParticipantId): ConnectionEnds | undefined {
    const mids = this.#mesh?.pairs.get(peer)?.mids;
    if (mids === undefined) return undefined;
    // Whom one does not show sends no camera.
    const isOutOfSight = this.#wanted !== undefined && (this.#wanted[peer] ?? 0) === 0;
    const isComing = (source: Source) =>
      this.#wayTaken(peer, source) === 'direct' && !(source === 'camera' && isOutOfSight);
    return {
      midOf: (id, source) => (id === peer && isComing(source) ? mids.theirs[source] : undefined),
      isLeftOut: (id, source) => this.isPaused(id, source),
      publishOn: mids.own,
    };
  }

  /** To whom no way leads from here, though one was tried; it is tried again. */
  get unreachable(): ReadonlySet<ParticipantId> {
    return this.#star === undefined && this.#mesh !== undefined ? this.#mesh.failed : new Set();
  }

  /** Of all connections, each one's behind its name. */
  async getStats(): Promise<RTCStatsReport> {
    const star = this.#star === undefined ? [] : [['server', this.#star.link] as const];
    const pairs = [...(this.#mesh?.pairs ?? [])].map(([id, { link }]) => [id, link] as const);
    const reports = await Promise.all(
      [...star, ...pairs].map(async ([name, link]) =>
        [...(await link.getStats())].map(([id, stat]) => [`${name}/${id}`, stat] as const),
      ),
    );
    return new Map(reports.flat());
  }

  get #areTwo(): boolean {
    return this.#star !== undefined && (this.#mesh?.pairs.size ?? 0) > 0;
  }

  /** While there are two ways, looks again and again by which of them something comes. */
  #review(): void {
    if (this.#isClosed || this.#stopReviewing !== undefined) return;
    if (!this.#areTwo) {
      if (this.#chosen.size > 0) this.#choose(new Map());
      return this.#letGo();
    }
    let isStopped = false;
    this.#stopReviewing = () => {
      isStopped = true;
    };
    void this.#flow.count().then(() => {
      if (isStopped) return;
      this.#decide();
      this.#stopReviewing = this.#context.clock.after(reviewEveryMs, () => {
        this.#stopReviewing = undefined;
        this.#review();
      });
    });
  }

  #decide(): void {
    const preferred = wayOf(this.#room.plan);
    const chosen = new Map<string, Way>();
    for (const [id, source] of this.#sources()) {
      const key = `${id} ${source}`;
      const states = { star: this.#stateOf('star', id, source), direct: this.#stateOf('direct', id, source) };
      const way = choosePath({ preferred, current: this.#chosen.get(key), states });
      if (way !== undefined) chosen.set(key, way);
    }
    this.#choose(chosen);
    this.#letGo();
  }

  #stateOf(way: Way, id: ParticipantId, source: Source): WayState {
    return this.#flow.stateOf(this.#trackBy(way, id, source));
  }

  #choose(chosen: ReadonlyMap<string, Way>): void {
    const before = this.#chosen;
    this.#chosen = chosen;
    const isSame = before.size === chosen.size && [...chosen].every(([key, way]) => before.get(key) === way);
    if (!isSame) this.#events.onChanged();
  }

  /** What the others send now. */
  #sources(): readonly (readonly [ParticipantId, Source])[] {
    return Object.entries(this.#room.participants).flatMap(([id, { publications }]) =>
      id === this.#context.localId
        ? []
        : Object.entries(publications).flatMap(([source, { muted }]) =>
            muted ? [] : [[id as ParticipantId, source as Source] as const],
          ),
    );
  }

  /** Says of the old ways whether they are still of use. */
  #letGo(): void {
    const { plan } = this.#room;
    const others = Object.keys(this.#room.participants).filter((id) => id !== this.#context.localId);
    const isSettled = (id: string) => this.#isSettled(id as ParticipantId, plan);
    this.#star?.setReleased(plan === 'mesh' && others.every(isSettled));
    for (const [id, pair] of this.#mesh?.pairs ?? []) pair.setReleased(plan === 'sfu' && isSettled(id));
  }

  /** Whether all that is wanted of somebody comes by the way of the plan. */
  #isSettled(id: ParticipantId, plan: Plan): boolean {
    if (!this.#isUp(id, plan)) return false;
    if (this.#context.clock.now() - this.#changedAt > settleWithinMs) return true;
    const preferred = wayOf(plan);
    return this.#sources().every(([other, source]) => {
      const isWanted =
        kindOf(source) === 'audio' || this.#wanted === undefined || (this.#wanted[id] ?? 0) > 0;
      return other !== id || !isWanted || this.#chosen.get(`${id} ${source}`) === preferred;
    });
  }

  /** Whether the link of that plan is made. Who has no use for media has none to anybody. */
  #isUp(id: ParticipantId, plan: Plan): boolean {
    if (plan === 'sfu') return this.#star?.link.state === 'connected';
    return this.#mesh?.isWithoutMedia(id) === true || this.#mesh?.pairs.get(id)?.link.state === 'connected';
  }

  setIceServers(servers: readonly IceServer[]): void {
    this.#star?.link.setIceServers(servers);
    this.#mesh?.setIceServers(servers);
  }

  handleSessionBack(): void {
    this.#mesh?.handleSessionBack();
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#stopReviewing?.();
    this.#composite.close();
    this.#star?.close();
    this.#mesh?.close();
  }
}
