/** Looks again and again how the device keeps up with the pictures that come. */
import type { Clock } from '@plenum/hyperty';
import type { Look } from './decode-state.ts';
import { countFrames, type FrameCounts, paceOf } from './pace.ts';

export interface DecodeWatchContext {
  readonly clock: Clock;
  readonly cores: number;
  /** Of all connections. */
  readonly getStats: () => Promise<RTCStatsReport>;
  readonly onLook: (look: Look) => void;
}

/** Long beside what `getStats` costs, short beside what people put up with. */
const lookEveryMs = 3_000;

export class DecodeWatch {
  readonly #context: DecodeWatchContext;
  #before: FrameCounts | undefined;
  #stop: (() => void) | undefined;

  constructor(context: DecodeWatchContext) {
    this.#context = context;
  }

  /** Looks from now on, or no more. */
  watch(isWatching: boolean): void {
    if (isWatching) this.#stop ??= this.#context.clock.after(lookEveryMs, () => void this.#look());
    else this.close();
  }

  async #look(): Promise<void> {
    const { clock, cores, getStats, onLook } = this.#context;
    const mine = this.#stop;
    const stats = await getStats().catch((): RTCStatsReport => new Map());
    // Closed meanwhile, and perhaps begun again.
    if (mine === undefined || this.#stop !== mine) return;
    const counts = countFrames(stats, clock.now());
    const before = this.#before;
    this.#before = counts;
    // Again before anybody is told, since who is told may end it.
    this.#stop = undefined;
    this.watch(true);
    if (before !== undefined) onLook({ pace: paceOf(before, counts, cores), at: counts.atMs });
  }

  /** May be called more than once. */
  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#before = undefined;
  }
}
