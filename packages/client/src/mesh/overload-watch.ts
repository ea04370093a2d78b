/** Whether sending to each of the others is more than this device can do: browsers say so by sending less because of it. */
import type { Clock } from '@plenum/hyperty';

export interface OverloadWatchContext {
  readonly clock: Clock;
  /** Of the links to the others. */
  readonly getStats: () => Promise<readonly RTCStatsReport[]>;
  /** Final: a device that was overloaded once will be again. */
  readonly onOverloaded: () => void;
}

const lookEveryMs = 5_000;
/** A device that starts a call is busy with other things too. */
const timesInARow = 3;

export class OverloadWatch {
  readonly #context: OverloadWatchContext;
  #times = 0;
  #stop: (() => void) | undefined;

  constructor(context: OverloadWatchContext) {
    this.#context = context;
  }

  /** Looks again and again, or no more. */
  watch(isWatching: boolean): void {
    if (isWatching) this.#stop ??= this.#context.clock.after(lookEveryMs, () => void this.#look());
    else this.close();
  }

  async #look(): Promise<void> {
    const reports = await this.#context.getStats().catch(() => []);
    if (this.#stop === undefined) return;
    this.#times = reports.some(isLimitedByCpu) ? this.#times + 1 : 0;
    this.#stop = undefined;
    if (this.#times >= timesInARow) this.#context.onOverloaded();
    else this.watch(true);
  }

  /** May be called more than once. */
  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#times = 0;
  }
}

/** `qualityLimitationReason` of W3C WebRTC Statistics section 8.7; Firefox does not say it. */
function isLimitedByCpu(stats: RTCStatsReport): boolean {
  return [...stats.values()].some(
    ({ type, qualityLimitationReason }) => type === 'outbound-rtp' && qualityLimitationReason === 'cpu',
  );
}
