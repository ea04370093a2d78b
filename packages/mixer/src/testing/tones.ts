/** Which tones there are in a sound. */
import { sampleRate } from '../audio/mix.ts';

/** How loud a tone is, by Goertzel's algorithm: 0 to 32,767. */
export function loudnessAt(samples: Int16Array, hertz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / sampleRate);
  let [one, two] = [0, 0];
  for (const sample of samples) [one, two] = [sample + factor * one - two, one];
  const power = one * one + two * two - factor * one * two;
  return (2 * Math.sqrt(Math.max(0, power))) / Math.max(1, samples.length);
}

/** A tone of 20 ms blocks, from the block's number on. */
export function toneBlock(hertz: number, block: number, loudness = 8_000): Int16Array {
  return Int16Array.from({ length: sampleRate / 50 }, (_, index) => {
    const at = (block * sampleRate) / 50 + index;
    return Math.round(loudness * Math.sin((2 * Math.PI * hertz * at) / sampleRate));
  });
}
