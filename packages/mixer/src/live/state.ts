/**
 * What a live stream consists of at a moment (draft-pantos-hls-rfc8216bis): its segments, and of the newest the parts. A pure function
 * of what happened; the media itself is not in it.
 */

/** What the packager tells, in this order: a stream that began again after its end, or after a crash, goes on in the same numbers. */
export type LiveEvent =
  | {
      readonly type: 'stream-began' /** The initialization section (section 3.1.2). */;
      readonly init: Uint8Array;
    }
  | {
      readonly type: 'segment-began' /** Milliseconds since 1970, of its first picture. */;
      readonly wallMs: number;
    }
  | {
      readonly type: 'part-finished';
      readonly durationMs: number;
      /** Whether there is a picture in it that a decoder can begin with. */
      readonly isIndependent: boolean;
      /** Whether its segment ends with it. */
      readonly isLast: boolean;
      readonly data: Uint8Array;
    }
  | { readonly type: 'stream-ended' };

export interface LivePart {
  readonly durationMs: number;
  readonly isIndependent: boolean;
}

export interface LiveSegment {
  /** The media sequence number (section 4.4.3.2). */
  readonly number: number;
  readonly wallMs: number;
  /** Which of the initialization sections it needs, from 1 on. */
  readonly init: number;
  /** Whether what is before it does not go on in it (section 4.4.4.3). */
  readonly isDiscontinuity: boolean;
  readonly parts: readonly LivePart[];
}

export interface LiveState {
  /** How many initialization sections there were. */
  readonly inits: number;
  /** Finished ones, the oldest first: those that are in the playlist. */
  readonly segments: readonly LiveSegment[];
  /** The one that grows. */
  readonly open: LiveSegment | undefined;
  readonly nextNumber: number;
  /** Discontinuities in segments that are in the playlist no more (section 4.4.3.3). */
  readonly pastDiscontinuities: number;
  readonly isEnded: boolean;
}

export const emptyLive: LiveState = {
  inits: 0,
  segments: [],
  open: undefined,
  nextNumber: 0,
  pastDiscontinuities: 0,
  isEnded: false,
};

/** Segments in the playlist: 16 s. */
export const segmentsInPlaylist = 8;

export function advance(state: LiveState, event: LiveEvent): LiveState {
  switch (event.type) {
    case 'stream-began':
      return { ...finishOpen(state), inits: state.inits + 1, isEnded: false };
    case 'segment-began':
      return begin(finishOpen(state), event.wallMs);
    case 'part-finished': {
      const { durationMs, isIndependent, isLast } = event;
      const { open } = state;
      if (open === undefined) return state;
      const grown = { ...state, open: { ...open, parts: [...open.parts, { durationMs, isIndependent }] } };
      return isLast ? finishOpen(grown) : grown;
    }
    case 'stream-ended':
      return { ...finishOpen(state), isEnded: true };
  }
}

function begin(state: LiveState, wallMs: number): LiveState {
  const { nextNumber: number, inits: init } = state;
  const isDiscontinuity = number > 0 && state.segments.at(-1)?.init !== init;
  return {
    ...state,
    nextNumber: number + 1,
    open: { number, wallMs, init, isDiscontinuity, parts: [] },
  };
}

/** A segment without parts never was. */
function finishOpen(state: LiveState): LiveState {
  const { open } = state;
  if (open === undefined) return state;
  if (open.parts.length === 0) return { ...state, open: undefined, nextNumber: open.number };
  const all = [...state.segments, open];
  const past = all.slice(0, -segmentsInPlaylist);
  return {
    ...state,
    open: undefined,
    segments: all.slice(-segmentsInPlaylist),
    pastDiscontinuities:
      state.pastDiscontinuities + past.filter(({ isDiscontinuity }) => isDiscontinuity).length,
  };
}

export function durationMs({ parts }: LiveSegment): number {
  return parts.reduce((sum, part) => sum + part.durationMs, 0);
}
