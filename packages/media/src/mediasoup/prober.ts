/**
 * Finds out whether a link carries more than is believed. The worker's estimate falls at once where a link becomes narrow, and
 * grows again by some kbit/s a second only. But when it is given another ceiling, it sends a few packets as fast as the lower of
 * the two, and takes what arrives for what the link carries. So the ceiling is put somewhat below the worker's own, which is
 * above what is wanted, and taken away again.
 */

export interface Estimate {
  /** bit/s that the link is believed to carry. */
  readonly availableBps: number;
  /** bit/s that everything would take which is sent or would be sent at once. */
  readonly wantedBps: number;
  /** bit/s of what is left out for now. */
  readonly leftOutBps: number;
}

export type ProbeState =
  /** As much as is wanted goes through. */
  | { readonly name: 'at-ease' }
  /** It does not. */
  | {
      readonly name: 'short';
      /** Milliseconds on the clock: since when, or of the last probe. */
      readonly at: number;
      /** bit/s; undefined: none. */
      readonly ceilingBps: number | undefined;
      /** Whether a probe was sent since what is wanted does not go through. */
      readonly hasProbed: boolean;
    };

export const atEase: ProbeState = { name: 'at-ease' };

/**
 * Between two probes; milliseconds. However narrow the link is, each is of 15 ms of what is wanted, and stands in the queue before
 * what is said: for 0.1 s where that is 600 and the link carries 150 kbit/s. And what it brings is often too much again.
 */
const pauseMs = 5_000;
/** Before the first: what made the link narrow may be over by then. */
const firstPauseMs = 1_500;
/** After a probe by which half of it went through, the next comes soon. */
const worthwhile = 0.5;
const nextPauseMs = 1_000;

/** The worker's own ceiling, as many times what is wanted, and bit/s at least. */
const ownCeiling = { times: 1.35, leastBps: 600_000 } as const;
/** Of it: less than a tenth below is no other ceiling to the worker. */
const share = 0.85;

/** The state after an estimate that is told now. Where it has another ceiling, that is to be set: it is a probe. */
export function probe(state: ProbeState, estimate: Estimate, now: number): ProbeState {
  const { availableBps, wantedBps, leftOutBps } = estimate;
  if (availableBps >= wantedBps + leftOutBps) return atEase;
  if (state.name === 'at-ease') {
    return { name: 'short', at: now, ceilingBps: undefined, hasProbed: false };
  }
  if (now - state.at < pauseAfter(state, estimate)) return state;
  const ceilingBps = state.ceilingBps === undefined ? probeBps(wantedBps) : undefined;
  return { name: 'short', at: now, ceilingBps, hasProbed: true };
}

function probeBps(wantedBps: number): number {
  return Math.round(share * Math.max(ownCeiling.leastBps, ownCeiling.times * wantedBps));
}

function pauseAfter(
  { hasProbed }: Extract<ProbeState, { name: 'short' }>,
  { availableBps, wantedBps }: Estimate,
): number {
  if (!hasProbed) return firstPauseMs;
  return availableBps >= worthwhile * probeBps(wantedBps) ? nextPauseMs : pauseMs;
}
