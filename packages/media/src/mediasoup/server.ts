/** The media server over mediasoup: one worker process for each core, each on one port of its own. */
import { availableParallelism } from 'node:os';
import { ConferenceError } from '@plenum/protocol';
import { setLogEventListeners } from 'mediasoup';
import type { TransportListenInfo } from 'mediasoup/types';
import { type Logger, silentLogger } from '../logger.ts';
import type { MediaRouter, MediaServer, MediaServerDump, RouterEvents } from '../media-server.ts';
import type { Mixer } from '../mixer.ts';
import { routerCodecs } from '../sdp/media-profile.ts';
import { engineFailure } from './failure.ts';
import { MediasoupRouter, type TransportSettings } from './router.ts';
import { type SeatedWorker, WorkerSeat } from './worker-seat.ts';

/** An address to receive media on. */
export interface ListenAddress {
  /** An address of this machine, IPv4 or IPv6; `0.0.0.0` only with `announcedAddress`. */
  readonly ip: string;
  /** The address that browsers are told instead, where this machine is behind a translation of addresses. */
  readonly announcedAddress?: string | undefined;
}

export interface MediasoupServerOptions {
  /** Each is listened on over UDP and TCP. */
  readonly listen: readonly ListenAddress[];
  /** The first worker's port; each further worker takes the next one. */
  readonly basePort: number;
  /** One for each core unless said otherwise. */
  readonly workers?: number | undefined;
  /** Path of the worker's binary; mediasoup's own choice unless given. */
  readonly workerBin?: string | undefined;
  readonly logger?: Logger | undefined;
  /** Mixes rooms; without one there are no mixes. Not closed with the server. */
  readonly mixer?: Mixer | undefined;
  /** See `defaultTransports`. */
  readonly transports?: Partial<TransportSettings> | undefined;
}

const defaultTransports: TransportSettings = {
  // Enough for one picture in its middle layer and a few small ones before the first feedback came.
  initialOutgoingBitrateBps: 1_500_000,
  // A 720p camera with its three layers, a screen and two sounds.
  maxIncomingBitrateBps: 8_000_000,
  // Browsers check consent about every five seconds (RFC 7675).
  consentTimeoutS: 15,
};

// Three reports a second; a pause between two words is shorter, so nobody falls silent within a sentence.
const levelIntervalMs = 300;
// Speech is at -20 to -40 dBov, a quiet room below -60.
const levelThreshold = -55;
const maxSpeakers = 8;

/**
 * Starts the workers and resolves when they can hold a call.
 * @throws Error where one does not start: no binary, or its port is taken.
 */
export async function createMediasoupServer(options: MediasoupServerOptions): Promise<MediaServer> {
  const server = new MediasoupServer(options);
  try {
    await server.start();
  } catch (thrown) {
    await server.close();
    throw thrown;
  }
  return server;
}

class MediasoupServer implements MediaServer {
  readonly #seats: readonly WorkerSeat[];
  readonly #transports: TransportSettings;
  readonly #mixer: Mixer | undefined;
  readonly #logger: Logger;
  #isClosed = false;

  constructor({ listen, basePort, workers, workerBin, logger, transports, mixer }: MediasoupServerOptions) {
    this.#logger = logger ?? silentLogger;
    this.#mixer = mixer;
    this.#transports = { ...defaultTransports, ...transports };
    this.#seats = Array.from({ length: workers ?? availableParallelism() }, (_, index) => {
      const listenInfos = listenInfosOf(listen, basePort + index);
      return new WorkerSeat({ index, listenInfos, workerBin, logger: this.#logger });
    });
  }

  async start(): Promise<void> {
    reportEngineLog(this.#logger);
    await Promise.all(this.#seats.map((seat) => seat.start()));
  }

  async createRouter(events: RouterEvents): Promise<MediaRouter> {
    if (this.#isClosed) throw new ConferenceError('closed');
    const { seat, seated } = await this.#chooseSeat();
    try {
      return await this.#createRouterOn(seat, seated, events);
    } catch (thrown) {
      throw engineFailure(thrown, this.#isClosed);
    }
  }

  async #createRouterOn(
    seat: WorkerSeat,
    { worker, webRtcServer }: SeatedWorker,
    events: RouterEvents,
  ): Promise<MediaRouter> {
    const router = await worker.createRouter({ mediaCodecs: [...routerCodecs] });
    const levels = await router.createAudioLevelObserver({
      interval: levelIntervalMs,
      threshold: levelThreshold,
      maxEntries: maxSpeakers,
    });
    const ours = new MediasoupRouter({
      router,
      webRtcServer,
      createRouter: (mediaCodecs) => worker.createRouter({ mediaCodecs }),
      levels,
      events,
      transports: this.#transports,
      mixer: this.#mixer,
      logger: this.#logger,
      onEnd: () => seat.routers.delete(ours),
    });
    if (this.#isClosed) {
      router.close();
      throw new ConferenceError('closed');
    }
    if (worker.closed) throw new ConferenceError('media-server-gone');
    seat.routers.add(ours);
    return ours;
  }

  /** The seat with the least to do; where no worker lives, the first that comes back. */
  async #chooseSeat(): Promise<{ seat: WorkerSeat; seated: SeatedWorker }> {
    const living = this.#seats.filter((seat) => seat.seated !== undefined);
    const seat = living.toSorted((a, b) => a.load - b.load)[0];
    if (seat?.seated !== undefined) return { seat, seated: seat.seated };
    try {
      return await Promise.any(this.#seats.map(async (each) => ({ seat: each, seated: await each.start() })));
    } catch (cause) {
      throw new ConferenceError('media-server-gone', undefined, { cause });
    }
  }

  async dump(): Promise<MediaServerDump> {
    const living = this.#seats.flatMap((seat) => (seat.seated === undefined ? [] : [seat]));
    const dumps = await Promise.all(living.map(dumpSeat));
    return dumps.reduce(sum, noDump);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#seats.map((seat) => seat.close()));
  }
}

function listenInfosOf(listen: readonly ListenAddress[], port: number): TransportListenInfo[] {
  return listen.flatMap(({ ip, announcedAddress }) =>
    (['udp', 'tcp'] as const).map((protocol) => ({
      protocol,
      ip,
      port,
      ...(announcedAddress === undefined ? {} : { announcedAddress }),
    })),
  );
}

const noDump: MediaServerDump = { workers: 0, routers: 0, transports: 0, producers: 0, consumers: 0 };

function sum(a: MediaServerDump, b: MediaServerDump): MediaServerDump {
  return {
    workers: a.workers + b.workers,
    routers: a.routers + b.routers,
    transports: a.transports + b.transports,
    producers: a.producers + b.producers,
    consumers: a.consumers + b.consumers,
  };
}

/** What the worker itself says that it holds; a room that closes meanwhile counts as empty. */
async function dumpSeat({ seated, routers }: WorkerSeat): Promise<MediaServerDump> {
  if (seated === undefined) return noDump;
  try {
    const [{ routerIds }, ...rooms] = await Promise.all([
      seated.worker.dump(),
      ...Array.from(routers, (router) => router.dump()),
    ]);
    // Those that are there for a room's viewers are part of it.
    const edges = Array.from(routers).reduce((count, router) => count + router.edgeCount, 0);
    const own = { ...noDump, workers: 1, routers: Math.max(0, routerIds.length - edges) };
    return rooms.reduce<MediaServerDump>((dump, room) => sum(dump, { ...noDump, ...room }), own);
  } catch (thrown) {
    if (seated.worker.closed) return noDump;
    throw engineFailure(thrown, false);
  }
}

/** mediasoup has one log for the whole process; the media server that was made last gets it. */
function reportEngineLog(logger: Logger): void {
  setLogEventListeners({
    onwarn: (namespace, message) => logger.debug('media engine warns', { namespace, message }),
    onerror: (namespace, message, error) => {
      const level = isNoNews(message) ? 'debug' : 'warn';
      logger[level]('media engine reports an error', { namespace, message, reason: error?.message });
    },
  });
}

/**
 * What is closed while its source closes is gone when the worker comes to it; that is no anomaly. The end of a worker is told by
 * its seat, which knows whether it was wanted.
 */
function isNoNews(message: string): boolean {
  return message.includes('MediaSoupNotFoundError') || message.startsWith('worker process died');
}
