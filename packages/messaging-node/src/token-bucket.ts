/** Allows so many tokens a second in the long run and a burst at once. */
export interface TokenBucket {
  readonly tokens: number;
  /** Milliseconds on the clock at which `tokens` was right. */
  readonly at: number;
}

export interface BucketRate {
  readonly perSecond: number;
  readonly burst: number;
}

export function fullBucket(rate: BucketRate, now: number): TokenBucket {
  return { tokens: rate.burst, at: now };
}

/** The bucket after one token was asked for, and whether there was one. */
export function takeToken(
  bucket: TokenBucket,
  rate: BucketRate,
  now: number,
): { readonly bucket: TokenBucket; readonly taken: boolean } {
  const refilled = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond);
  const taken = refilled >= 1;
  return { bucket: { tokens: taken ? refilled - 1 : refilled, at: now }, taken };
}
