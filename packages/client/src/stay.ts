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
  type ParamsOf,
  type ParticipantId,
  type Publications,
  type Request,
  type ResultOf,
  type RoomId,
  type Source,
  subscriptionOf,
  toConferenceError,
} from '@plenum/protocol';
import type { OpenSession } from './client-session.ts';
import { execute } from './execute.ts';
import { askToJoin, reportContext, type StayRequest } from './join-request.ts';
import { Mesh } from './mesh/mesh.ts';
import type { CreatePairLink } from './mesh/pair-link.ts';
import { createNoLink, isMediaWanted } from './no-link.ts';
import { parseCommunication, parseConnection } from './parse-objects.ts';
import { Star } from './star.ts';
import type { CreateStarLink, StarLink } from './star-link.ts';

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
  readonly server: DataObjectObserver<ConnectionData> | undefined;
  readonly link: StarLink;
  /** Where media is wanted at all. */
  readonly mesh: Mesh | undefined;
}

/** How long the link may keep a joined room from its caller. */
const connectingAtMostMs = 300;

export class Stay {
  readonly session: OpenSession;
  readonly participantId: ParticipantId;
  /** The room's public state. */
  readonly communication: DataObjectObserver<CommunicationData>;
  readonly #link: StarLink;
  readonly #roomId: RoomId;
  readonly #letGo: () => void;
  readonly #context: DataObjectReporter<ContextData>;
  readonly #star: Star | undefined;
  readonly #mesh: Mesh | undefined;
  #events: StayEvents | undefined;

  private constructor(parts: StayParts) {
    const { session, roomId, participantId, context, communication, server, link, mesh } = parts;
    this.session = session;
    this.#letGo = session.hold();
    this.participantId = participantId;
    this.#link = link;
    this.#mesh = mesh;
    this.#roomId = roomId;
    this.#context = context;
    this.communication = communication;
    if (server === undefined) return;
    this.#star = new Star(
      { session, server, link },
      {
        onSlotsChanged: () => this.#events?.onMediaChanged(),
        onFailed: (error) => this.#end(error),
      },
    );
  }

  /**
   * One flight: session, address, object, observer and request go out together; the node handles them in order. Resolves
   * when the answer is on its way and the link is being made; leaves nothing behind when it rejects.
   * @throws ConferenceError as the server refuses, or `aborted`.
   */
  static async begin(session: OpenSession, request: StayRequest, platform: StayPlatform): Promise<Stay> {
    const { context, allocated } = reportContext(session, request);
    context.addObserver(session.conferenceUrl);
    const asked = askToJoin(session, request, context);
    // Told below, unless the browser refuses the link before.
    asked.catch(() => undefined);
    let link: StarLink | undefined;
    let stay: Stay | undefined;
    try {
      // Made while the request is on its way, unless there is no use for it as far as one knows.
      const isLikely = isMediaWanted(request.capabilities) && request.topology !== 'mesh';
      const make = () =>
        platform.createStarLink({
          onState: (state) => stay?.handleLinkState(state),
          audioPacketTime: request.audioPacketTime,
        });
      link = isLikely ? make() : undefined;
      const [joined] = await Promise.all([asked, session.ready, allocated]);
      const observed = observe(session, joined);
      if (observed.server === undefined) {
        link?.close();
        link = createNoLink();
      }
      link ??= make();
      link.setIceServers(joined.iceServers);
      const mesh = makeMesh(session, request, joined, platform, () => stay?.handleMediaChanged());
      const { participantId } = joined;
      stay = new Stay({ session, roomId: request.roomId, participantId, context, ...observed, link, mesh });
      return stay;
    } catch (thrown) {
      context.close();
      link?.close();
      throw toConferenceError(thrown);
    }
  }

  /** The page draws the room next, and browsers make connections on the thread that draws: that goes first, for a while. */
  underWay(clock: Clock): Promise<void> {
    const wanted = this.#star?.underWay() ?? Promise.resolve();
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
    const { plan, participants } = this.communication.data;
    this.#mesh?.follow(plan === 'mesh' ? participants : {});
  }

  /** Somebody in the room brings its half of a link to it. @throws ConferenceError as `Mesh.handleConnection`. */
  handleConnection(snapshot: ConnectionSnapshot): void {
    if (this.#mesh === undefined) throw new ConferenceError('unsupported-media');
    this.#mesh.handleConnection(snapshot);
  }

  handleMediaChanged(): void {
    this.#events?.onMediaChanged();
  }

  /** The track that arrives for somebody's source. */
  trackOf(id: ParticipantId, source: Source): MediaStreamTrack | undefined {
    const direct = this.#mesh?.pairs.get(id)?.link.trackOf(source);
    if (direct !== undefined) return direct;
    const mid = this.#slotOf(id, source);
    return mid === undefined ? undefined : this.#link.trackOf(mid);
  }

  /** 0 to 1: how loud everybody is who is heard. */
  levels(): ReadonlyMap<ParticipantId, number> {
    const levels = new Map<ParticipantId, number>();
    for (const [mid, { kind, participantId }] of Object.entries(this.#star?.slots ?? {})) {
      if (kind === 'audio' && participantId !== undefined) levels.set(participantId, this.#link.levelOf(mid));
    }
    for (const [id, { link }] of this.#mesh?.pairs ?? []) levels.set(id, link.levelOf('microphone'));
    return levels;
  }

  #slotOf(id: ParticipantId, source: Source): string | undefined {
    const slots = Object.entries(this.#star?.slots ?? {});
    return slots.find(([, slot]) => slot.participantId === id && slot.source === source)?.[0];
  }

  /** Those whose link to here is lost for the moment. */
  get lost(): ReadonlySet<ParticipantId> {
    return new Set([...(this.#mesh?.pairs ?? [])].flatMap(([id, { isLost }]) => (isLost ? [id] : [])));
  }

  /** The track to send for a source. */
  setTrack(source: Source, track: MediaStreamTrack | undefined): void {
    this.#link.setTrack(source, track);
    this.#mesh?.setTrack(source, track);
  }

  /** How the link to the media server is. */
  get linkState(): RTCPeerConnectionState {
    return this.#link.state;
  }

  /** Over the link to the media server. */
  receivedBytes(): Promise<number> {
    return this.#link.receivedBytes();
  }

  /** Of all its connections, each one's behind its name. */
  async getStats(): Promise<RTCStatsReport> {
    const links = [
      ['server', this.#link] as const,
      ...[...(this.#mesh?.pairs ?? [])].map(([id, { link }]) => [id, link] as const),
    ];
    const reports = await Promise.all(
      links.map(async ([name, link]) =>
        [...(await link.getStats())].map(([id, stat]) => [`${name}/${id}`, stat] as const),
      ),
    );
    return new Map(reports.flat());
  }

  handleLinkState(state: RTCPeerConnectionState): void {
    this.#events?.onLinkState(state);
  }

  publish(publications: Publications): void {
    if (JSON.stringify(publications) === JSON.stringify(this.#context.data.publications)) return;
    this.#context.set('publications', publications);
  }

  want(wanted: NonNullable<ConnectionData['wanted']>): void {
    this.#star?.want(wanted);
    this.#mesh?.want(wanted);
  }

  /** The session's link was lost, and is there again. */
  handleSessionBack(): void {
    this.#mesh?.handleSessionBack();
  }

  askForIceRestart(): void {
    this.#star?.askForIceRestart();
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
    // The server knows who observes its objects, and stops telling who has left.
    this.communication.release();
    this.#star?.release();
  }

  /** Ends the link; says nothing to the server, which notices. May be called more than once. */
  close(): void {
    this.retire();
    this.#context.close();
    this.#star?.close();
    this.#mesh?.close();
    this.#link.close();
    this.#letGo();
  }
}

/** Links to the others, for who wants media; there are none before the room's plan asks for them. */
function makeMesh(
  session: OpenSession,
  { roomId, capabilities, audioPacketTime }: StayRequest,
  { participantId, iceServers }: ResultOf<'joinRoom'>,
  { clock, createPairLink }: StayPlatform,
  onChanged: () => void,
): Mesh | undefined {
  if (!isMediaWanted(capabilities)) return undefined;
  const link = { iceServers, audioPacketTime };
  return new Mesh({ session, roomId, localId: participantId, clock, createPairLink, link }, { onChanged });
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
