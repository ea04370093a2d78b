/** Everybody who is handed what one mixer encodes. */
import type { MixedPicture, MixedSound, MixTap } from './tap.ts';

export class Taps {
  readonly #taps = new Set<MixTap>();

  /** Milliseconds between two pictures that a decoder can begin with; undefined where nobody wants them by the clock. */
  get keyFrameEveryMs(): number | undefined {
    const wanted = [...this.#taps].flatMap(({ keyFrameEveryMs }) => keyFrameEveryMs ?? []);
    return wanted.length === 0 ? undefined : Math.min(...wanted);
  }

  /** Gives what takes it away again. */
  add(tap: MixTap): () => void {
    this.#taps.add(tap);
    return () => {
      this.#taps.delete(tap);
    };
  }

  handlePicture(picture: MixedPicture): void {
    for (const tap of this.#taps) tap.handlePicture(picture);
  }

  handleSound(sound: MixedSound): void {
    for (const tap of this.#taps) tap.handleSound(sound);
  }

  clear(): void {
    this.#taps.clear();
  }
}
