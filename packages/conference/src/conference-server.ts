/**
 * The server conference hyperty: an orchestrator of rooms, each with its own Communication object. It answers
 * participants' requests and is driven by the application through the five functions of the specification.
 */
import type { HypertyRuntime, Logger, Progress } from '@plenum/hyperty';
import type { MediaServer } from '@plenum/media';
import {
  ConferenceError,
  type ConferenceMethod,
  type ConnectionFailure,
  type ConnectionSummary,
  checkOwnership,
  conferenceMethods,
  createParticipantId,
  type HypertyUrl,
  type InvitationResult,
  type IssuedIceServers,
  isBroadcastKey,
  isRoomName,
  type MessageOf,
  type ParamsOf,
  type ParticipantId,
  parseRoomId,
  type RecordingContent,
  type Request,
  type ResponseBody,
  type ResultOf,
  type RoomId,
  readBroughtConnection,
  wellKnown,
} from '@plenum/protocol';
import type { BroadcastStation } from './broadcast-station.ts';
import { callerOf } from './caller.ts';
import { entryOf, type JoinRequest } from './entry.ts';
import { FrontDesk, type JoinRoomHandler } from './front-desk.ts';
import { type IssueIceServers, issueNoIceServers } from './ice-servers.ts';
import { type ConferenceLimits, defaultConferenceLimits } from './limits.ts';
import { dismiss, participantIn } from './moderation.ts';
import { mayCreateRooms } from './permissions.ts';
import { Quota } from './quota.ts';
import { parseParams } from './read-request.ts';
import type { RecordingArchive } from './recording-archive.ts';
import type { RecordingWish } from './recording-content.ts';
import { RepeatedRequests } from './repeated-requests.ts';
import type { Room } from './room.ts';
import type { AudienceSeat, AudienceWish } from './room-audience.ts';
import type { BroadcastWish } from './room-broadcast.ts';
import type { RoomOptions } from './room-context.ts';
import type { SettingsChange } from './room-description.ts';
import { RoomDirectory } from './room-directory.ts';
import { callRoomMethod, type GuestTokenClaims, type RoomMethod } from './room-methods.ts';
import { createMemoryRoomStore, type RoomStore } from './room-store.ts';

export interface ConferenceServerOptions {
  /** A trusted runtime of the domain: the server claims `hyperty://<domain>/conference` on it. */
  readonly runtime: HypertyRuntime;
  readonly mediaServer: MediaServer;
  readonly logger: Logger;
  readonly limits?: Partial<ConferenceLimits> | undefined;
  /** STUN and TURN servers for a participant; none unless given. */
  readonly issueIceServers?: IssueIceServers | undefined;
  /** Where rooms are kept, so that they outlive the program. Whoever made it closes it, after `stop`. */
  readonly store?: RoomStore | undefined;
  /** What new rooms are set to, where nobody says otherwise. */
  readonly defaultSettings?: SettingsChange | undefined;
  /** Whether who has no access token may open rooms, by visiting them or by request; true unless given. */
  readonly mayGuestsCreateRooms?: boolean | undefined;
  /** Called for every connection for media that a client says has come about, with its path and its stages; for statistics. */
  readonly onConnected?: ((summary: ConnectionSummary) => void) | undefined;
  /** The same for every attempt at one that failed, with the stage in which it did. */
  readonly onConnectFailed?: ((failure: ConnectionFailure) => void) | undefined;
  /** Where recordings are kept; without it no room is recorded. */
  readonly recordings?: RecordingArchive | undefined;
  /** What hands live streams to an audience; without it no room is broadcast. */
  readonly broadcasts?: BroadcastStation | undefined;
  /** What is recorded where nobody says what: everybody as one picture and one sound unless given. */
  readonly recordingContent?: RecordingContent | undefined;
  /** Makes access tokens for guests; without it `createGuestToken` is an unknown method. */
  readonly mintGuestToken?: ((claims: GuestTokenClaims) => Promise<string>) | undefined;
}

export interface ConferenceDump {
  /** Open ones. */
  readonly rooms: number;
  readonly participants: number;
  /** In lobbies. */
  readonly waiting: number;
  /** Remembered, with nobody in them. */
  readonly dormantRooms: number;
}

export class ConferenceServer {
  readonly url: HypertyUrl;
  readonly #options: ConferenceServerOptions;
  readonly #limits: ConferenceLimits;
  readonly #issueIceServers: IssueIceServers;
  readonly #rooms: RoomDirectory;
  readonly #frontDesk: FrontDesk;
  readonly #repeated: RepeatedRequests;
  #stopListening: () => void = () => undefined;

  constructor(options: ConferenceServerOptions) {
    const { runtime, mediaServer, logger, store = createMemoryRoomStore() } = options;
    const { mayGuestsCreateRooms = true, issueIceServers = issueNoIceServers } = options;
    this.#issueIceServers = issueIceServers;
    this.url = wellKnown.conference(runtime.domain);
    this.#options = options;
    this.#limits = { ...defaultConferenceLimits, ...options.limits };
    this.#rooms = new RoomDirectory({
      runtime,
      conferenceUrl: this.url,
      mediaServer,
      limits: this.#limits,
      seats: new Quota(this.#limits.participantsPerSession),
      onConnected: options.onConnected ?? (() => undefined),
      onConnectFailed: options.onConnectFailed ?? (() => undefined),
      issueIceServers,
      mayGuestsCreateRooms,
      logger,
      store,
      defaultSettings: options.defaultSettings ?? {},
      recordings: options.recordings,
      broadcasts: options.broadcasts,
      recordingContent: options.recordingContent ?? { composite: true, tracks: false },
    });
    this.#repeated = new RepeatedRequests(runtime.clock);
    this.#frontDesk = new FrontDesk({ rooms: this.#rooms, mayGuestsCreateRooms, logger });
  }

  /** Remembers the rooms of before, takes up its address and its place in the registry. @throws ConferenceError `address-taken`. */
  async start(): Promise<void> {
    const { runtime } = this.#options;
    this.#rooms.load();
    await runtime.opened;
    await runtime.claim([this.url]);
    this.#stopListening = runtime.bus.listen(this.url, (message, progress) =>
      this.#handle(message, progress),
    );
    const user = wellKnown.conferenceUser(runtime.domain);
    const kinds = { dataSchemes: ['comm', 'connection'], resources: ['audio', 'video'] };
    await runtime.registry.register({ url: this.url, user, ...kinds });
  }

  /** Asked whenever somebody wants to join; without it everybody may. One handler at a time. */
  onJoinRoom(handler: JoinRoomHandler): void {
    this.#frontDesk.onJoinRoom(handler);
  }

  /** Opens a room ahead of its first visitor. @throws ConferenceError `room-exists`, `capacity-exceeded`. */
  createRoom(roomId: RoomId, options: RoomOptions = {}): Room {
    return this.#rooms.create(roomId, options);
  }

  /** The room, while it is open. */
  room(roomId: RoomId): Room | undefined {
    return this.#rooms.get(roomId);
  }

  /**
   * Lets somebody into an existing room, whoever they are and whatever it is set to, but for its capacity; or, given a
   * user URL or hyperty URL, forwards an invitation in the room's name and resolves when it was answered.
   * @throws ConferenceError `room-not-found` and whatever keeps the participant out.
   */
  addParticipant(roomId: RoomId, who: JoinRequest): Promise<ResultOf<'joinRoom'>>;
  addParticipant(roomId: RoomId, who: string): Promise<InvitationResult>;
  async addParticipant(
    roomId: RoomId,
    who: JoinRequest | string,
  ): Promise<ResultOf<'joinRoom'> | InvitationResult> {
    const room = this.#existing(roomId);
    if (typeof who === 'string') return this.#invite(room, who);
    const role = room.memory.roleOf(who.userUrl) ?? who.grant?.role ?? room.settings.defaultRole;
    return room.enter(entryOf(who), role);
  }

  async #invite(room: Room, who: string): Promise<InvitationResult> {
    const userUrl = wellKnown.conferenceUser(this.#options.runtime.domain);
    const [result] = await room.invitations.invite({ name: room.settings.title, userUrl }, [who]);
    return result ?? { user: who, outcome: 'unreachable' };
  }

  /**
   * The removed person is shown the reason; who is banned does not come back while the room lives.
   * @throws ConferenceError `room-not-found`, `participant-not-found`.
   */
  removeParticipant(
    roomId: RoomId,
    participantId: ParticipantId,
    reason?: string,
    { isBanned }: { readonly isBanned?: boolean } = {},
  ): void {
    const room = this.#existing(roomId);
    dismiss(room, participantIn(room, participantId), { reason, isBanned });
  }

  /**
   * Records what is heard and seen of everybody in an open room, who are told; where that is done already it goes on as it was begun.
   * @param wish `tracks` for each source of everybody by itself, as it comes; `composite` for one picture and one sound of all.
   * @throws ConferenceError `room-not-found`, `recording-unavailable`, `mixer-unavailable`, `storage-full`, `storage-failed`, or
   * `aborted` where it was stopped before it began.
   */
  async startRecording(roomId: RoomId, wish: RecordingWish = {}): Promise<void> {
    await this.#existing(roomId).outputs.startRecording(wish);
  }

  /** Resolves when the recording is whole; also where there is none. @throws ConferenceError `room-not-found`. */
  async stopRecording(roomId: RoomId): Promise<void> {
    await this.#existing(roomId).outputs.stopRecording();
  }

  /**
   * Shows what is heard and seen of everybody in an open room to whoever has the link; they are told. Where that is done already it goes
   * on as it is.
   * @throws ConferenceError `room-not-found`, `broadcast-unavailable`, `bad-request` for a key that could be guessed.
   */
  startBroadcast(roomId: RoomId, { key }: BroadcastWish = {}): void {
    if (key !== undefined && !isBroadcastKey(key)) throw new ConferenceError('bad-request');
    this.#existing(roomId).outputs.startBroadcast({ key });
  }

  /** Also where there is none. @throws ConferenceError `room-not-found`. */
  stopBroadcast(roomId: RoomId): void {
    this.#existing(roomId).outputs.stopBroadcast();
  }

  /**
   * Lets somebody look on at a room's broadcast by a link that they offer, who is not in the room: they see its one picture, hear
   * everybody, and count as audience.
   * @throws ConferenceError `room-not-found`, `not-broadcast`, `capacity-exceeded`, `invalid-offer`, `unsupported-media`.
   */
  async enterAudience(roomId: RoomId, wish: AudienceWish): Promise<AudienceSeat & IssuedIceServers> {
    const seat = await this.#existing(roomId).outputs.enterAudience(wish);
    // No relay, which costs as much as the picture and is for those in calls: strangers may ask again and again, and links go by TCP too.
    const { iceServers } = this.#issueIceServers(createParticipantId());
    return {
      iceServers: iceServers.flatMap(({ urls }) => {
        const withoutCredentials = urls.filter((url) => url.startsWith('stun:'));
        return withoutCredentials.length === 0 ? [] : [{ urls: withoutCredentials }];
      }),
      answer: seat.answer,
      restartIce: () => seat.restartIce(),
      close: () => seat.close(),
    };
  }

  /** Deallocates a room that everybody has left. @throws ConferenceError `room-not-found`, `room-not-empty`. */
  close(roomId: RoomId): void {
    const room = this.#existing(roomId);
    if (room.participants.size > 0) throw new ConferenceError('room-not-empty');
    room.close(undefined);
    this.#rooms.forget(roomId);
  }

  /** Asks everybody to leave, with the reason, and closes the room. @throws ConferenceError `room-not-found`. */
  endForAll(roomId: RoomId, reason?: string): void {
    this.#existing(roomId).close(new ConferenceError('room-closed', reason));
    this.#rooms.forget(roomId);
  }

  #existing(roomId: RoomId): Room {
    const room = this.#rooms.get(roomId);
    if (room === undefined) throw new ConferenceError('room-not-found');
    return room;
  }

  async #handle(message: Request, progress: Progress): Promise<ResponseBody> {
    if (message.type === 'create') return this.#handleClientConnection(message);
    if (message.type !== 'execute') throw new ConferenceError('unknown-method');
    const { method } = message.body;
    if (!Object.hasOwn(conferenceMethods, method)) throw new ConferenceError('unknown-method');
    return { code: 200, value: await this.#execute(method as ConferenceMethod, message, progress) };
  }

  /** A client brings its half of a link to the media server, by a `create` from the object's `/subscription`. */
  #handleClientConnection({ from, body }: MessageOf<'create'>): ResponseBody {
    const snapshot = readBroughtConnection(from, body.value);
    const roomId = isRoomName(snapshot.data.name) ? parseRoomId(snapshot.data.name) : undefined;
    const room = roomId === undefined ? undefined : this.#rooms.get(roomId);
    if (room === undefined) throw new ConferenceError('object-not-found');
    room.handleClientConnection(snapshot, snapshot.reporter);
    return { code: 200 };
  }

  #execute(method: ConferenceMethod, message: MessageOf<'execute'>, progress: Progress): Promise<object> {
    switch (method) {
      case 'joinRoom':
        return this.#joinRoom(message, parseParams('joinRoom', message), progress);
      default:
        return this.#repeated.answerOnce(message, () => this.#executeOnce(method, message, progress));
    }
  }

  #executeOnce(
    method: Exclude<ConferenceMethod, 'joinRoom'>,
    message: MessageOf<'execute'>,
    progress: Progress,
  ): Promise<object> {
    switch (method) {
      case 'leaveRoom':
        return this.#leaveRoom(message, parseParams('leaveRoom', message));
      case 'createRoom':
        return this.#createRoom(message, parseParams('createRoom', message));
      default:
        return this.#callRoomMethod(method, message, progress);
    }
  }

  async #joinRoom(
    message: MessageOf<'execute'>,
    params: ParamsOf<'joinRoom'>,
    progress: Progress,
  ): Promise<ResultOf<'joinRoom'>> {
    const { roomId, context, capabilities, offer, participantId } = params;
    const hypertyUrl = checkOwnership(message.from, context, 'context');
    const { userUrl, name = params.name, isGuest, grant, origin } = callerOf(message);
    const request: JoinRequest = {
      roomId,
      name,
      userUrl,
      hypertyUrl,
      context,
      capabilities,
      offer,
      participantId,
      isGuest,
      grant,
      origin,
    };
    return this.#frontDesk.join(request, params, () => progress());
  }

  async #leaveRoom(message: MessageOf<'execute'>, { roomId }: ParamsOf<'leaveRoom'>): Promise<object> {
    const wasHere = this.#rooms.get(roomId)?.removeHyperty(message.from as HypertyUrl) ?? false;
    if (!wasHere) throw new ConferenceError('participant-not-found');
    return {};
  }

  async #createRoom(
    message: MessageOf<'execute'>,
    { roomId, topology, settings }: ParamsOf<'createRoom'>,
  ): Promise<object> {
    const caller = callerOf(message);
    const { room: onlyRoom = roomId } = caller.grant;
    if (onlyRoom !== roomId) throw new ConferenceError('token-for-another-room');
    if (!mayCreateRooms(caller, this.#options.mayGuestsCreateRooms ?? true)) {
      throw new ConferenceError('not-authorized');
    }
    const options = { topology, settings, owners: [caller.userUrl] };
    this.#rooms.openByRequest(roomId, caller.origin, options);
    return {};
  }

  /** Of a room that one is in. */
  #callRoomMethod<M extends RoomMethod>(
    method: M,
    message: MessageOf<'execute'>,
    progress: Progress,
  ): Promise<object> {
    const params = parseParams(method, message);
    const room = this.#existing(params.roomId);
    const actor = room.participantAt(message.from);
    if (actor === undefined) throw new ConferenceError('not-authorized', 'You are not in that room.');
    const { runtime, mintGuestToken } = this.#options;
    const now = () => runtime.clock.isoTime();
    const context = { progress, now, mintGuestToken, issueIceServers: this.#issueIceServers };
    return callRoomMethod(method, room, actor, params, context);
  }

  dump(): ConferenceDump {
    const { open, dormantCount } = this.#rooms;
    return {
      rooms: open.length,
      participants: open.reduce((sum, room) => sum + room.participants.size, 0),
      waiting: open.reduce((sum, room) => sum + room.lobby.size, 0),
      dormantRooms: dormantCount,
    };
  }

  /** Ends every room with `shutting-down`; those with a store are remembered. May be called more than once. */
  stop(): void {
    this.#stopListening();
    this.#rooms.stop();
  }
}
