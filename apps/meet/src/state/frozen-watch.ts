/** Tells a frozen picture: no new frame for more than a second although one should come. Time is passed in. */
const frozenAfterMs = 1_000;
/** A judgement that comes later than this after the one before says that the page itself stood still. */
const lateMs = 600;

export class FrozenWatch {
  #lastFrameAt: number | undefined;
  #judgedAt: number | undefined;

  /** A new track starts anew: before its first frame there is nothing that could be frozen. */
  reset(): void {
    this.#lastFrameAt = undefined;
  }

  frameShown(now: number): void {
    this.#lastFrameAt = now;
  }

  /** A hidden page shows no frames, which is no fault: count from when it can be seen again. */
  pageShown(now: number): void {
    if (this.#lastFrameAt !== undefined) this.#lastFrameAt = now;
  }

  /** To be asked a few times a second. */
  isFrozen(now: number): boolean {
    const wasHeldUp = this.#judgedAt !== undefined && now - this.#judgedAt > lateMs;
    this.#judgedAt = now;
    // The browser was busy, so a frame may wait to be told: give it the time anew.
    if (wasHeldUp) this.pageShown(now);
    return this.#lastFrameAt !== undefined && now - this.#lastFrameAt > frozenAfterMs;
  }
}
