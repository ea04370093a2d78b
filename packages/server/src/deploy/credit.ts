/** How many messages a sandboxed hyperty may still send. Its thread counts too, and is told what is given anew. */
import type { Clock } from '@plenum/hyperty';

export interface CreditOptions {
  readonly burst: number;
  readonly perSecond: number;
  readonly clock: Clock;
  /** So many more may be sent. */
  readonly onRenewed: (count: number) => void;
}

export class Credit {
  readonly #options: CreditOptions;
  #left: number;
  #stopTimer: (() => void) | undefined;
  #isClosed = false;

  constructor(options: CreditOptions) {
    this.#options = options;
    this.#left = options.burst;
  }

  /** False for one message more than it was told it may send: its thread does not count any longer. */
  spend(): boolean {
    if (this.#left === 0 || this.#isClosed) return false;
    this.#left -= 1;
    this.#stopTimer ??= this.#options.clock.after(1_000, () => this.#renew());
    return true;
  }

  #renew(): void {
    const { burst, perSecond, clock, onRenewed } = this.#options;
    const count = Math.min(perSecond, burst - this.#left);
    this.#left += count;
    this.#stopTimer = this.#left < burst ? clock.after(1_000, () => this.#renew()) : undefined;
    onRenewed(count);
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer?.();
  }
}
