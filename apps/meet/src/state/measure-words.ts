/** Times and rates as people read them. */

/** Whole milliseconds below a second, then seconds with one digit, from ten on without. */
export function durationWords(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
}

export function bitRateWords(bps: number | undefined): string | undefined {
  if (bps === undefined) return undefined;
  return bps < 999_500 ? `${Math.round(bps / 1000)} kbit/s` : `${(bps / 1_000_000).toFixed(1)} Mbit/s`;
}

/** @param share 0 to 1. */
export function percentWords(share: number | undefined): string | undefined {
  if (share === undefined) return undefined;
  return share > 0 && share < 0.001 ? 'below 0.1 %' : `${Number((share * 100).toFixed(1))} %`;
}
