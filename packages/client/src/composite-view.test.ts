import { expect, test } from 'vitest';
import { type CompositeFacts, decideShown } from './composite-view.ts';

const facts: CompositeFacts = {
  isShown: false,
  isWanted: false,
  composite: 'none',
  areStreamsFlowing: false,
  waitedMs: 0,
};

test.each<[string, Partial<CompositeFacts>, boolean]>([
  ['is not there', { isWanted: true }, false],
  ['has not come yet', { isWanted: true, composite: 'idle' }, false],
  ['comes', { isWanted: true, composite: 'flowing' }, true],
  ['is shown and pauses', { isWanted: true, isShown: true, composite: 'idle' }, true],
  ['is gone', { isWanted: true, isShown: true, composite: 'none' }, false],
  ['is not wanted', { composite: 'flowing' }, false],
  ['is wanted no more, and the others have not come', { isShown: true, composite: 'flowing' }, true],
  [
    'is wanted no more, and the others come',
    { isShown: true, composite: 'flowing', areStreamsFlowing: true },
    false,
  ],
  ['is wanted no more for long', { isShown: true, composite: 'flowing', waitedMs: 2_000 }, false],
])('[C60] the composite that %s', (_what, given, isShown) => {
  expect(decideShown({ ...facts, ...given })).toBe(isShown);
});
