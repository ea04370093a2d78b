/** The client conference hyperty: one session with the messaging node, and the rooms that were joined over it. */
import { abortable, type Progress, type SessionState } from '@plenum/hyperty';
import {
  baseAddress,
  type Capabilities,
  ConferenceError,
  type InvitationResult,
  isRoomName,
  type MessageOf,
  objectOf,
  type ParticipantId,
  parseRoomId,
  type Request,
  type ResponseBody,
  type RoomId,
  readBroughtConnection,
  splitAddress,
  type View,
  wellKnown,
} from '@plenum/protocol';
import { ClientSession, type OpenSession } from './client-session.ts';
import type {
  ConferenceClientApi,
  ConferenceClientOptions,
  CreateRoomOptions,
  GuestLink,
  GuestLinkRequest,
  Invitation,
  InviteOptions,
  JoinOptions,
  LeaveOptions,
  ListenOptions,
  Participant,
  Room,
  Signal,
} from './conference-client-types.ts';
import { execute } from './execute.ts';
import { Invitations } from './invitations.ts';
import { describePublications } from './local-tracks.ts';
import { browserPlatform, type ClientPlatform } from './platform.ts';
import { Reachability } from './reachability.ts';
import { RoomSession } from './room-session.ts';
import { reportAsUncaught } from './signal.ts';
import { Stay } from './stay.ts';

/** An invitation rings for a minute; the server answers before that is over. */
const inviteWithinMs = 90_000;

type Listener = (participant: Participant, room: Room) => void;

export class ConferenceClient implements ConferenceClientApi {
  readonly userUrl: Signal<string | undefined>;
  readonly #options: ConferenceClientOptions;
  readonly #platform: ClientPlatform;
  readonly #session: ClientSession;
  readonly #invitations = new Invitations((roomId, options) => this.joinRoom(roomId, options));
  readonly #reachability: Reachability;
  readonly #rooms = new Map<RoomId, RoomSession>();
  readonly #joining = new Set<RoomId>();
  readonly #newcomerListeners = new Set<Listener>();
  readonly #leaverListeners = new Set<Listener>();
  readonly #stopListening: () => void;
  #known: Capabilities | undefined;

  constructor(options: ConferenceClientOptions = {}, platform: ClientPlatform = browserPlatform) {
    this.#options = options;
    this.#platform = platform;
    this.#session = new ClientSession({
      options,
      openLink: platform.openLink,
      serverUrl: () => this.#serverUrl(),
      clock: platform.clock,
      onOpened: (session) => this.#handleOpened(session),
      onState: (session, state) => this.#handleState(session, state),
      onLost: (session, error) => {
        for (const room of [...this.#rooms.values()]) room.handleSessionLost(session, error);
        this.#reachability.handleSessionLost();
      },
    });
    this.#reachability = new Reachability(this.#session, platform.clock);
    this.userUrl = this.#session.userUrl;
    this.#stopListening = platform.onNetworkChange(() => this.#session.current?.runtime.checkLink());
  }

  #capabilities(): Capabilities {
    this.#known ??= this.#platform.capabilities();
    return this.#known;
  }

  #serverUrl(): string {
    return this.#options.serverUrl ?? this.#platform.pageUrl();
  }

  async connect({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    // Asking for the first time takes the browser a while; now nobody waits for it.
    this.#capabilities();
    await this.#session.ask(async () => undefined, signal);
  }

  #handleOpened({ runtime, hypertyUrl }: OpenSession): void {
    runtime.bus.listen(hypertyUrl, (message, progress) => this.#handleRequest(message, progress));
    this.#reachability.handleSessionOpened();
  }

  #handleState(session: OpenSession, state: SessionState): void {
    if (state === 'opening') return;
    for (const room of [...this.#rooms.values()]) room.handleSessionState(session);
  }

  /** An invitation to a room, or to a private chat in a room one is in. */
  #handleRequest(message: Request, progress: Progress): ResponseBody | Promise<ResponseBody> {
    if (message.type === 'create' && message.body.schema === 'Connection') {
      return this.#handleConnection(message);
    }
    // The node says who sent it: anybody may send something to this address.
    const sender = splitAddress(message.body.identity?.userURL ?? '');
    const isFromServer =
      sender !== undefined && wellKnown.conferenceUser(sender.domain) === message.body.identity?.userURL;
    if (!isFromServer) throw new ConferenceError('not-authorized');
    const object = objectOf(message.from);
    const isInvitation = message.type !== 'delete' && object === baseAddress(message.from);
    if (isInvitation) return this.#invitations.handle(message, progress);
    const isTaken = [...this.#rooms.values()].some((room) => takes(room, message, object));
    if (!isTaken) throw new ConferenceError('object-not-found');
    return { code: 200 };
  }

  /** Somebody in a room that one is in brings its half of a link. */
  #handleConnection({ from, body }: MessageOf<'create'>): ResponseBody {
    const snapshot = readBroughtConnection(from, body.value);
    const room = this.#rooms.get(snapshot.data.name as RoomId);
    if (room === undefined) throw new ConferenceError('participant-not-found');
    room.handleConnection(snapshot);
    return { code: 200 };
  }

  addListener(listener: (invitation: Invitation) => void, { signal }: ListenOptions = {}): () => void {
    return listenUntil(signal, () => {
      const remove = this.#invitations.add(listener);
      this.#reachability.start();
      return () => {
        remove();
        if (!this.#invitations.hasListeners) this.#reachability.stop();
      };
    });
  }

  invite(
    users: string | readonly string[],
    roomId: string,
    options?: InviteOptions,
  ): Promise<readonly InvitationResult[]>;
  invite(request: GuestLinkRequest, roomId: string, options?: InviteOptions): Promise<GuestLink>;
  async invite(
    who: string | readonly string[] | GuestLinkRequest,
    roomName: string,
    { signal }: InviteOptions = {},
  ): Promise<readonly InvitationResult[] | GuestLink> {
    const roomId = roomIdOf(roomName);
    if (typeof who === 'object' && 'guestLink' in who) return this.#createGuestLink(roomId, who, signal);
    const users = typeof who === 'string' ? [who] : [...who];
    const options = { signal, timeoutMs: inviteWithinMs };
    const { results } = await this.#session.ask(
      (session) => execute(session, 'inviteUsers', { roomId, users }, options),
      signal,
    );
    return results;
  }

  async #createGuestLink(
    roomId: RoomId,
    { guestLink }: GuestLinkRequest,
    signal: AbortSignal | undefined,
  ): Promise<GuestLink> {
    const { token, expires } = await this.#session.ask(
      (session) => execute(session, 'createGuestToken', { roomId, ...guestLink }, { signal }),
      signal,
    );
    const url = new URL(encodeURIComponent(roomId), this.#serverUrl());
    url.hash = `token=${token}`;
    return { url: url.href, expires };
  }

  async createRoom(roomName: string, { topology, settings, signal }: CreateRoomOptions = {}): Promise<void> {
    const roomId = roomIdOf(roomName);
    await this.#session.ask(
      (session) => execute(session, 'createRoom', { roomId, topology, settings }, { signal }),
      signal,
    );
  }

  async joinRoom(roomName: string, options: JoinOptions): Promise<Room> {
    const roomId = roomIdOf(roomName);
    if (this.#rooms.has(roomId) || this.#joining.has(roomId)) throw new ConferenceError('already-joined');
    this.#joining.add(roomId);
    try {
      return await this.#join(roomId, options);
    } finally {
      this.#joining.delete(roomId);
    }
  }

  async #join(roomId: RoomId, options: JoinOptions): Promise<Room> {
    const { signal } = options;
    const stay = await this.#enter(roomId, options, {
      view: options.view ?? 'auto',
      signal,
      onWaiting: options.onWaiting,
    });
    const room = this.#present(roomId, stay, options);
    await stay.underWay(this.#platform.clock);
    if (signal?.aborted !== true) return room;
    await room.leave();
    throw new ConferenceError('aborted');
  }

  #enter(
    roomId: RoomId,
    { name, topology, localMedia, audioPacketTime = 20 }: JoinOptions,
    how: Pick<JoinOptions, 'signal' | 'onWaiting'> & { readonly view: View; readonly as?: ParticipantId },
  ): Promise<Stay> {
    return this.#session.run(
      (session) =>
        Stay.begin(
          session,
          {
            roomId,
            name,
            topology,
            capabilities: this.#capabilities(),
            publications: describePublications(localMedia),
            audioPacketTime,
            view: how.view,
            participantId: how.as,
            signal: how.signal,
            onWaiting: how.onWaiting,
          },
          this.#platform,
        ),
      how.signal,
    );
  }

  #present(roomId: RoomId, stay: Stay, options: JoinOptions): RoomSession {
    const room = new RoomSession({
      id: roomId,
      stay,
      clock: this.#platform.clock,
      serverUrl: () => this.#serverUrl(),
      cores: this.#platform.cores(),
      localMedia: options.localMedia,
      view: options.view ?? 'auto',
      comeBack: (how) => this.#enter(roomId, options, how),
      onNewParticipant: (participant, where) => tell(this.#newcomerListeners, participant, where),
      onParticipantLeft: (participant, where) => tell(this.#leaverListeners, participant, where),
      onLeft: (left) => {
        if (this.#rooms.get(roomId) === left) this.#rooms.delete(roomId);
      },
    });
    // It may have ended while it was made.
    if (room.state.current.name !== 'left') this.#rooms.set(roomId, room);
    return room;
  }

  async leaveRoom(roomName: string, { signal }: LeaveOptions = {}): Promise<void> {
    if (signal?.aborted === true) throw new ConferenceError('aborted');
    const room = isRoomName(roomName) ? this.#rooms.get(parseRoomId(roomName)) : undefined;
    if (room === undefined) throw new ConferenceError('room-not-found', 'You are not in that room.');
    await abortable(room.leave(), signal);
  }

  onNewParticipant(listener: Listener, { signal }: ListenOptions = {}): () => void {
    return listenUntil(signal, () => addTo(this.#newcomerListeners, listener));
  }

  onParticipantLeft(listener: Listener, { signal }: ListenOptions = {}): () => void {
    return listenUntil(signal, () => addTo(this.#leaverListeners, listener));
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#reachability.close();
    const leaving = [...this.#rooms.values()].map((room) => room.leave());
    this.#session.close();
    await Promise.all(leaving);
  }
}

/** A private chat that was opened, or the end of one's stay. */
function takes(room: RoomSession, message: Request, object: string): boolean {
  if (message.type === 'delete') return room.handleDismissal(message);
  return message.type === 'create' && room.handlePrivateChat(object, message.body.value);
}

function roomIdOf(roomName: string): RoomId {
  if (!isRoomName(roomName)) throw new ConferenceError('bad-request', 'That is no name for a room.');
  return parseRoomId(roomName);
}

function addTo(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Begins to listen, unless the signal has ended that before. */
function listenUntil(signal: AbortSignal | undefined, begin: () => () => void): () => void {
  if (signal?.aborted === true) return () => undefined;
  const stop = begin();
  signal?.addEventListener('abort', stop, { once: true });
  return () => {
    signal?.removeEventListener('abort', stop);
    stop();
  };
}

function tell(listeners: ReadonlySet<Listener>, participant: Participant, room: Room): void {
  for (const listener of [...listeners]) {
    try {
      listener(participant, room);
    } catch (thrown) {
      // The application's own mistake: told where it looks for such, and the others hear of the participant.
      reportAsUncaught(thrown);
    }
  }
}
