/** Puts what comes of several tracks in the order of its times, as files have it, and keeps nothing for a track that is silent. */

export class TimeOrder<Item extends { readonly timeMs: number }> {
  readonly #waitMs: number;
  /** In order. */
  #waiting: readonly Item[] = [];

  /** @param waitMs Milliseconds of media that a later one comes before an earlier one at most. */
  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  /** Gives what nothing earlier is expected to come after. */
  push(item: Item): readonly Item[] {
    const place = this.#waiting.findLastIndex(({ timeMs }) => timeMs <= item.timeMs) + 1;
    this.#waiting = this.#waiting.toSpliced(place, 0, item);
    const newestMs = this.#waiting.at(-1)?.timeMs ?? item.timeMs;
    const count = this.#waiting.filter(({ timeMs }) => timeMs <= newestMs - this.#waitMs).length;
    const ready = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return ready;
  }

  /** Gives the rest. */
  drain(): readonly Item[] {
    const rest = this.#waiting;
    this.#waiting = [];
    return rest;
  }
}
