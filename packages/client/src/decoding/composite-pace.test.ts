import { expect, test } from 'vitest';
import { atEase, followPace } from './composite-pace.ts';
import type { Pace } from './pace.ts';

const after = (...paces: readonly Pace[]) => paces.reduce(followPace, atEase).isBehind;

test('[C81] a device is behind after three looks in a row that say so, and no longer after three that do not', () => {
  expect(after('behind', 'behind')).toBe(false);
  expect(after('behind', 'behind', 'fair', 'behind')).toBe(false);
  expect(after('behind', 'behind', 'behind')).toBe(true);
  expect(after('behind', 'behind', 'behind', 'fair', 'at-ease')).toBe(true);
  expect(after('behind', 'behind', 'behind', 'fair', 'at-ease', 'behind', 'fair', 'fair')).toBe(true);
  expect(after('behind', 'behind', 'behind', 'fair', 'at-ease', 'fair')).toBe(false);
});
