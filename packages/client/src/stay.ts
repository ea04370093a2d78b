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
  subscriptionOf,
  toConferenceError,
  type View,
} from '@plenum/protocol';
import type { OpenSession } from './client-session.ts';
import type { ConnectionReport } from './connections/connection-report.ts';
import { toConnectionError } from './connections/failure-words.ts';
import { summarize, summarizeFailure } from './connections/summary.ts';
import { DataWays } from './data/data-ways.ts';
import { execute } from './execute.ts';
import { IceRenewal } from './ice-renewal.ts';
import { askToJoin, reportContext, type StayRequest } from './join-request.ts';
import { MediaPaths } from './media-paths.ts';
import type { Mesh, MeshEvents } from './mesh/mesh.ts';
import { parseConnection } from './parse-objects.ts';
import { Star } from './star.ts';
import {
  isStarLikely,
  meshMaker,
  observe,
  type StayPlatform,
  type WatchedLink,
  watchedLink,
} from './stay-links.ts';

/** Its ways are its own; what comes by them is for whoever draws the room. */
export type StayMedia = Pick<
  MediaPaths,
  | 'trackOf'
  | 'composite'
  | 'chosenView'
  | 'isPaused'
  | 'levels'
  | 'lost'
  | 'connections'
  | 'carriedBy'
  | 'unreachable'
  | 'getStats'
  | 'setTrack'
  | 'want'
>;

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

/** How long the link may keep a joined room from its caller. */
const connectingAtMostMs = 300;

export class Stay {
  readonly session: OpenSession;
  readonly participantId: ParticipantId;
  /** The room's public state. */
  readonly communication: DataObjectObserver<CommunicationData>;
  /** What comes from the others, and goes to them. */
  readonly media: StayMedia;
  /** The ways by which data goes. */
  readonly data = new DataWays(() => this.communication.data.plan);
  readonly #roomId: RoomId;
  readonly #letGo: () => void;
  readonly #context: DataObjectReporter<ContextData>;
  readonly #makeStarLink: () => WatchedLink;
  readonly #iceRenewal: IceRenewal;
  readonly #paths: MediaPaths;
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
    this.media = this.#paths;
    this.#paths.setView(context.data.view ?? 'auto');
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
        onViewChosen: () => this.#paths.handleViewChosen(),
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

  /** What one wants to see. */
  setView(view: View): void {
    if (this.#context.data.view !== view) this.#context.set('view', view);
    this.#paths.setView(view);
  }

  /** Whether this device does not decode in time what it is sent. */
  setBehind(isBehind: boolean): void {
    if ((this.#context.data.isBehind ?? false) !== isBehind)
      this.#context.set('isBehind', isBehind ? true : undefined);
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

  /** And of an attempt at one that failed. */
  tellFailed(report: ConnectionReport): void {
    const failure = summarizeFailure(report, (this.#context.data.failed?.number ?? 0) + 1);
    if (failure !== undefined) this.#context.set('failed', failure);
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

  handleLinkState(state: RTCPeerConnectionState): void {
    this.#events?.onLinkState(state);
  }

  publish(publications: Publications): void {
    if (JSON.stringify(publications) === JSON.stringify(this.#context.data.publications)) return;
    this.#context.set('publications', publications);
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
