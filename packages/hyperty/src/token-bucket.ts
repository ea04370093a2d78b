/** Counts what may be done so many times at once, and so many times a second in the long run. */
export interface BucketRate {
  readonly burst: number;
  readonly perSecond: number;
}

export class TokenBucket {
  readonly #rate: BucketRate;
  #left: number;
  #at: number | undefined;

  constructor(rate: BucketRate) {
    this.#rate = rate;
    this.#left = rate.burst;
  }

  /**
   * False, and nothing is taken, where not so many are left; a full bucket is enough for any count.
   * @param now Milliseconds on the clock.
   */
  take(now: number, count = 1): boolean {
    const { burst, perSecond } = this.#rate;
    const elapsedMs = now - (this.#at ?? now);
    this.#left = Math.min(burst, this.#left + (elapsedMs / 1000) * perSecond);
    this.#at = now;
    const wanted = Math.min(count, burst);
    if (this.#left < wanted) return false;
    this.#left -= wanted;
    return true;
  }
}
