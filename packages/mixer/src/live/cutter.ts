/** Where a stream is cut into segments and parts: a pure function of the times of what is encoded. */
import { partMs, partTargetMs, segmentMs } from './playlist.ts';

export interface Cuts {
  readonly segmentBeganMs: number;
  readonly partBeganMs: number;
  /** Of the part that grows: whether anything is in it, and whether a decoder can begin in it. */
  readonly hasMedia: boolean;
  readonly isIndependent: boolean;
  /** The end of what is in it. */
  readonly lastMs: number;
}

export interface Timed {
  readonly timeMs: number;
  readonly durationMs: number;
  /** A picture that a decoder can begin with. */
  readonly isKeyFrame: boolean;
}

export interface EndedPart {
  readonly durationMs: number;
  readonly isIndependent: boolean;
}

export interface Cutting {
  /** What ends before it: nothing, a part of so many milliseconds, or a part and with it the segment. */
  readonly ends: { readonly what: 'nothing' } | ({ readonly what: 'part' | 'segment' } & EndedPart);
  readonly cuts: Cuts;
}

/** A segment that is asked to end before is too small to be worth it. */
const segmentAtLeastMs = 0.75 * segmentMs;

/** What is left at the stream's end. */
export function lastPartOf({ lastMs, partBeganMs, isIndependent }: Cuts): EndedPart {
  return { durationMs: Math.min(partTargetMs, lastMs - partBeganMs), isIndependent };
}

export function beginCuts(timeMs: number): Cuts {
  return {
    segmentBeganMs: timeMs,
    partBeganMs: timeMs,
    hasMedia: false,
    isIndependent: false,
    lastMs: timeMs,
  };
}

/**
 * Parts are cut by a ruler from their segment's beginning, so that all but the last are of the same length, whatever the frames' times;
 * segments before a key frame. Only where nothing at all came for longer than a part is a part longer.
 */
export function cutBefore(cuts: Cuts, next: Timed): Cutting {
  const { segmentBeganMs, partBeganMs, hasMedia, isIndependent } = cuts;
  const lastMs = Math.max(cuts.lastMs, next.timeMs + next.durationMs);
  const into = { hasMedia: true, isIndependent: next.isKeyFrame, lastMs };
  const sincePart = next.timeMs - partBeganMs;
  if (next.isKeyFrame && hasMedia && next.timeMs - segmentBeganMs >= segmentAtLeastMs) {
    return {
      ends: { what: 'segment', durationMs: sincePart, isIndependent },
      cuts: { ...beginCuts(next.timeMs), ...into },
    };
  }
  if (hasMedia && sincePart >= partMs) {
    const durationMs = partMs * Math.floor(sincePart / partMs);
    return {
      ends: { what: 'part', durationMs, isIndependent },
      cuts: { segmentBeganMs, partBeganMs: partBeganMs + durationMs, ...into },
    };
  }
  return {
    ends: { what: 'nothing' },
    cuts: { ...cuts, ...into, isIndependent: isIndependent || next.isKeyFrame },
  };
}
