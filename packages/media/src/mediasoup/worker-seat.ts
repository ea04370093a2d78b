/** One core's place for a worker: keeps a living one in it, on the same port, until it is closed. */
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConferenceError } from '@plenum/protocol';
import { createWorker } from 'mediasoup';
import type { TransportListenInfo, WebRtcServer, Worker } from 'mediasoup/types';
import type { Logger } from '../logger.ts';
import type { MediasoupRouter } from './router.ts';

export interface SeatOptions {
  readonly index: number;
  readonly listenInfos: TransportListenInfo[];
  readonly workerBin?: string | undefined;
  readonly logger: Logger;
}

/** A worker with the one port on which it receives everything. */
export interface SeatedWorker {
  readonly worker: Worker;
  readonly webRtcServer: WebRtcServer;
}

// A worker that dies within this time of its start has a cause that will not go away at once.
const shortLifeMs = 1_000;
const firstDelayMs = 100;
const longestDelayMs = 5_000;

export class WorkerSeat {
  readonly routers = new Set<MediasoupRouter>();
  readonly #options: SeatOptions;
  readonly #closing = new AbortController();
  #seated: SeatedWorker | undefined;
  #starting: Promise<SeatedWorker> | undefined;
  #failures = 0;

  constructor(options: SeatOptions) {
    this.#options = options;
  }

  /** The living worker; undefined while there is none. */
  get seated(): SeatedWorker | undefined {
    return this.#seated;
  }

  /** How much this worker has to do, for comparison with others'. */
  get load(): number {
    let connections = 0;
    for (const router of this.routers) connections += router.connectionCount;
    // Rooms that nobody has entered yet count a little, so that those opened in a row are spread.
    return connections + this.routers.size;
  }

  /**
   * The worker, started where there is none, after a pause where the last ones did not live long.
   * @throws Error where it does not start.
   */
  start(): Promise<SeatedWorker> {
    if (this.#seated !== undefined) return Promise.resolve(this.#seated);
    this.#starting ??= this.#startAfter(backoffMs(this.#failures)).finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #startAfter(delayMs: number): Promise<SeatedWorker> {
    const { signal } = this.#closing;
    if (delayMs > 0) await sleep(delayMs, undefined, { signal });
    signal.throwIfAborted();
    try {
      return await this.#launch();
    } catch (thrown) {
      this.#failures += 1;
      throw thrown;
    }
  }

  async #launch(): Promise<SeatedWorker> {
    const { workerBin, listenInfos, index, logger } = this.#options;
    const startedAt = performance.now();
    const settings = workerBin === undefined ? {} : { workerBin };
    const worker = await keepingSignalHandlers(() => createWorker({ logLevel: 'warn', ...settings }));
    preferToOthers(worker.pid);
    // A turn later: Ctrl-C ends the workers too, and may be heard after their end on a busy machine.
    worker.once('died', (error) => {
      const livedMs = performance.now() - startedAt;
      setImmediate(() => this.#handleDeath(worker, error, livedMs));
    });
    try {
      const webRtcServer = await worker.createWebRtcServer({ listenInfos });
      this.#closing.signal.throwIfAborted();
      this.#seated = { worker, webRtcServer };
      logger.info('media worker started', { index, pid: worker.pid });
      return this.#seated;
    } catch (thrown) {
      worker.close();
      throw thrown;
    }
  }

  #handleDeath(worker: Worker, { message: reason }: Error, livedMs: number): void {
    if (this.#closing.signal.aborted) return;
    const { index, logger } = this.#options;
    const routers = [...this.routers];
    logger.error('media worker died', { index, pid: worker.pid, rooms: routers.length, reason });
    // One that never took its seat fails in `#launch`.
    if (this.#seated?.worker !== worker) return;
    this.#seated = undefined;
    this.#failures = livedMs < shortLifeMs ? this.#failures + 1 : 0;
    // Before the rooms are told: what they do then is to ask for a new router.
    void this.#keepStarting();
    for (const router of routers) router.handleWorkerDied();
  }

  async #keepStarting(): Promise<void> {
    const { index, logger } = this.#options;
    while (this.#seated === undefined && !this.#closing.signal.aborted) {
      try {
        await this.start();
      } catch (thrown) {
        if (this.#closing.signal.aborted) return;
        logger.error('media worker does not start', { index, reason: String(thrown) });
      }
    }
  }

  /** Ends the worker and resolves when its process is gone. */
  async close(): Promise<void> {
    this.#closing.abort(new ConferenceError('closed'));
    for (const router of this.routers) router.close();
    await this.#starting?.catch(() => undefined);
    const worker = this.#seated?.worker;
    this.#seated = undefined;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once('subprocessclose', resolve));
    worker.close();
    if (!worker.subprocessClosed) await ended;
  }
}

/** How long to wait after so many workers in a row that did not start or died at once. */
export function backoffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
}

/**
 * Calls a function without the handlers that it sets for signals. mediasoup ends its workers at once on SIGTERM and
 * SIGINT, and calls with them; when to end is for the program to say, by `close()`.
 */
function keepingSignalHandlers<T>(call: () => T): T {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const result = call();
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.removeListener(signal, listener);
    }
  }
  return result;
}

/**
 * Media that comes late is lost, while everything else on a busy machine can wait. To go before others needs a
 * privilege, which root and services with `CAP_SYS_NICE` have.
 */
function preferToOthers(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_ABOVE_NORMAL);
  } catch {
    // Without the privilege it runs like all others.
  }
}
