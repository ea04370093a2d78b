/**
 * Notices that nothing arrives over a link any more, seconds before the browser says so: packets came all the time, and do no
 * longer. Who loses the network knows it then, and who is in a room where nobody sends is not mistaken for one who did.
 */
import type { Clock } from '@plenum/hyperty';

export interface ArrivalWatchContext {
  readonly clock: Clock;
  /** What has arrived over the link so far. */
  readonly receivedBytes: () => Promise<number>;
  /** Something has arrived since the last look. */
  readonly onArrived: () => void;
  /** Nothing has, after there was something at every look; told once. It may also be that everybody is muted now. */
  readonly onSilent: () => void;
}

const lookEveryMs = 1_000;
/** After so many in a row something is expected at the next; answers to ICE's own checks come every 2.5 seconds. */
const regularLooks = 2;

export class ArrivalWatch {
  readonly #context: ArrivalWatchContext;
  #received: number | undefined;
  #looksInARow = 0;
  #isSilent = false;
  #isClosed = false;
  #stop: (() => void) | undefined;

  constructor(context: ArrivalWatchContext) {
    this.#context = context;
  }

  /** Nothing arrives, though it did. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Looks again and again from now on. May be called more than once. */
  begin(): void {
    if (!this.#isClosed) this.#stop ??= this.#context.clock.after(lookEveryMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const received = await this.#context.receivedBytes().catch(() => undefined);
    if (this.#isClosed) return;
    const before = this.#received;
    this.#received = received;
    // Again before anybody is told, since who is told may end it.
    this.#stop = undefined;
    this.begin();
    // A link that cannot be asked says nothing of what arrives.
    if (received === undefined || before === undefined) return;
    if (received > before) this.#handleArrival();
    else this.#handleNothing();
  }

  #handleArrival(): void {
    this.#isSilent = false;
    this.#looksInARow += 1;
    this.#context.onArrived();
  }

  #handleNothing(): void {
    const wasRegular = this.#looksInARow >= regularLooks;
    this.#looksInARow = 0;
    if (!wasRegular) return;
    this.#isSilent = true;
    this.#context.onSilent();
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#stop?.();
  }
}
