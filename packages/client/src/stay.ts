/**
 * Being in a room, from a join until it is replaced or ends: the Context that is reported, the Communication object that is
 * observed, and the links for media: to the media server, or to each of the others. A room that is come back to has another
 * stay.
 */
import type { Clock, DataObjectObserver, DataObjectReporter, RequestOptions } from '@plenum/hyperty';
import {
  type CommunicationData,
  ConferenceError,
  type ConferenceMethod,
  type ConnectionData,
  type ConnectionSnapshot,
  type ContextData,
  type IceServer,
  type ParamsOf,
  type ParticipantId,
  type Publications,
  type Request,
  type ResultOf,
  type RoomId,
  type Source,
  subscriptionOf,
  toConferenceError,
  type View,
} from '@plenum/protocol';
import type { OpenSession } from './client-session.ts';
import type { CompositeTracks } from './composite-view.ts';
import type { ConnectionPeer, ConnectionReport } from './connections/connection-report.ts';
import { ConnectionWatch } from './connections/connection-watch.ts';
import { toConnectionError } from './connections/failure-words.ts';
import type { CarriedPictures } from './connections/pictures.ts';
import { summarize } from './connections/summary.ts';
import { DataWays } from './data/data-ways.ts';
import { execute } from './execute.ts';
import { IceRenewal } from './ice-renewal.ts';
import { askToJoin, reportContext, type StayRequest } from './join-request.ts';
import { MediaPaths } from './media-paths.ts';
import { isMediaWanted } from './media-wanted.ts';
import { Mesh, type MeshEvents } from './mesh/mesh.ts';
import type { CreatePairLink } from './mesh/pair-link.ts';
import { parseCommunication, parseConnection } from './parse-objects.ts';
import { Star, type StarParts } from './star.ts';
import type { CreateStarLink, StarLinkOptions } from './star-link.ts';

export interface StayEvents {
  /** The Communication object changed. */
  onRoomChanged(): void;
  /** What arrives is another now, or how: somebody in a slot, a track, a link to somebody. */
  onMediaChanged(): void;
  /** Of the link to the media server. */
  onLinkState(state: RTCPeerConnectionState): void;
  /** By the server, or because negotiation failed. Final; not called after `close()`. */
  onEnded(error: ConferenceError): void;
}

export interface StayPlatform {
  readonly createStarLink: CreateStarLink;
  readonly createPairLink: CreatePairLink;
  readonly clock: Clock;
}

interface StayParts {
  readonly session: OpenSession;
  readonly roomId: RoomId;
  readonly participantId: ParticipantId;
  readonly context: DataObjectReporter<ContextData>;
  readonly communication: DataObjectObserver<CommunicationData>;
  readonly makeStarLink: () => WatchedLink;
  readonly makeMesh: ((events: MeshEvents) => Mesh) | undefined;
  readonly clock: Clock;
  readonly iceRenewal: IceRenewal;
}

type WatchedLink = Pick<StarParts, 'link' | 'connection'>;

/** How long the link may keep a joined room from its caller. */
const connectingAtMostMs = 300;

export class Stay {
  readonly session: OpenSession;
  readonly participantId: ParticipantId;
  /** The room's public state. */
  readonly communication: DataObjectObserver<CommunicationData>;
  /** The ways by which data goes. */
  readonly data = new DataWays(() => this.communication.data.plan);
  readonly #roomId: RoomId;
  readonly #letGo: () => void;
  readonly #context: DataObjectReporter<ContextData>;
  readonly #makeStarLink: () => WatchedLink;
  readonly #paths: MediaPaths;
  readonly #iceRenewal: IceRenewal;
  #events: StayEvents | undefined;
  #countedWithoutStar = 0;

  private constructor(parts: StayParts) {
    const { session, roomId, participantId, context, communication, clock, makeMesh } = parts;
    this.session = session;
    this.#letGo = session.hold();
    this.participantId = participantId;
    this.#roomId = roomId;
    this.#context = context;
    this.communication = communication;
    this.#makeStarLink = parts.makeStarLink;
    this.#iceRenewal = parts.iceRenewal;
    const onUnreachable = (ids: readonly ParticipantId[]) => this.#context.set('unreachable', [...ids]);
    // Final: a device that was overloaded once will be again.
    const onOverloaded = () => {
      if (this.#context.data.isOverloaded !== true) this.#context.set('isOverloaded', true);
    };
    const onDataLink: MeshEvents['onDataLink'] = (id, link) => this.data.usePair(id, link);
    this.#paths = new MediaPaths(
      {
        localId: participantId,
        clock,
        makeMesh:
          makeMesh && ((onChanged) => makeMesh({ onChanged, onUnreachable, onOverloaded, onDataLink })),
      },
      { onChanged: () => this.#events?.onMediaChanged() },
    );
    this.#paths.setView(context.data.view);
  }

  /**
   * One flight: session, address, object, observer and request go out together; the node handles them in order. Resolves
   * when the answer is on its way and the link is being made; leaves nothing behind when it rejects.
   * @throws ConferenceError as the server refuses, or `aborted`.
   */
  static async begin(session: OpenSession, request: StayRequest, platform: StayPlatform): Promise<Stay> {
    const { context, allocated } = reportContext(session, request);
    context.addObserver(session.conferenceUrl);
    let hasWaited = false;
    const onWaiting = () => {
      hasWaited = true;
      request.onWaiting?.();
    };
    const asked = askToJoin(session, { ...request, onWaiting }, context);
    // Told below, unless the browser refuses the link before.
    asked.catch(() => undefined);
    let made: WatchedLink | undefined;
    let stay: Stay | undefined;
    const makeStarLink = () =>
      watchedLink(platform, {
        onState: (state) => stay?.handleLinkState(state),
        audioPacketTime: request.audioPacketTime,
      });
    try {
      // Made while the request is on its way, unless there is no use for it as far as one knows.
      if (isStarLikely(request)) made = makeStarLink();
      const [joined] = await Promise.all([asked, session.ready, allocated]);
      if (hasWaited) made?.connection.handleFact('admitted');
      const { communication, server } = observe(session, joined);
      const { roomId } = request;
      const ask = () => execute(session, 'renewIceServers', { roomId });
      const use = (servers: readonly IceServer[]) => stay?.useIceServers(servers);
      const iceRenewal = new IceRenewal({ clock: platform.clock, ask, use }, joined);
      stay = new Stay({
        session,
        roomId,
        participantId: joined.participantId,
        context,
        communication,
        clock: platform.clock,
        makeStarLink: () => {
          const another = makeStarLink();
          another.link.setIceServers(iceRenewal.servers);
          return another;
        },
        makeMesh: meshMaker(session, request, joined.participantId, iceRenewal, platform),
        iceRenewal,
      });
      made?.link.setIceServers(joined.iceServers);
      if (server === undefined) made?.link.close();
      else stay.#useServer(server, made ?? stay.#makeStarLink());
      return stay;
    } catch (thrown) {
      context.close();
      made?.link.close();
      throw toConferenceError(thrown);
    }
  }

  #useServer(server: DataObjectObserver<ConnectionData>, link: WatchedLink): void {
    const star: Star = new Star(
      { session: this.session, server, ...link, iceRenewal: this.#iceRenewal },
      {
        onSlotsChanged: () => this.#paths.handleSlots(),
        onEnded: () => this.#handleStarEnded(star),
        onFailed: (error) => this.#end(error),
      },
    );
    this.#useStar(star);
  }

  #useStar(star: Star | undefined): void {
    this.#paths.useStar(star);
    this.data.useStar(star?.link.data);
  }

  /** Where media goes another way nothing is lost; otherwise another link is on its way, or one is in the room no more. */
  #handleStarEnded(star: Star): void {
    if (this.#paths.star !== star || this.communication.data.plan === 'sfu') return;
    this.#useStar(undefined);
    this.#events?.onLinkState('connected');
  }

  /** The page draws the room next, and browsers make connections on the thread that draws: that goes first, for a while. */
  underWay(clock: Clock): Promise<void> {
    const wanted = this.#paths.star?.underWay() ?? Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.after(connectingAtMostMs, resolve);
      void wanted.then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Tells from now on what happens to it, and links to the others where the room's plan says so. */
  listen(events: StayEvents): void {
    this.#events = events;
    this.communication.on('changed', () => {
      this.#followPlan();
      this.#events?.onRoomChanged();
    });
    this.communication.on('deleted', (reason) => this.#end(reason ?? new ConferenceError('room-closed')));
    this.communication.on('failed', (error) => this.#end(error));
    this.#followPlan();
  }

  /** The room tells that one is in it no more, and why. Says whether it is this room. */
  handleDismissal(message: Request): boolean {
    if (message.from !== subscriptionOf(this.communication.url)) return false;
    this.communication.handleDismissal(message);
    return true;
  }

  #followPlan(): void {
    this.#paths.follow(this.communication.data);
  }

  /**
   * The server, or somebody in the room, brings its half of a link to it.
   * @throws ConferenceError as `Mesh.handleConnection`.
   */
  handleConnection(snapshot: ConnectionSnapshot): void {
    if (snapshot.reporter !== this.session.conferenceUrl) return this.#paths.handleConnection(snapshot);
    const { runtime, hypertyUrl } = this.session;
    this.#useServer(runtime.syncher.adopt(snapshot, hypertyUrl, parseConnection), this.#makeStarLink());
  }

  /** The track that arrives for somebody's source. */
  trackOf(id: ParticipantId, source: Source): MediaStreamTrack | undefined {
    return this.#paths.trackOf(id, source);
  }

  /** Everybody as one picture and one sound, while that is shown instead of each. */
  get composite(): CompositeTracks | undefined {
    return this.#paths.composite;
  }

  /** What one wants to see; undefined: as the room was opened. */
  setView(view: View | undefined): void {
    if (this.#context.data.view !== view) this.#context.set('view', view);
    this.#paths.setView(view);
  }

  /** Whether somebody's source is left out for now, since the link does not carry it. */
  isPaused(id: ParticipantId, source: Source): boolean {
    return this.#paths.isPaused(id, source);
  }

  /** 0 to 1: how loud everybody is who is heard. */
  levels(): ReadonlyMap<ParticipantId, number> {
    return this.#paths.levels();
  }

  /** Those whose link to here is lost for the moment. */
  get lost(): ReadonlySet<ParticipantId> {
    return this.#paths.lost;
  }

  /** How each of its connections is, and came about. */
  get connections(): readonly ConnectionWatch[] {
    return this.#paths.connections;
  }

  /** The pictures that come and go by one of them. */
  carriedBy(peer: ConnectionPeer): CarriedPictures {
    return this.#paths.carriedBy(peer);
  }

  /** To whom no way leads from here, though one was tried; it is tried again. */
  get unreachable(): ReadonlySet<ParticipantId> {
    return this.#paths.unreachable;
  }

  /** The connection to the media server is given up: what it was that failed, and what was tried. */
  async giveUpConnecting(): Promise<ConferenceError> {
    const report = await this.#paths.star?.connection.giveUp();
    return report === undefined ? new ConferenceError('media-failed') : toConnectionError(report);
  }

  /** Tells the server of a connection that has come about. */
  tellConnected(report: ConnectionReport): void {
    const summary = summarize(report, (this.#context.data.connected?.number ?? 0) + 1);
    if (summary !== undefined) this.#context.set('connected', summary);
  }

  /** The track to send for a source. */
  setTrack(source: Source, track: MediaStreamTrack | undefined): void {
    this.#paths.setTrack(source, track);
  }

  /** How the link to the media server is. Where there is none it is never lost: there is nothing that could be. */
  get linkState(): RTCPeerConnectionState {
    return this.#paths.star?.link.state ?? 'connected';
  }

  /** Over the link to the media server. */
  async receivedBytes(): Promise<number> {
    this.#countedWithoutStar += 1;
    return (await this.#paths.star?.link.receivedBytes()) ?? this.#countedWithoutStar;
  }

  /** Of all its connections, each one's behind its name. */
  getStats(): Promise<RTCStatsReport> {
    return this.#paths.getStats();
  }

  handleLinkState(state: RTCPeerConnectionState): void {
    this.#events?.onLinkState(state);
  }

  publish(publications: Publications): void {
    if (JSON.stringify(publications) === JSON.stringify(this.#context.data.publications)) return;
    this.#context.set('publications', publications);
  }

  want(wanted: NonNullable<ConnectionData['wanted']>): void {
    this.#paths.want(wanted);
  }

  /** The session's link was lost, and is there again. */
  handleSessionBack(): void {
    this.#paths.handleSessionBack();
  }

  useIceServers(servers: readonly IceServer[]): void {
    this.#paths.setIceServers(servers);
  }

  askForIceRestart(): void {
    this.#iceRenewal.handleRestart();
    this.#paths.star?.askForIceRestart();
  }

  execute<M extends ConferenceMethod>(
    method: M,
    params: Omit<ParamsOf<M>, 'roomId'>,
    options: RequestOptions = {},
  ): Promise<ResultOf<M>> {
    return execute(this.session, method, { roomId: this.#roomId, ...params }, options);
  }

  #end(error: ConferenceError): void {
    const events = this.#events;
    this.close();
    events?.onEnded(error);
  }

  /** Another stay is about to take its place: what happens to this one is nobody's concern any more. The data stays. */
  retire(): void {
    this.#events = undefined;
    this.#iceRenewal.close();
    // The server knows who observes its objects, and stops telling who has left.
    this.communication.release();
    this.#paths.star?.release();
  }

  /** Ends the link; says nothing to the server, which notices. May be called more than once. */
  close(): void {
    this.retire();
    this.#context.close();
    this.#paths.close();
    this.#letGo();
  }
}

function watchedLink(
  { clock, createStarLink }: StayPlatform,
  options: Omit<StarLinkOptions, 'onStage'>,
): WatchedLink {
  const connection = new ConnectionWatch({ peer: 'server', clock, getStats: () => link.getStats() });
  const link = createStarLink({ ...options, onStage: connection.handleFact });
  return { link, connection };
}

/** Rooms are for the media server unless somebody says otherwise. */
function isStarLikely({ capabilities, topology = 'sfu' }: StayRequest): boolean {
  return isMediaWanted(capabilities) && (topology === 'sfu' || topology === 'mcu');
}

/** Links to the others, for who wants media; there are none before the room's plan asks for them. */
function meshMaker(
  session: OpenSession,
  { roomId, capabilities, audioPacketTime }: StayRequest,
  localId: ParticipantId,
  iceRenewal: IceRenewal,
  { clock, createPairLink }: StayPlatform,
): ((events: MeshEvents) => Mesh) | undefined {
  if (!isMediaWanted(capabilities)) return undefined;
  const link = {
    audioPacketTime,
    get iceServers() {
      return iceRenewal.servers;
    },
  };
  const context = { session, roomId, localId, clock, createPairLink, link };
  return (events) => new Mesh(context, events);
}

/** All that the answer brings, or nothing. @throws ConferenceError `address-taken` where it is observed already. */
function observe({ runtime, hypertyUrl }: OpenSession, joined: ResultOf<'joinRoom'>) {
  const { syncher } = runtime;
  const communication = syncher.adopt(joined.communication, hypertyUrl, parseCommunication);
  if (joined.connection === undefined) return { communication, server: undefined };
  try {
    return { communication, server: syncher.adopt(joined.connection, hypertyUrl, parseConnection) };
  } catch (thrown) {
    communication.release();
    throw thrown;
  }
}
