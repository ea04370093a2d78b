/**
 * How many look on. Players of the stream do not say that they go: who has not asked for the playlist for a while does not count any more, and a player that
 * looks on asks every two seconds at least.
 */
import type { Clock } from '@plenum/hyperty';

/** Milliseconds: more than a request for a playlist waits, and a missed one. */
const countedForMs = 10_000;
/** So that nobody who makes up others fills the memory. */
const mostCounted = 100_000;

export class Audience {
  readonly #clock: Pick<Clock, 'now'>;
  /** When each asked last, the longest ago first. */
  readonly #askedAt = new Map<string, number>();

  #attending = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /** @param viewer Tells them apart. */
  note(viewer: string): void {
    this.#askedAt.delete(viewer);
    if (this.#askedAt.size >= mostCounted) return;
    this.#askedAt.set(viewer, this.#clock.now());
  }

  /** Somebody looks on who says when they go: by what is returned, which is called once. */
  attend(): () => void {
    this.#attending += 1;
    return () => {
      this.#attending -= 1;
    };
  }

  get size(): number {
    const since = this.#clock.now() - countedForMs;
    for (const [viewer, askedAt] of this.#askedAt) {
      if (askedAt > since) break;
      this.#askedAt.delete(viewer);
    }
    return this.#askedAt.size + this.#attending;
  }
}
