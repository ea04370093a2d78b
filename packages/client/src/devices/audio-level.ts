// Two scales of loudness, both 0 to 1: *amplitude* is linear, as WebRTC's `audioLevel`; *meter level* is linear in
// decibels, as ears and meters are: speech at 5 % of the amplitude fills more than half of a meter.

/** What a meter shows as silence. Rooms are rarely quieter once noise suppression has done its work. */
const floorDecibels = -60;

/** The amplitude of samples between -1 and 1. */
export function rootMeanSquare(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length);
}

/** From amplitude (linear, as `RTCRtpSynchronizationSource.audioLevel`) to what a meter shows. */
export function meterLevelOf(amplitude: number): number {
  if (amplitude <= 0) return 0;
  const decibels = 20 * Math.log10(amplitude);
  return Math.min(1, Math.max(0, 1 - decibels / floorDecibels));
}

/** From what a meter shows (as `LocalMedia.level()`) back to amplitude, to be compared with `audioLevel`. */
export function amplitudeOf(meterLevel: number): number {
  return meterLevel <= 0 ? 0 : 10 ** ((floorDecibels * (1 - meterLevel)) / 20);
}
