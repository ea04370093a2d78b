/**
 * What one person says, between its packets and the mixer's clock: some is kept, so that what comes unevenly is heard evenly. Mono, 48 kHz,
 * 16 bits.
 */
import { sampleRate } from './mix.ts';

const samplesIn = (ms: number) => (ms * sampleRate) / 1_000;

/** So much is there before the first is heard, and again after it ran empty. */
const prefill = samplesIn(40);
/** More would only make what is said late: the oldest is left out, down to the prefill. */
const atMost = samplesIn(120);

/** So much is taken before it is known what waits in vain: what comes unevenly has shown it by then. */
const watched = samplesIn(1_000);
/** Loudness below which nobody misses a moment, of 32,768. */
const quiet = 500;

export class SampleQueue {
  #chunks: Int16Array[] = [];
  #length = 0;
  #isPlaying = false;
  /** The least that waited while so much was taken. */
  #least = Number.POSITIVE_INFINITY;
  #taken = 0;

  /** Samples that wait. */
  get length(): number {
    return this.#length;
  }

  push(samples: Int16Array): void {
    this.#chunks.push(samples);
    this.#length += samples.length;
    if (this.#length > atMost) this.#read(this.#length - prefill);
  }

  /** The next so many samples; undefined in silence, and while too little is there. */
  take(count: number): Int16Array | undefined {
    this.#isPlaying = this.#length >= (this.#isPlaying ? count : Math.max(count, prefill));
    if (!this.#isPlaying) return undefined;
    this.#catchUp(count);
    return this.#read(count);
  }

  /** What came late once would stay behind its picture: so where nothing is said, a block that waits in vain is left out. */
  #catchUp(count: number): void {
    this.#least = Math.min(this.#least, this.#length);
    this.#taken += count;
    if (this.#taken < watched) return;
    const isSpare = this.#least - count > prefill;
    if (isSpare && !this.#isQuiet(count)) return;
    if (isSpare) this.#read(count);
    this.#least = Number.POSITIVE_INFINITY;
    this.#taken = 0;
  }

  #isQuiet(count: number): boolean {
    let left = count;
    for (const chunk of this.#chunks) {
      if (left <= 0) break;
      if (chunk.subarray(0, left).some((sample) => Math.abs(sample) >= quiet)) return false;
      left -= chunk.length;
    }
    return true;
  }

  #read(count: number): Int16Array {
    const samples = new Int16Array(count);
    let filled = 0;
    while (filled < count) {
      const [first, ...others] = this.#chunks;
      if (first === undefined) break;
      const part = first.subarray(0, count - filled);
      samples.set(part, filled);
      filled += part.length;
      this.#chunks = part.length === first.length ? others : [first.subarray(part.length), ...others];
    }
    this.#length -= filled;
    return samples;
  }
}
