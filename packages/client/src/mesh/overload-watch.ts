/** Whether sending to each of the others is more than this device can do: browsers say so by sending less because of it. */
import type { Clock } from '@plenum/hyperty';

export interface OverloadWatchContext {
  readonly clock: Clock;
  /** Of the links to the others. */
  readonly getStats: () => Promise<readonly RTCStatsReport[]>;
  /**
   * Told again where it still is after as long. `isStarved`: not half of the frames are sent; without that, browsers say for minutes that
   * they send less, since they are slow to try more.
   */
  readonly onOverloaded: (isStarved: boolean) => void;
}

/** What of the camera is saved where the room cannot go over to the media server. */
export type Relief = 'none' | 'smaller' | 'sound-only';

/** One step further. None goes back: a device that was overloaded once will be again, with as many others. */
export function furtherRelief(relief: Relief, isStarved: boolean): Relief {
  if (relief === 'none') return 'smaller';
  return isStarved ? 'sound-only' : relief;
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
    const mine = this.#stop;
    const reports = await this.#context.getStats().catch(() => []);
    // Closed meanwhile, and perhaps begun again.
    if (mine === undefined || this.#stop !== mine) return;
    this.#times = reports.some(isLimitedByCpu) ? this.#times + 1 : 0;
    this.#stop = undefined;
    this.watch(true);
    if (this.#times < timesInARow) return;
    this.#times = 0;
    this.#context.onOverloaded(reports.some(isStarved));
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
  return limitedByCpu(stats).length > 0;
}

function limitedByCpu(stats: RTCStatsReport) {
  return [...stats.values()].filter(
    ({ type, active = true, qualityLimitationReason }) =>
      type === 'outbound-rtp' && active && qualityLimitationReason === 'cpu',
  );
}

/** `mediaSourceId` names what is sent (section 8.6). */
function isStarved(stats: RTCStatsReport): boolean {
  return limitedByCpu(stats).some(({ framesPerSecond: sent = 0, mediaSourceId }) => {
    const captured = stats.get(mediaSourceId)?.framesPerSecond ?? 0;
    return sent < captured / 2;
  });
}
