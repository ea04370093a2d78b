/** What a call runs on: media server, messaging node and conference server, started and stopped together. */
import {
  ConferenceServer,
  type GuestTokenClaims,
  type IssueIceServers,
  type RecordingArchive,
  type RoomStore,
} from '@plenum/conference';
import {
  type Clock,
  type Deployed,
  HypertyRuntime,
  type Logger,
  type Policy,
  type SandboxHost,
} from '@plenum/hyperty';
import type { MediaServer, MediaServerDump } from '@plenum/media';
import { MessagingNode } from '@plenum/messaging-node';
import type { TokenService } from '@plenum/messaging-node/tokens';
import { ConferenceError, type ConnectionFailure, type ConnectionSummary } from '@plenum/protocol';
import type { Config } from './config/schema.ts';
import {
  type Catalogue,
  catalogueUrl,
  createFetchText,
  createWorkerSandbox,
  KeptHyperty,
} from './deploy/index.ts';
import { assessHealth, type Health } from './http/health.ts';
import type { Inventory } from './http/metrics.ts';
import type { LinkRequest, OfferedLink } from './http/offered/offered-link.ts';
import type { LiveStation } from './live/live-station.ts';
import { openEncoder } from './outside/encoder.ts';
import { openViewer } from './outside/viewer.ts';

export interface CallPlaneOptions {
  readonly domain: string;
  readonly config: Pick<
    Config,
    'limits' | 'guests' | 'roomCreation' | 'recordingContent' | 'resumeSeconds' | 'hyperties'
  >;
  /** Ends with the call plane, as does the store. */
  readonly mediaServer: MediaServer;
  readonly store: RoomStore;
  readonly issueIceServers: IssueIceServers;
  /** Undefined where nothing is recorded. */
  readonly recordings: RecordingArchive | undefined;
  /** Undefined where nothing is broadcast. */
  readonly broadcasts: LiveStation | undefined;
  readonly tokens: TokenService;
  /** Besides the default one. */
  readonly policies: readonly Policy[];
  /** Descriptors and schemas; the conference server is deployed from its own. */
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How many seconds' worth of messages may come at once: a page sends most of its own while joining. */
const burstSeconds = 5;

/** Of what an address may send, this much may come from one session in the long run, and so many seconds' worth at once. */
const sessionShare = 0.025;
const sessionBurstSeconds = 20;

/** Milliseconds for which what the workers said is passed on to whoever asks. */
const dumpKeptMs = 250;

export class CallPlane {
  readonly node: MessagingNode;
  readonly #mediaServer: MediaServer;
  readonly #store: RoomStore;
  readonly #runtime: HypertyRuntime;
  readonly #options: CallPlaneOptions;
  #conference: Deployed<ConferenceServer> | undefined;
  /** Hyperties that the operator added. */
  readonly #guests: readonly KeptHyperty[];
  #tellConnected: (summary: ConnectionSummary) => void = () => undefined;
  #tellConnectFailed: (failure: ConnectionFailure) => void = () => undefined;
  /** Whether the conference server's session is open. */
  #isOpen = false;
  #isServing = false;
  #isStopping = false;
  readonly #clock: Clock;
  #dumping: Promise<MediaServerDump> | undefined;

  constructor(options: CallPlaneOptions) {
    const { domain, config, mediaServer, store, tokens, policies, clock, logger } = options;
    const { limits } = config;
    this.#options = options;
    this.#clock = clock;
    this.#mediaServer = mediaServer;
    this.#store = store;
    this.node = new MessagingNode({
      domain,
      clock,
      logger: logger.child({ part: 'messaging-node' }),
      tokens,
      policies,
      limits: {
        resumeWithinMs: config.resumeSeconds * 1000,
        sessionsPerOrigin: limits.sessionsPerAddress,
        messagesPerSecond: limits.messagesPerSecond,
        messageBurst: limits.messagesPerSecond * burstSeconds,
        sessionMessagesPerSecond: limits.messagesPerSecond * sessionShare,
        sessionMessageBurst: limits.messagesPerSecond * sessionShare * sessionBurstSeconds,
      },
    });
    this.#runtime = new HypertyRuntime({
      domain,
      clock,
      openLink: this.node.openLink({ origin: 'conference server', isTrusted: true }),
      logger: logger.child({ part: 'runtime' }),
      onClosed: () => {
        this.#isOpen = false;
      },
    });
    this.#guests = config.hyperties.map((url) => this.#keepGuest(url));
  }

  async start(): Promise<void> {
    await this.#runtime.opened;
    this.#isOpen = true;
    this.#conference = await this.#deployConference();
    this.#isServing = true;
    // Nobody waits for them: one may be out of reach, or served by this very process.
    for (const guest of this.#guests) void guest.start();
  }

  /** As any hyperty is, but in the process, with the media server as what its descriptor asks for. */
  #deployConference(): Promise<Deployed<ConferenceServer>> {
    const { domain, catalogue, mediaServer } = this.#options;
    const own = catalogueUrl(domain);
    return this.#runtime.deploy(`${own}hyperty/ConferenceServer`, {
      platform: 'node',
      allowed: [own],
      fetchText: createFetchText(catalogue),
      resources: { 'media-server': mediaServer },
      parts: {
        ConferenceServer: async ({ resource }) => {
          const instance = this.#createConference(resource('media-server'));
          await instance.start();
          return { name: 'ConferenceServer', url: instance.url, instance, close: () => instance.stop() };
        },
      },
    });
  }

  #createConference(mediaServer: MediaServer): ConferenceServer {
    const { config, store, tokens, issueIceServers, recordings, broadcasts, logger } = this.#options;
    const { limits } = config;
    return new ConferenceServer({
      runtime: this.#runtime,
      mediaServer,
      logger: logger.child({ part: 'conference' }),
      store,
      onConnected: (summary) => this.#tellConnected(summary),
      onConnectFailed: (failure) => this.#tellConnectFailed(failure),
      issueIceServers,
      recordings,
      broadcasts,
      recordingContent: {
        composite: config.recordingContent !== 'tracks',
        tracks: config.recordingContent !== 'composite',
      },
      mayGuestsCreateRooms: config.roomCreation === 'everyone',
      defaultSettings: { guests: config.guests },
      mintGuestToken: (claims) => mintGuestToken(tokens, claims),
      limits: {
        rooms: limits.rooms,
        roomsPerOrigin: limits.roomsPerAddress,
        participantsPerRoom: limits.participantsPerRoom,
        viewersPerRoom: limits.viewersPerRoom,
        viewersPerOrigin: limits.viewersPerAddress,
        meshMax: limits.meshMax,
        autoMeshMax: limits.autoMeshMax,
      },
    });
  }

  /** In a sandbox, with a session like anybody's; what it is made of comes from where its descriptor is. */
  #keepGuest(url: string): KeptHyperty {
    const { domain, catalogue, clock } = this.#options;
    const logger = this.#options.logger.child({ part: 'hyperty', descriptor: url });
    const sandboxHost: SandboxHost = {
      sandbox: createWorkerSandbox({ logger, clock }),
      openSession: (onClosed) =>
        new HypertyRuntime({
          domain,
          clock,
          openLink: this.node.openLink({ origin: `hyperty ${url}` }),
          onClosed,
        }),
    };
    const allowed = [new URL('.', url).href];
    const fetchText = createFetchText(catalogue);
    return new KeptHyperty({
      clock,
      logger,
      deploy: ({ signal, onEnded }) =>
        this.#runtime.deploy(url, { platform: 'node', allowed, fetchText, sandboxHost, signal, onEnded }),
    });
  }

  /** Anybody may ask, and every worker is asked for every room: who asks soon after gets the same answer. */
  #dumpMedia(): Promise<MediaServerDump> {
    this.#dumping ??= this.#mediaServer.dump().finally(() => {
      this.#clock.after(dumpKeptMs, () => {
        this.#dumping = undefined;
      });
    });
    return this.#dumping;
  }

  async checkHealth(): Promise<Health> {
    const { workers } = await this.#dumpMedia();
    return assessHealth({
      workers,
      isConferenceServing: this.#isServing && this.#isOpen,
      isStopping: this.#isStopping,
    });
  }

  /** Called for every connection for media that has come about. One listener at a time. */
  onConnected(listener: (summary: ConnectionSummary) => void): void {
    this.#tellConnected = listener;
  }

  /** The same for every attempt at one that failed. */
  onConnectFailed(listener: (failure: ConnectionFailure) => void): void {
    this.#tellConnectFailed = listener;
  }

  /** Brings an outside encoder into a room. @throws ConferenceError as `openEncoder`. */
  openEncoder(request: LinkRequest): Promise<OfferedLink> {
    const { domain, clock } = this.#options;
    return openEncoder({ node: this.node, domain, clock }, request);
  }

  /** Lets somebody look on at a broadcast. @throws ConferenceError as `openViewer`. */
  openViewer(request: LinkRequest): Promise<OfferedLink> {
    const conference = this.#conference?.instance;
    if (conference === undefined) throw new ConferenceError('shutting-down');
    return openViewer({ conference, tokens: this.#options.tokens }, request);
  }

  /** How often each error was answered since the start. */
  get refusals(): ReadonlyMap<string, number> {
    return this.node.refusals;
  }

  async takeInventory(): Promise<Inventory> {
    const media = await this.#dumpMedia();
    const { sessions, ...objects } = this.node.dump();
    // The conference server's own session is none of a visitor's.
    const own = this.#isOpen ? 1 : 0;
    return {
      ...media,
      ...(this.#conference?.instance?.dump() ?? noConference),
      ...(this.#options.broadcasts?.dump() ?? { broadcasts: 0, viewers: 0 }),
      ...objects,
      sessions: sessions - own,
    };
  }

  /** Tells everybody in a room, then every session, that the server stops. May be called more than once. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const guestsEnded = Promise.all(this.#guests.map((guest) => guest.close()));
    const conferenceEnded = this.#conference?.close();
    // At once: Ctrl-C reaches the workers too, and they are not to be taken for ones that died.
    const mediaEnded = this.#mediaServer.close();
    // What the rooms said travels through the node's in-memory links, and is written within this turn.
    await new Promise(setImmediate);
    this.#runtime.close();
    this.node.close();
    try {
      await Promise.all([conferenceEnded, mediaEnded, guestsEnded]);
    } finally {
      this.#store.close();
    }
  }
}

/** Before it is deployed. */
const noConference = { rooms: 0, participants: 0, waiting: 0, dormantRooms: 0 };

function mintGuestToken(tokens: TokenService, { roomId, role, expires }: GuestTokenClaims): Promise<string> {
  return tokens.mintAccess({ grant: { room: roomId, role }, expires: Date.parse(expires) });
}
