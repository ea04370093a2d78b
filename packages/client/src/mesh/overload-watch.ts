/** Whether sending to each of the others is more than this device can do: browsers say so by sending less because of it. */
import type { Clock } from '@plenum/hyperty';

export interface OverloadWatchContext {
  readonly clock: Clock;
  /** Of the links to the others. */
  readonly getStats: () => Promise<readonly RTCStatsReport[]>;
  /** Told again where it still is after as long. */
  readonly onOverloaded: () => void;
}

/** What of the camera is saved where the room cannot go over to the media server. */
export type Relief = 'none' | 'smaller' | 'sound-only';

/** One step further. None goes back: a device that was overloaded once will be again, with as many others. */
export function furtherRelief(relief: Relief): Relief {
  return relief === 'none' ? 'smaller' : 'sound-only';
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
    this.watch(true);
    if (this.#times < timesInARow) return;
    this.#times = 0;
    this.#context.onOverloaded();
  }

  /** May be called more than once. */
  close(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#times = 0;
  }
}

/**
 * `qualityLimitationReason` of W3C WebRTC Statistics section 8.7; Firefox does not say it. Of what is not sent any more
 * Chromium goes on telling the last one.
 */
function isLimitedByCpu(stats: RTCStatsReport): boolean {
  return [...stats.values()].some(
    ({ type, active = true, qualityLimitationReason }) =>
      type === 'outbound-rtp' && active && qualityLimitationReason === 'cpu',
  );
}
