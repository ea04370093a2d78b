/** Whether a device keeps up with the composite, of which it can be sent nothing less: a pure function of looks at it. */
import type { Pace } from './pace.ts';

export interface CompositePace {
  readonly isBehind: boolean;
  /** Looks in a row that say the other. */
  readonly others: number;
}

/** A key frame, or a window that is opened, takes a moment of any device. */
const looksInARow = 3;

export const atEase: CompositePace = { isBehind: false, others: 0 };

export function followPace(before: CompositePace, pace: Pace | undefined): CompositePace {
  const isBehind = pace === 'behind';
  if (isBehind === before.isBehind) return { ...before, others: 0 };
  const others = before.others + 1;
  return others < looksInARow ? { ...before, others } : { isBehind, others: 0 };
}
