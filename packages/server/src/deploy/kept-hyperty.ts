/**
 * Keeps a hyperty deployed beside the conference server: where it cannot be had, or ends, it is tried again, ever later. Calls
 * need none of them.
 *
 * | state     | means                           | goes on with                            |
 * |-----------|---------------------------------|-----------------------------------------|
 * | deploying | it is loaded and started        | active: running; failed: waiting        |
 * | running   | it runs                         | it ended: waiting                       |
 * | waiting   | the last try failed             | the time passed: deploying              |
 * | closed    | final                           |                                         |
 */
import type { Clock, Deployed, Logger } from '@plenum/hyperty';
import { type ConferenceError, toConferenceError } from '@plenum/protocol';

export interface KeptHypertyOptions {
  readonly deploy: (ending: {
    readonly signal: AbortSignal;
    readonly onEnded: (error: ConferenceError) => void;
  }) => Promise<Deployed>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const firstDelayMs = 1_000;
const longestDelayMs = 60_000;

export class KeptHyperty {
  readonly #options: KeptHypertyOptions;
  readonly #closing = new AbortController();
  #deploying: Promise<void> = Promise.resolve();
  #running: Deployed | undefined;
  /** Tries in a row after which it did not run for long. */
  #failures = 0;
  #stopTimer: () => void = () => undefined;

  constructor(options: KeptHypertyOptions) {
    this.#options = options;
  }

  /** Resolves after the first try, however it went. */
  start(): Promise<void> {
    this.#deploying = this.#deploy();
    return this.#deploying;
  }

  async #deploy(): Promise<void> {
    const { deploy, clock, logger } = this.#options;
    const { signal } = this.#closing;
    const begun = clock.now();
    let isOver = false;
    const onEnded = (error: ConferenceError) => {
      if (isOver || signal.aborted) return;
      isOver = true;
      this.#running = undefined;
      if (clock.now() - begun >= longestDelayMs) this.#failures = 0;
      const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failures++);
      logger.error('a hyperty does not run', { code: error.code, reason: error.message, retryInMs: delayMs });
      this.#stopTimer = clock.after(delayMs, () => void this.start());
    };
    try {
      const deployed = await deploy({ signal, onEnded });
      if (isOver || signal.aborted) await deployed.close();
      else this.#running = deployed;
    } catch (thrown) {
      onEnded(toConferenceError(thrown));
    }
  }

  /** May be called more than once. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopTimer();
    await this.#deploying;
    await this.#running?.close();
  }
}
