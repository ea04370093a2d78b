/**
 * How large the composite is for somebody who chose it, by what their line carries: sound goes before it. One pure function.
 *
 * | has    | and                                                             | then has       |
 * |--------|-----------------------------------------------------------------|----------------|
 * | a size | for a while something is lost of what is sent, and the line carries less than it | the next less  |
 * | less   | the line was seen to carry the next more, with something to spare | the next more  |
 * | less   | nothing was lost for long                                       | the next more, on trial: after one that failed the next is later |
 */
import { type LinkEstimate, mixPicture, smallMixPicture } from '@plenum/media';

/** `none`: only sound, until the line carries more again. */
export type CompositeSize = 'large' | 'small' | 'none';

/** Times are milliseconds on the clock. */
export interface SizeChoice {
  readonly size: CompositeSize;
  readonly since: number;
  /** Since when more is lost than a line loses that is wide enough. */
  readonly losingSince: number | undefined;
  readonly lostAt: number;
  /** Since when the line was seen to carry the next more. */
  readonly moreSince: number | undefined;
  /** For how long nothing has to be lost before the next more is tried. */
  readonly calmMs: number;
  /** Whether there was less before. */
  readonly isTrial: boolean;
}

/** How long without loss before more is tried: at first, doubled after each trial that failed, and at most. */
const [firstCalmMs, longestCalmMs] = [10_000, 120_000];

export const atFirst: SizeChoice = {
  size: 'large',
  since: Number.NEGATIVE_INFINITY,
  losingSince: undefined,
  lostAt: Number.NEGATIVE_INFINITY,
  moreSince: undefined,
  calmMs: firstCalmMs,
  isTrial: false,
};

const soundBps = 45_000;
/** bit/s of what is sent with it. */
const needed: Readonly<Record<CompositeSize, number>> = {
  large: mixPicture.bitrateBps + soundBps,
  small: smallMixPicture.bitrateBps + soundBps,
  none: 0,
};
const less: Readonly<Record<CompositeSize, CompositeSize>> = { large: 'small', small: 'none', none: 'none' };
const more: Readonly<Record<CompositeSize, CompositeSize>> = {
  none: 'small',
  small: 'large',
  large: 'large',
};

/** A low estimate without loss says that a machine is short of time, and nothing of the line; see `allot`. */
const narrowLoss = 0.05;
/** What is over by then is left alone. Where not half goes through, waiting would cost sound. */
const lessAfterMs = 800;
const tooMuch = 2;
const spare = 1.2;
const moreAfterMs = 1_000;
/** What was given up as soon as that was no good trial. */
const trialMs = 30_000;

/** @param now Milliseconds on the clock. */
export function chooseSize(
  before: SizeChoice,
  { availableBps, lostShare }: LinkEstimate,
  now: number,
): SizeChoice {
  const { size, calmMs } = before;
  if (lostShare >= narrowLoss) {
    const losing = { ...before, losingSince: before.losingSince ?? now, lostAt: now, moreSince: undefined };
    const isUrgent = availableBps * tooMuch < needed[size];
    const isDue = isUrgent || now - losing.losingSince >= lessAfterMs;
    if (availableBps >= needed[size] || !isDue || size === 'none') return losing;
    const hasFailed = before.isTrial && now - before.since < trialMs;
    const longer = hasFailed ? Math.min(longestCalmMs, 2 * calmMs) : firstCalmMs;
    return {
      ...losing,
      size: less[size],
      since: now,
      losingSince: undefined,
      calmMs: longer,
      isTrial: false,
    };
  }
  const calm = { ...before, losingSince: undefined };
  if (size === 'large') return { ...calm, moreSince: undefined };
  const carriesMore = availableBps >= spare * needed[more[size]];
  const moreSince = carriesMore ? (before.moreSince ?? now) : undefined;
  const isSeen = moreSince !== undefined && now - moreSince >= moreAfterMs;
  if (!isSeen && now < calmAt(before)) return { ...calm, moreSince };
  return { ...calm, size: more[size], since: now, moreSince: undefined, isTrial: true };
}

/** When the next more is tried, unless something is lost until then; milliseconds on the clock. */
export function calmAt({ lostAt, since, calmMs }: SizeChoice): number {
  return Math.max(lostAt, since) + calmMs;
}
