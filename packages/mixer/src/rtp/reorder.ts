/** Puts the packets of one stream in order. What is missing is waited for a while, and then given up. */
import { unwrap } from './counter.ts';
import type { RtpPacket } from './packet.ts';

export interface OrderedPacket extends RtpPacket {
  /** Whether something is missing before it. */
  readonly isAfterGap: boolean;
}

interface Waiting {
  readonly packet: RtpPacket;
  /** Milliseconds on the clock. */
  readonly since: number;
}

/** Such a jump is no loss: the sender has begun anew. */
const restartAfter = 1_000;

export class Reorder {
  readonly #waitMs: number;
  /** By number without a limit. */
  readonly #waiting = new Map<number, Waiting>();
  /** The number that is due next; undefined before the first. */
  #next: number | undefined;

  /** @param waitMs Milliseconds that the packets behind a missing one wait for it. */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** Takes a packet, and gives those that are in order now. @param now Milliseconds on the clock. */
  push(packet: RtpPacket, now: number): readonly OrderedPacket[] {
    const number = unwrap(packet.sequenceNumber, 16, this.#next);
    if (this.#next === undefined) this.#next = number;
    // Come again, or too late.
    if (number < this.#next && this.#next - number < restartAfter) return [];
    const isRestart = Math.abs(number - this.#next) >= restartAfter;
    if (isRestart) {
      this.#waiting.clear();
      this.#next = number;
    }
    this.#waiting.set(number, { packet, since: now });
    const [first, ...others] = this.flush(now);
    return first === undefined ? [] : [{ ...first, isAfterGap: first.isAfterGap || isRestart }, ...others];
  }

  /** Gives what is in order, and what was waited for long enough. To be called also when nothing comes. */
  flush(now: number): readonly OrderedPacket[] {
    const ready: OrderedPacket[] = [];
    for (;;) {
      const due = this.#next === undefined ? undefined : this.#waiting.get(this.#next);
      if (due !== undefined) ready.push(this.#take(due.packet, false));
      else if (!this.#isWaitOver(now)) return ready;
      else ready.push(this.#skip());
    }
  }

  #take(packet: RtpPacket, isAfterGap: boolean): OrderedPacket {
    const number = this.#next ?? 0;
    this.#waiting.delete(number);
    this.#next = number + 1;
    return { ...packet, isAfterGap };
  }

  #isWaitOver(now: number): boolean {
    return [...this.#waiting.values()].some(({ since }) => now - since >= this.#waitMs);
  }

  #skip(): OrderedPacket {
    const next = Math.min(...this.#waiting.keys());
    const { packet } = this.#waiting.get(next) as Waiting;
    this.#next = next;
    return this.#take(packet, true);
  }
}
