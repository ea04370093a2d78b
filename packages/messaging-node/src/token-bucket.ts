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

/** The bucket after `count` tokens were asked for, and whether there were as many. A full one is enough for any count. */
export function takeTokens(
  bucket: TokenBucket,
  rate: BucketRate,
  { now, count }: { readonly now: number; readonly count: number },
): { readonly bucket: TokenBucket; readonly taken: boolean } {
  const refilled = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.perSecond);
  const wanted = Math.min(count, rate.burst);
  const taken = refilled >= wanted;
  return { bucket: { tokens: taken ? refilled - wanted : refilled, at: now }, taken };
}
