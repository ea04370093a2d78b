/** Notices when a thread no longer takes messages: it computes without end, or waits for what never comes. */
import type { Clock } from '@plenum/hyperty';

export interface WatchdogOptions {
  readonly pingEveryMs: number;
  readonly hangMs: number;
  readonly clock: Clock;
  readonly ping: (count: number) => void;
  readonly onHang: () => void;
}

export class Watchdog {
  readonly #options: WatchdogOptions;
  #count = 0;
  #isAnswerDue = false;
  #stopTimer: () => void = () => undefined;
  #isClosed = false;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  /** Asks, and goes on asking. */
  ask(): void {
    if (this.#isClosed) return;
    const { clock, ping, hangMs, onHang } = this.#options;
    this.#isAnswerDue = true;
    ping(++this.#count);
    this.#stopTimer = clock.after(hangMs, onHang);
  }

  /** False for an answer that was not asked for. */
  handlePong(count: number): boolean {
    if (!this.#isAnswerDue || count !== this.#count) return false;
    this.#isAnswerDue = false;
    this.#stopTimer();
    const { clock, pingEveryMs } = this.#options;
    this.#stopTimer = clock.after(pingEveryMs, () => this.ask());
    return true;
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer();
  }
}
