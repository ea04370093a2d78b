/** The client conference hyperty: one session with the messaging node, and the rooms that were joined over it. */
import {
  type Clock,
  type DataObjectReporter,
  HypertyRuntime,
  type OpenLink,
  openWebSocketLink,
  type RequestOptions,
  systemClock,
} from '@plenum/hyperty';
import {
  type Capabilities,
  ConferenceError,
  type ConnectionData,
  conferenceMethods,
  type HypertyUrl,
  isRoomName,
  parseRoomId,
  type ResultOf,
  type RoomId,
  randomWord,
  toConferenceError,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import type {
  ConferenceClientApi,
  ConferenceClientOptions,
  JoinOptions,
  Participant,
  Room,
} from './conference-client-types.ts';
import { describePublications, RoomSession } from './room-session.ts';
import { reportAsUncaught } from './signal.ts';
import { browserCapabilities, type CreateStarLink, createStarLink, type StarLink } from './star-link.ts';

/** What a client needs of its surroundings; the browser's unless given. */
export interface ClientPlatform {
  readonly openLink: (url: string) => OpenLink;
  readonly createStarLink: CreateStarLink;
  readonly capabilities: typeof browserCapabilities;
  /** The address of the page, where no `serverUrl` is given. */
  readonly pageUrl: () => string;
  readonly clock: Clock;
}

const browserPlatform: ClientPlatform = {
  openLink: (url) => openWebSocketLink({ url }),
  createStarLink,
  capabilities: browserCapabilities,
  pageUrl: () => document.baseURI,
  clock: systemClock,
};

interface ClientSession {
  readonly runtime: HypertyRuntime;
  readonly hypertyUrl: HypertyUrl;
  readonly conferenceUrl: HypertyUrl;
  /** Rejects where the node refuses the session or the address. */
  readonly ready: Promise<void>;
}

type Listener = (participant: Participant, room: Room) => void;

export class ConferenceClient implements ConferenceClientApi {
  readonly #options: ConferenceClientOptions;
  readonly #platform: ClientPlatform;
  readonly #rooms = new Map<RoomId, RoomSession>();
  readonly #newcomerListeners = new Set<Listener>();
  readonly #leaverListeners = new Set<Listener>();
  #domain: string;
  #session: ClientSession | undefined;
  #known: Capabilities | undefined;
  #isClosed = false;

  constructor(options: ConferenceClientOptions = {}, platform: ClientPlatform = browserPlatform) {
    this.#options = options;
    this.#platform = platform;
    this.#domain = options.domain ?? new URL(this.#serverUrl()).hostname;
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
    await this.#inRightDomain(({ ready }) => ready);
    if (signal?.aborted === true) throw new ConferenceError('aborted');
  }

  async joinRoom(roomName: string, options: JoinOptions): Promise<Room> {
    if (!isRoomName(roomName)) throw new ConferenceError('bad-request', 'That is no name for a room.');
    const roomId = parseRoomId(roomName);
    if (this.#rooms.has(roomId)) throw new ConferenceError('already-joined');
    return this.#inRightDomain((session) => this.#join(session, roomId, options));
  }

  /** A host may be known by several names; the node tells which one its addresses carry, and it is tried once more. */
  async #inRightDomain<T>(attempt: (session: ClientSession) => Promise<T>): Promise<T> {
    const session = this.#openSession();
    try {
      return await attempt(session);
    } catch (thrown) {
      const domain = rightDomain(thrown);
      if (domain === undefined || domain === session.runtime.domain) throw thrown;
      this.#domain = domain;
      // Another attempt on the same session may have been told first, and have a new one already.
      if (this.#session === session) this.#session = undefined;
      return attempt(this.#openSession());
    }
  }

  #openSession(): ClientSession {
    if (this.#isClosed) throw new ConferenceError('closed');
    this.#session ??= this.#createSession();
    return this.#session;
  }

  #createSession(): ClientSession {
    const runtime: HypertyRuntime = new HypertyRuntime({
      domain: this.#domain,
      openLink: this.#platform.openLink(socketUrl(this.#serverUrl())),
      clock: this.#platform.clock,
      requestTimeoutMs: this.#options.requestTimeoutMs,
      onClosed: (error) => this.#handleClosed(runtime, error),
    });
    const hypertyUrl = runtime.hypertyUrl('client');
    const claimed = runtime.claim([hypertyUrl]);
    const ready = Promise.all([runtime.opened, claimed]).then(() => undefined);
    // Whoever needs the session hears of it there.
    ready.catch(() => undefined);
    return { runtime, hypertyUrl, conferenceUrl: wellKnown.conference(this.#domain), ready };
  }

  #handleClosed(runtime: HypertyRuntime, error: ConferenceError | undefined): void {
    if (this.#session?.runtime !== runtime) return;
    this.#session = undefined;
    for (const room of [...this.#rooms.values()]) room.handleDisconnected(error);
  }

  /** One flight: session, address, object, observer and request go out together; the node handles them in order. */
  async #join(session: ClientSession, roomId: RoomId, options: JoinOptions): Promise<Room> {
    const { runtime, hypertyUrl, conferenceUrl, ready } = session;
    let room: RoomSession | undefined;
    const { connection, allocated } = this.#createConnection(session, roomId, options);
    connection.addObserver(conferenceUrl);
    const asked = this.#askToJoin(session, roomId, options, connection, { signal: options.signal });
    // Told below, unless the browser refuses the link before.
    asked.catch(() => undefined);
    let link: StarLink | undefined;
    try {
      // Made while the request is on its way.
      link = this.#platform.createStarLink({
        onState: (state) => room?.handleLinkState(state),
        audioPacketTime: options.audioPacketTime ?? 20,
      });
      const [joined] = await Promise.all([asked, ready, allocated]);
      link.setIceServers(joined.iceServers);
      room = new RoomSession({
        id: roomId,
        runtime,
        hypertyUrl,
        conferenceUrl,
        link,
        connection,
        joined,
        localMedia: options.localMedia,
        onNewParticipant: (participant, where) => tell(this.#newcomerListeners, participant, where),
        onParticipantLeft: (participant, where) => tell(this.#leaverListeners, participant, where),
        onLeft: (left) => {
          if (this.#rooms.get(roomId) === left) this.#rooms.delete(roomId);
        },
      });
      this.#rooms.set(roomId, room);
      // The page draws the room next, and browsers make connections on the thread that draws.
      await atMost(connectingAtMostMs, room.underWay, this.#platform.clock);
      if (options.signal?.aborted === true) {
        await room.leave();
        throw new ConferenceError('aborted');
      }
      return room;
    } catch (thrown) {
      connection.close();
      link?.close();
      throw toConferenceError(thrown);
    }
  }

  #createConnection(
    { runtime, hypertyUrl, conferenceUrl }: ClientSession,
    roomId: RoomId,
    options: JoinOptions,
  ) {
    const { reporter: connection, allocated } = runtime.syncher.create<ConnectionData>({
      url: `connection://${this.#domain}/${runtime.sessionId}/${randomWord(8)}`,
      reporter: hypertyUrl,
      schema: 'Connection',
      name: roomId,
      data: {
        scheme: 'connection',
        name: roomId,
        owner: hypertyUrl,
        peer: conferenceUrl,
        status: 'new',
        iceCandidates: [],
        publications: describePublications(options.localMedia),
      },
    });
    return { connection, allocated };
  }

  async #askToJoin(
    { runtime, hypertyUrl, conferenceUrl }: ClientSession,
    roomId: RoomId,
    { name, topology }: JoinOptions,
    connection: DataObjectReporter<ConnectionData>,
    options: RequestOptions,
  ): Promise<ResultOf<'joinRoom'>> {
    const params = {
      roomId,
      name,
      connection: connection.snapshot(),
      capabilities: this.#capabilities(),
      ...(topology === undefined ? {} : { topology }),
    };
    const { value } = await runtime.bus.request(
      { type: 'execute', from: hypertyUrl, to: conferenceUrl, body: { method: 'joinRoom', params } },
      options,
    );
    return v.parse(conferenceMethods.joinRoom.result, value);
  }

  async leaveRoom(roomName: string): Promise<void> {
    const room = isRoomName(roomName) ? this.#rooms.get(parseRoomId(roomName)) : undefined;
    if (room === undefined) throw new ConferenceError('room-not-found', 'You are not in that room.');
    await room.leave();
  }

  onNewParticipant(listener: Listener): () => void {
    this.#newcomerListeners.add(listener);
    return () => this.#newcomerListeners.delete(listener);
  }

  onParticipantLeft(listener: Listener): () => void {
    this.#leaverListeners.add(listener);
    return () => this.#leaverListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const leaving = [...this.#rooms.values()].map((room) => room.leave());
    // The socket is closed in the same turn, since a page that is going away runs no other.
    this.#session?.runtime.close();
    this.#session = undefined;
    await Promise.all(leaving);
  }
}

/** How long the link may keep a joined room from its caller. */
const connectingAtMostMs = 300;

function atMost(ms: number, wanted: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    void wanted.then(() => {
      cancel();
      resolve();
    });
  });
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

function rightDomain(thrown: unknown): string | undefined {
  if (!(thrown instanceof ConferenceError) || thrown.code !== 'wrong-domain') return undefined;
  const domain = thrown.details?.['domain'];
  return typeof domain === 'string' ? domain : undefined;
}

function socketUrl(serverUrl: string): string {
  const url = new URL('ws', serverUrl);
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
  return url.href;
}
