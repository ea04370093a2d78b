/**
 * When what is to be looked after. What is due within a second is looked after together, at its end; it costs what is due, not
 * what is known. The clock calls when something may be.
 */
import type { Clock } from '@plenum/hyperty';

const tickMs = 1_000;

export class Agenda<K> {
  readonly #clock: Clock;
  readonly #onDue: () => void;
  readonly #keys = new Map<number, Set<K>>();
  /** The one tick in which a key stands. */
  readonly #ticks = new Map<K, number>();
  #tick: number;
  #wake: { readonly tick: number; readonly stopTimer: () => void } | undefined;

  /** @param onDue `takeDue` says what. */
  constructor(clock: Clock, onDue: () => void) {
    this.#clock = clock;
    this.#onDue = onDue;
    this.#tick = Math.floor(clock.now() / tickMs);
  }

  /** Puts it off, too: what stands there earlier is due then, and is to be entered again. */
  enter(key: K, dueMs: number): void {
    const tick = Math.ceil(dueMs / tickMs);
    const before = this.#ticks.get(key);
    if (before !== undefined && before <= tick) return;
    this.strike(key);
    this.#ticks.set(key, tick);
    this.#keys.set(tick, (this.#keys.get(tick) ?? new Set<K>()).add(key));
    this.#wakeAt(tick);
  }

  strike(key: K): void {
    const tick = this.#ticks.get(key);
    if (tick === undefined) return;
    this.#ticks.delete(key);
    const keys = this.#keys.get(tick);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(tick);
    if (this.#keys.size === 0) this.#sleep();
  }

  /** Strikes and tells what is due by now. */
  takeDue(): readonly K[] {
    const due: K[] = [];
    for (const last = Math.floor(this.#clock.now() / tickMs); this.#tick <= last; this.#tick++) {
      const keys = this.#keys.get(this.#tick) ?? [];
      this.#keys.delete(this.#tick);
      for (const key of keys) this.#ticks.delete(key);
      due.push(...keys);
    }
    return due;
  }

  #wakeAt(tick: number): void {
    if (this.#wake !== undefined && this.#wake.tick <= tick) return;
    this.#wake?.stopTimer();
    const delayMs = Math.max(0, tick * tickMs - this.#clock.now());
    this.#wake = { tick, stopTimer: this.#clock.after(delayMs, () => this.#handleWake()) };
  }

  #handleWake(): void {
    this.#wake = undefined;
    this.#onDue();
    let next = Number.POSITIVE_INFINITY;
    for (const tick of this.#keys.keys()) next = Math.min(next, tick);
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next);
  }

  #sleep(): void {
    this.#wake?.stopTimer();
    this.#wake = undefined;
  }

  /** Calls no more. May be called more than once. */
  close(): void {
    this.#sleep();
    this.#keys.clear();
    this.#ticks.clear();
  }
}
