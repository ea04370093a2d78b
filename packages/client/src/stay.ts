/**
 * One link with a room, from a join until it is replaced or ends: the own Connection that is reported, the two objects that
 * are observed, and the peer connection between them. A room that is come back to has another stay.
 */
import {
  type Clock,
  type DataObjectObserver,
  type DataObjectReporter,
  type RequestOptions,
  SerialQueue,
} from '@plenum/hyperty';
import {
  type CommunicationData,
  ConferenceError,
  type ConferenceMethod,
  type ConnectionData,
  type ParamsOf,
  type ParticipantId,
  type Publications,
  type ResultOf,
  type RoomId,
  type Source,
  toConferenceError,
} from '@plenum/protocol';
import type { OpenSession } from './client-session.ts';
import { execute } from './execute.ts';
import { askToJoin, reportConnection, type StayRequest } from './join-request.ts';
import { createNoLink, isMediaWanted } from './no-link.ts';
import { parseCommunication, parseConnection } from './parse-objects.ts';
import type { CreateStarLink, StarLink } from './star-link.ts';

export interface StayEvents {
  /** The Communication object changed, or what one may do. */
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
  readonly joined: ResultOf<'joinRoom'>;
  readonly connection: DataObjectReporter<ConnectionData>;
  readonly observed: Observed;
  readonly link: StarLink;
}

interface Observed {
  readonly communication: DataObjectObserver<CommunicationData>;
  readonly server: DataObjectObserver<ConnectionData>;
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
  readonly #connection: DataObjectReporter<ConnectionData>;
  readonly #server: DataObjectObserver<ConnectionData>;
  readonly #negotiations = new SerialQueue();
  #events: StayEvents | undefined;
  #answered = 0;

  private constructor({ session, roomId, joined, connection, observed, link }: StayParts) {
    this.session = session;
    this.#letGo = session.hold();
    this.participantId = joined.participantId;
    this.link = link;
    this.#roomId = roomId;
    this.#connection = connection;
    this.communication = observed.communication;
    this.#server = observed.server;
    this.#negotiate();
  }

  /**
   * One flight: session, address, object, observer and request go out together; the node handles them in order. Resolves
   * when the answer is on its way and the link is being made; leaves nothing behind when it rejects.
   * @throws ConferenceError as the server refuses, or `aborted`.
   */
  static async begin(session: OpenSession, request: StayRequest, platform: StayPlatform): Promise<Stay> {
    const { connection, allocated } = reportConnection(session, request);
    connection.addObserver(session.conferenceUrl);
    const asked = askToJoin(session, request, connection);
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
      const observed = observe(session, joined);
      stay = new Stay({ session, roomId: request.roomId, joined, connection, observed, link });
      return stay;
    } catch (thrown) {
      connection.close();
      link?.close();
      throw toConferenceError(thrown);
    }
  }

  /** The page draws the room next, and browsers make connections on the thread that draws: that goes first, for a while. */
  underWay(clock: Clock): Promise<void> {
    const wanted = this.#negotiations.run(() => this.link.connecting);
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
    this.#server.on('changed', (_data, change) => {
      if (change?.attribute.startsWith('slots') !== false) this.#events?.onSlotsChanged();
      else if (change.attribute.startsWith('permissions')) this.#events?.onRoomChanged();
      this.#negotiate();
    });
    this.#server.on('deleted', (reason) => this.#end(reason ?? new ConferenceError('removed')));
    this.#server.on('failed', (error) => this.#end(error));
    // An offer may have come before anybody listened.
    this.#negotiate();
  }

  /** Who is in which slot, by mid. */
  get slots(): NonNullable<ConnectionData['slots']> {
    return this.#server.data.slots ?? {};
  }

  /** What one may do besides publishing. */
  get permissions(): ConnectionData['permissions'] {
    return this.#server.data.permissions;
  }

  handleLinkState(state: RTCPeerConnectionState): void {
    this.#events?.onLinkState(state);
  }

  /** Answers the server's offer, once for each number. */
  #negotiate(): void {
    const { connectionDescription: offer, publishOn = {} } = this.#server.data;
    if (offer === undefined || offer.negotiation <= this.#answered) return;
    this.#answered = offer.negotiation;
    const mids = new Map(Object.entries(publishOn)) as ReadonlyMap<Source, string>;
    this.#negotiations
      .run(async () => {
        const sdp = await this.link.accept(offer.sdp, mids);
        this.#connection.set('connectionDescription', {
          type: 'answer',
          sdp,
          negotiation: offer.negotiation,
        });
        this.#events?.onSlotsChanged();
      })
      .catch((thrown) => this.#end(toConferenceError(thrown, 'media-failed')));
  }

  publish(publications: Publications): void {
    if (JSON.stringify(publications) === JSON.stringify(this.#connection.data.publications)) return;
    this.#connection.set('publications', publications);
  }

  want(wanted: NonNullable<ConnectionData['wanted']>): void {
    if (JSON.stringify(wanted) !== JSON.stringify(this.#connection.data.wanted)) {
      this.#connection.set('wanted', wanted);
    }
  }

  /** Asks the server for an offer with new ICE credentials: the way through the network has changed. */
  askForIceRestart(): void {
    this.#connection.set('iceRestart', (this.#connection.data.iceRestart ?? 0) + 1);
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
    this.#server.release();
  }

  /** Ends the link; says nothing to the server, which notices. May be called more than once. */
  close(): void {
    this.retire();
    this.#connection.close();
    this.link.close();
    this.#letGo();
  }
}

/** Both objects, or none. @throws ConferenceError `address-taken` where one is observed already. */
function observe({ runtime, hypertyUrl }: OpenSession, joined: ResultOf<'joinRoom'>): Observed {
  const { syncher } = runtime;
  const communication = syncher.adopt(joined.communication, hypertyUrl, parseCommunication);
  try {
    return { communication, server: syncher.adopt(joined.connection, hypertyUrl, parseConnection) };
  } catch (thrown) {
    communication.release();
    throw thrown;
  }
}
