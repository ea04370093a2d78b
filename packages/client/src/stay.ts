/**
 * Being in a room, from a join until it is replaced or ends: the Context that is reported, the Communication object that is
 * observed, and the link for media. A room that is come back to has another stay.
 */
import type { Clock, DataObjectObserver, DataObjectReporter, RequestOptions } from '@plenum/hyperty';
import {
  type CommunicationData,
  ConferenceError,
  type ConferenceMethod,
  type ConnectionData,
  type ContextData,
  type ParamsOf,
  type ParticipantId,
  type Publications,
  type Request,
  type ResultOf,
  type RoomId,
  subscriptionOf,
  toConferenceError,
} from '@plenum/protocol';
import type { OpenSession } from './client-session.ts';
import { execute } from './execute.ts';
import { askToJoin, reportContext, type StayRequest } from './join-request.ts';
import { createNoLink, isMediaWanted } from './no-link.ts';
import { parseCommunication, parseConnection } from './parse-objects.ts';
import { Star } from './star.ts';
import type { CreateStarLink, StarLink } from './star-link.ts';

export interface StayEvents {
  /** The Communication object changed. */
  onRoomChanged(): void;
  /** Another is in a slot, or a track came. */
  onSlotsChanged(): void;
  onLinkState(state: RTCPeerConnectionState): void;
  /** By the server, or because negotiation failed. Final; not called after `close()`. */
  onEnded(error: ConferenceError): void;
}

export interface StayPlatform {
  readonly createStarLink: CreateStarLink;
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
}

/** How long the link may keep a joined room from its caller. */
const connectingAtMostMs = 300;

export class Stay {
  readonly session: OpenSession;
  readonly participantId: ParticipantId;
  /** The room's public state. */
  readonly communication: DataObjectObserver<CommunicationData>;
  readonly link: StarLink;
  readonly #roomId: RoomId;
  readonly #letGo: () => void;
  readonly #context: DataObjectReporter<ContextData>;
  readonly #star: Star | undefined;
  #events: StayEvents | undefined;

  private constructor({ session, roomId, participantId, context, communication, server, link }: StayParts) {
    this.session = session;
    this.#letGo = session.hold();
    this.participantId = participantId;
    this.link = link;
    this.#roomId = roomId;
    this.#context = context;
    this.communication = communication;
    if (server === undefined) return;
    this.#star = new Star(
      { session, server, link },
      {
        onSlotsChanged: () => this.#events?.onSlotsChanged(),
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
      // Made while the request is on its way.
      link = isMediaWanted(request.capabilities)
        ? platform.createStarLink({
            onState: (state) => stay?.handleLinkState(state),
            audioPacketTime: request.audioPacketTime,
          })
        : createNoLink();
      const [joined] = await Promise.all([asked, session.ready, allocated]);
      link.setIceServers(joined.iceServers);
      const { participantId } = joined;
      stay = new Stay({
        session,
        roomId: request.roomId,
        participantId,
        context,
        ...observe(session, joined),
        link,
      });
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

  /** Tells from now on what happens to it. */
  listen(events: StayEvents): void {
    this.#events = events;
    this.communication.on('changed', () => this.#events?.onRoomChanged());
    this.communication.on('deleted', (reason) => this.#end(reason ?? new ConferenceError('room-closed')));
    this.communication.on('failed', (error) => this.#end(error));
  }

  /** The room tells that one is in it no more, and why. Says whether it is this room. */
  handleDismissal(message: Request): boolean {
    if (message.from !== subscriptionOf(this.communication.url)) return false;
    this.communication.handleDismissal(message);
    return true;
  }

  /** Who is in which slot, by mid. */
  get slots(): NonNullable<ConnectionData['slots']> {
    return this.#star?.slots ?? {};
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
    this.link.close();
    this.#letGo();
  }
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
