/**
 * Finds out whether a link carries more than is believed. The worker's estimate falls at once where a link becomes narrow, and
 * grows again by some kbit/s a second only. But when it is given another ceiling above the estimate, it sends a few packets as
 * fast as that, and twice as fast, and takes what arrives for what the link carries.
 */

export interface Estimate {
  /** bit/s that the link is believed to carry. */
  readonly availableBps: number;
  /** bit/s that everything wanted would take. */
  readonly wantedBps: number;
}

export type ProbeState =
  /** As much as is wanted goes through. */
  | { readonly name: 'at-ease' }
  /** It does not: from time to time more is tried. */
  | {
      readonly name: 'probing';
      /** bit/s; undefined before the first probe. */
      readonly ceilingBps: number | undefined;
      /** Milliseconds on the clock, of the last probe. */
      readonly at: number;
      /** The estimate when it was sent. */
      readonly availableBps: number;
      /** Probes in a row that brought nothing. */
      readonly failures: number;
    };

export const atEase: ProbeState = { name: 'at-ease' };

/** What came of a probe is known by then; milliseconds. */
const resultMs = 700;
/** Before the first probe, and after ones that brought nothing: each fills the queue of a link that is really narrow. */
const pausesMs = [1_500, 2_500, 4_000] as const;
/** From this growth on a probe has brought something. */
const growth = 1.25;
/** A ceiling that is less than a tenth another is none to the worker. */
const difference = 1.2;
const leastBps = 200_000;
/** More is never wanted of one link. */
const mostBps = 20_000_000;

/** The state after an estimate that is told now. Another ceiling is to be set. */
export function probe(state: ProbeState, { availableBps, wantedBps }: Estimate, now: number): ProbeState {
  if (availableBps >= wantedBps) return atEase;
  if (state.name === 'at-ease') {
    return { name: 'probing', ceilingBps: undefined, at: now, availableBps, failures: 0 };
  }
  const hasGrown = availableBps > state.availableBps * growth;
  const pauseMs = hasGrown ? resultMs : (pausesMs[state.failures] ?? pausesMs[2]);
  if (now - state.at < pauseMs) return state;
  const ceilingBps = nextCeiling(Math.min(mostBps, Math.max(leastBps, availableBps * 2)), state.ceilingBps);
  return { name: 'probing', ceilingBps, at: now, availableBps, failures: hasGrown ? 0 : state.failures + 1 };
}

/** The wished one, but different enough from the one before. */
function nextCeiling(wishedBps: number, beforeBps: number | undefined): number {
  const isAnother =
    beforeBps === undefined || wishedBps >= beforeBps * difference || wishedBps * difference <= beforeBps;
  return Math.round(isAnother ? wishedBps : wishedBps * difference * difference);
}
