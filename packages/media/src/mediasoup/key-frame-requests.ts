/**
 * Requests for key frames that anybody may cause: of each picture a few are passed on at once, and where more come, one each second.
 * A key frame is some ten times as large as others, for everybody who sees the picture.
 */

export interface KeyFrameRequestsOptions {
  /** Runs something after so many milliseconds; gives what prevents it. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** False where there is nobody who could be asked. */
  readonly passOn: (pictureId: string) => boolean;
}

/** As many as one who comes alone causes, and another right after. */
const atOnce = 4;
/** Milliseconds, in the long run: what who comes in a crowd waits at most. */
const oneEachMs = 1_000;

interface Pace {
  /** May be passed on now. */
  left: number;
  isWaiting: boolean;
  stop: () => void;
}

export class KeyFrameRequests {
  readonly #options: KeyFrameRequestsOptions;
  /** Of pictures that were asked for of late. */
  readonly #paces = new Map<string, Pace>();

  constructor(options: KeyFrameRequestsOptions) {
    this.#options = options;
  }

  request(pictureId: string): void {
    const known = this.#paces.get(pictureId);
    if (known?.left === 0) {
      known.isWaiting = true;
      return;
    }
    if (!this.#options.passOn(pictureId)) return;
    const pace = known ?? this.#begin(pictureId);
    pace.left -= 1;
  }

  #begin(pictureId: string): Pace {
    const pace = { left: atOnce, isWaiting: false, stop: () => undefined };
    this.#paces.set(pictureId, pace);
    this.#goOn(pictureId, pace);
    return pace;
  }

  #goOn(pictureId: string, pace: Pace): void {
    const { after, passOn } = this.#options;
    pace.stop = after(oneEachMs, () => {
      const isUsed = pace.isWaiting && passOn(pictureId);
      pace.isWaiting = false;
      pace.left += isUsed ? 0 : 1;
      if (pace.left < atOnce) this.#goOn(pictureId, pace);
      else this.#paces.delete(pictureId);
    });
  }

  /** May be called more than once. */
  close(): void {
    for (const { stop } of this.#paces.values()) stop();
    this.#paces.clear();
  }
}
