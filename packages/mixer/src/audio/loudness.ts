/** Whether somebody speaks, by what they send: as the app judges it, so that both say the same. */

/** About -40 dB: speech is some -30 to -20 dB, what noise suppression leaves of a room below -50 dB. */
const threshold = 0.01;

export function isLoud(samples: Int16Array): boolean {
  let squares = 0;
  for (const sample of samples) squares += sample ** 2;
  return samples.length > 0 && squares >= samples.length * (threshold * 32_768) ** 2;
}
