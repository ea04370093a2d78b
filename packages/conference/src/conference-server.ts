/**
 * The server conference hyperty: an orchestrator of rooms, each with its own Communication object. It answers
 * participants' requests and is driven by the application through the five functions of the specification.
 */
import type { HypertyRuntime, Logger } from '@plenum/hyperty';
import type { MediaServer } from '@plenum/media';
import {
  ConferenceError,
  type ConferenceMethod,
  conferenceMethods,
  type DataObjectUrl,
  type HypertyUrl,
  type IceServer,
  type MessageOf,
  type ParamsOf,
  type ParticipantId,
  type Request,
  type ResponseBody,
  type ResultOf,
  type RoomId,
  splitAddress,
  type Topology,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import { type ConferenceLimits, defaultConferenceLimits } from './limits.ts';
import { Quota } from './quota.ts';
import { type JoinRequest, Room, type RoomOptions } from './room.ts';

export interface ConferenceServerOptions {
  /** A trusted runtime of the domain: the server claims `hyperty://<domain>/conference` on it. */
  readonly runtime: HypertyRuntime;
  readonly mediaServer: MediaServer;
  readonly logger: Logger;
  readonly limits?: Partial<ConferenceLimits> | undefined;
  /** STUN and TURN servers that joining clients are told of. */
  readonly iceServers?: readonly IceServer[] | undefined;
}

export type JoinDecision =
  | { readonly admit: true }
  /** The reason is shown to the person who asked. */
  | { readonly admit: false; readonly reason?: string | undefined };

export type JoinRoomHandler = (request: JoinRequest) => JoinDecision | Promise<JoinDecision>;

export interface ConferenceDump {
  readonly rooms: number;
  readonly participants: number;
}

export class ConferenceServer {
  readonly url: HypertyUrl;
  readonly #options: ConferenceServerOptions;
  readonly #limits: ConferenceLimits;
  readonly #rooms = new Map<RoomId, Room>();
  /** Which origin's visit created a room; rooms of the application have none. */
  readonly #createdBy = new Map<RoomId, string>();
  readonly #roomsByOrigin: Quota;
  readonly #seats: Quota;
  #decide: JoinRoomHandler = () => ({ admit: true });
  #stopListening: () => void = () => undefined;
  #isStopped = false;

  constructor(options: ConferenceServerOptions) {
    this.url = wellKnown.conference(options.runtime.domain);
    this.#options = options;
    this.#limits = { ...defaultConferenceLimits, ...options.limits };
    this.#roomsByOrigin = new Quota(this.#limits.roomsPerOrigin);
    this.#seats = new Quota(this.#limits.participantsPerSession);
  }

  /** Takes up its address and its place in the registry. @throws ConferenceError `address-taken`. */
  async start(): Promise<void> {
    const { runtime } = this.#options;
    await runtime.opened;
    await runtime.claim([this.url]);
    this.#stopListening = runtime.bus.listen(this.url, (message) => this.#handle(message));
    const user = wellKnown.conferenceUser(runtime.domain);
    const kinds = { dataSchemes: ['comm', 'connection'], resources: ['audio', 'video'] };
    await runtime.registry.register({ url: this.url, user, ...kinds });
  }

  /** Asked whenever somebody wants to join; without it everybody may. One handler at a time. */
  onJoinRoom(handler: JoinRoomHandler): void {
    this.#decide = handler;
  }

  /** Opens a room ahead of its first visitor. @throws ConferenceError `room-exists`, `capacity-exceeded`. */
  createRoom(roomId: RoomId, options: RoomOptions = {}): Room {
    if (this.#isStopped) throw new ConferenceError('shutting-down');
    if (this.#rooms.has(roomId)) throw new ConferenceError('room-exists');
    if (this.#rooms.size >= this.#limits.rooms) throw new ConferenceError('capacity-exceeded');
    const { runtime, mediaServer, logger, iceServers = [] } = this.#options;
    const room = new Room(roomId, options, {
      runtime,
      conferenceUrl: this.url,
      mediaServer,
      limits: this.#limits,
      seats: this.#seats,
      iceServers,
      logger,
      onClosed: (closed) => this.#forget(closed),
    });
    this.#rooms.set(roomId, room);
    logger.info('room created', { roomId });
    return room;
  }

  #forget(room: Room): void {
    if (this.#rooms.get(room.id) === room) this.#rooms.delete(room.id);
    const origin = this.#createdBy.get(room.id);
    if (origin !== undefined) this.#roomsByOrigin.giveBack(origin);
    this.#createdBy.delete(room.id);
  }

  /** The room, while it is open. */
  room(roomId: RoomId): Room | undefined {
    return this.#rooms.get(roomId);
  }

  /**
   * Lets somebody into an existing room without asking `onJoinRoom`.
   * @throws ConferenceError `room-not-found` and whatever keeps the participant out.
   */
  addParticipant(roomId: RoomId, request: JoinRequest): Promise<ResultOf<'joinRoom'>> {
    return this.#existing(roomId).addParticipant(request);
  }

  /** @throws ConferenceError `room-not-found`, `participant-not-found`. */
  removeParticipant(roomId: RoomId, participantId: ParticipantId, reason?: string): void {
    this.#existing(roomId).removeParticipant(participantId, new ConferenceError('removed', reason));
  }

  /** Deallocates a room that everybody has left. @throws ConferenceError `room-not-found`, `room-not-empty`. */
  close(roomId: RoomId): void {
    const room = this.#existing(roomId);
    if (room.participants.size > 0) throw new ConferenceError('room-not-empty');
    room.close(undefined);
  }

  #existing(roomId: RoomId): Room {
    const room = this.#rooms.get(roomId);
    if (room === undefined) throw new ConferenceError('room-not-found');
    return room;
  }

  async #handle(message: Request): Promise<ResponseBody> {
    if (message.type !== 'execute') throw new ConferenceError('unknown-method');
    const { method } = message.body;
    if (!Object.hasOwn(conferenceMethods, method)) throw new ConferenceError('unknown-method');
    return { code: 200, value: await this.#execute(method as ConferenceMethod, message) };
  }

  #execute(method: ConferenceMethod, message: MessageOf<'execute'>): Promise<unknown> {
    switch (method) {
      case 'joinRoom':
        return this.#joinRoom(message, parseParams('joinRoom', message));
      case 'leaveRoom':
        return this.#leaveRoom(message, parseParams('leaveRoom', message));
    }
  }

  async #joinRoom(
    message: MessageOf<'execute'>,
    params: ParamsOf<'joinRoom'>,
  ): Promise<ResultOf<'joinRoom'>> {
    const { roomId, name, connection, capabilities, topology } = params;
    const hypertyUrl = checkOwnership(message.from, connection.url, connection.reporter);
    const { userURL: userUrl = 'user://anonymous', origin = '' } = message.body.identity ?? {};
    const request: JoinRequest = { roomId, name, userUrl, hypertyUrl, connection, capabilities };
    const decision = await this.#decide(request);
    if (!decision.admit) throw new ConferenceError('refused', decision.reason);
    const room = this.#rooms.get(roomId) ?? this.#createByVisit(roomId, origin, topology);
    try {
      return await room.addParticipant(request);
    } finally {
      // A visit that failed before anybody was in leaves no room behind.
      if (room.participants.size === 0 && this.#createdBy.has(roomId)) room.close(undefined);
    }
  }

  #createByVisit(roomId: RoomId, origin: string, topology: Topology | undefined): Room {
    if (!this.#roomsByOrigin.take(origin)) {
      throw new ConferenceError('capacity-exceeded', 'Too many rooms were created from your network.');
    }
    try {
      const room = this.createRoom(roomId, { topology });
      this.#createdBy.set(roomId, origin);
      return room;
    } catch (thrown) {
      this.#roomsByOrigin.giveBack(origin);
      throw thrown;
    }
  }

  async #leaveRoom(message: MessageOf<'execute'>, { roomId }: ParamsOf<'leaveRoom'>): Promise<object> {
    const wasHere = this.#rooms.get(roomId)?.removeHyperty(message.from as HypertyUrl) ?? false;
    if (!wasHere) throw new ConferenceError('participant-not-found');
    return {};
  }

  dump(): ConferenceDump {
    const rooms = [...this.#rooms.values()];
    return {
      rooms: rooms.length,
      participants: rooms.reduce((sum, room) => sum + room.participants.size, 0),
    };
  }

  /** Ends every room with `shutting-down`. May be called more than once. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopListening();
    for (const room of [...this.#rooms.values()]) room.close(new ConferenceError('shutting-down'));
  }
}

function parseParams<M extends ConferenceMethod>(method: M, message: MessageOf<'execute'>): ParamsOf<M> {
  const parsed = v.safeParse(conferenceMethods[method].params, message.body.params);
  if (parsed.success) return parsed.output as ParamsOf<M>;
  const path = v.getDotPath(parsed.issues[0]) ?? '';
  throw new ConferenceError('bad-request', `The parameter ${path} is not valid.`, { details: { path } });
}

/** A hyperty may bring only a Connection that it reports itself, at an address of its own session. */
function checkOwnership(from: string, url: DataObjectUrl, reporter: string): HypertyUrl {
  const sender = splitAddress(from);
  const object = splitAddress(url);
  const isOwn =
    sender?.path.split('/')[0] === object?.path.split('/')[0] && sender?.domain === object?.domain;
  if (sender?.scheme !== 'hyperty' || object?.scheme !== 'connection' || reporter !== from || !isOwn) {
    throw new ConferenceError('not-authorized', 'The Connection is not the sender’s own.');
  }
  return from as HypertyUrl;
}
