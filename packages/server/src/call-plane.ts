/** What a call runs on: media server, messaging node and conference server, started and stopped together. */
import { ConferenceServer } from '@plenum/conference';
import { type Clock, HypertyRuntime, type Logger } from '@plenum/hyperty';
import type { MediaServer, MediaServerDump } from '@plenum/media';
import { MessagingNode } from '@plenum/messaging-node';
import type { Config } from './config/schema.ts';
import { assessHealth, type Health } from './http/health.ts';
import type { Inventory } from './http/metrics.ts';

export interface CallPlaneOptions {
  readonly domain: string;
  readonly limits: Config['limits'];
  /** Ends with the call plane. */
  readonly mediaServer: MediaServer;
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
  readonly #runtime: HypertyRuntime;
  readonly #conference: ConferenceServer;
  /** Whether the conference server's session is open. */
  #isOpen = false;
  #isServing = false;
  #isStopping = false;
  readonly #clock: Clock;
  #dumping: Promise<MediaServerDump> | undefined;

  constructor({ domain, limits, mediaServer, clock, logger }: CallPlaneOptions) {
    this.#clock = clock;
    this.#mediaServer = mediaServer;
    this.node = new MessagingNode({
      domain,
      clock,
      logger: logger.child({ part: 'messaging-node' }),
      limits: {
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
    this.#conference = new ConferenceServer({
      runtime: this.#runtime,
      mediaServer,
      logger: logger.child({ part: 'conference' }),
      limits: {
        rooms: limits.rooms,
        roomsPerOrigin: limits.roomsPerAddress,
        participantsPerRoom: limits.participantsPerRoom,
      },
    });
  }

  async start(): Promise<void> {
    await this.#runtime.opened;
    this.#isOpen = true;
    await this.#conference.start();
    this.#isServing = true;
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

  async takeInventory(): Promise<Inventory> {
    const media = await this.#dumpMedia();
    const { sessions, ...objects } = this.node.dump();
    // The conference server's own session is none of a visitor's.
    const own = this.#isOpen ? 1 : 0;
    return { ...media, ...this.#conference.dump(), ...objects, sessions: sessions - own };
  }

  /** Tells everybody in a room, then every session, that the server stops. May be called more than once. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#conference.stop();
    // At once: Ctrl-C reaches the workers too, and they are not to be taken for ones that died.
    const mediaEnded = this.#mediaServer.close();
    // What the rooms said travels through the node's in-memory links, and is written within this turn.
    await new Promise(setImmediate);
    this.#runtime.close();
    this.node.close();
    await mediaEnded;
  }
}
