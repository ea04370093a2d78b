/** By which of two ways somebody's source is taken while a room goes over from one to the other: never by both, never by none. */
import type { Plan } from '@plenum/protocol';

export type Way = 'star' | 'direct';

/** Whether there is such a way at all, and whether anything comes by it. */
export type WayState = 'none' | 'idle' | 'flowing';

export function wayOf(plan: Plan): Way {
  return plan === 'sfu' ? 'star' : 'direct';
}

export interface PathFacts {
  /** The one that the room goes over to. */
  readonly preferred: Way;
  /** The one that is taken now. */
  readonly current: Way | undefined;
  readonly states: Readonly<Record<Way, WayState>>;
}

/**
 * The preferred way once something comes by it. Until then, and again should it fail, the other, as long as there is
 * one.
 */
export function choosePath({ preferred, current, states }: PathFacts): Way | undefined {
  const other: Way = preferred === 'star' ? 'direct' : 'star';
  if (states[preferred] === 'flowing' || states[other] === 'none') {
    return states[preferred] === 'none' ? undefined : preferred;
  }
  if (states[preferred] === 'none' || states[other] === 'flowing') return other;
  return current ?? other;
}
