/** The one sound: everybody's together, and for each who speaks without their own voice. Pure functions of samples of 16 bits. */

/** Hz: what Opus decodes to. */
export const sampleRate = 48_000;

/** The sum of all; with room for more than a sample holds, since one voice may be taken out again. */
export function sumOf(voices: readonly Int16Array[], count: number): Int32Array {
  const sum = new Int32Array(count);
  for (const voice of voices) {
    const length = Math.min(count, voice.length);
    for (let at = 0; at < length; at++) sum[at] = (sum[at] ?? 0) + (voice[at] ?? 0);
  }
  return sum;
}

/** The sum without one of them. */
export function take(sum: Int32Array, voice: Int16Array | undefined): Int32Array {
  return voice === undefined ? sum : sum.map((sample, at) => sample - (voice[at] ?? 0));
}

/** What somebody hears: everybody but themselves. @param own Undefined for who says nothing. */
export function without(sum: Int32Array, own: Int16Array | undefined): Int16Array {
  const heard = new Int16Array(sum.length);
  for (let at = 0; at < heard.length; at++) heard[at] = limited((sum[at] ?? 0) - (own?.[at] ?? 0));
  return heard;
}

/** Up to three quarters as it is; above, ever less of it: many who shout at once are loud, and not torn. */
const knee = 24_576;
const room = 32_767 - knee;

function limited(sample: number): number {
  const loudness = Math.abs(sample);
  if (loudness <= knee) return sample;
  const above = (loudness - knee) / room;
  return Math.sign(sample) * (knee + room * (above / (1 + above)));
}
