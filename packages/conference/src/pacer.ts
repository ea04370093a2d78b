/** Does its work at once; what is asked for within the pause that follows is done when that is over, once for all. */
import type { Clock } from '@plenum/hyperty';

/** In rooms up to this size telling or planning for everybody is no work worth speaking of. */
const smallRoom = 20;

/** Milliseconds of pause for each participant beyond; planning for one takes about a tenth of it. */
const pauseMsEach = 2;

/** The pause after work for everybody in a room of that size, so that no one keeps the server busy with it. */
export function pauseMsFor(participants: number): number {
  return Math.max(0, pauseMsEach * (participants - smallRoom));
}

export class Pacer {
  readonly #clock: Clock;
  readonly #work: () => number;
  #stopPause: (() => void) | undefined;
  #isAsked = false;
  #isClosed = false;

  /** @param work Returns the milliseconds of pause after it; none where it cost nothing worth speaking of. */
  constructor(clock: Clock, work: () => number) {
    this.#clock = clock;
    this.#work = work;
  }

  ask(): void {
    this.#isAsked = true;
    if (this.#stopPause === undefined) this.#go();
  }

  #go(): void {
    if (!this.#isAsked || this.#isClosed) return;
    this.#isAsked = false;
    const pauseMs = this.#work();
    if (pauseMs <= 0) return;
    this.#stopPause = this.#clock.after(pauseMs, () => {
      this.#stopPause = undefined;
      this.#go();
    });
  }

  /** What was asked for is not done any more. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#stopPause?.();
  }
}
