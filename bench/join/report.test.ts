import { expect, test } from 'vitest';
import type { RoomResult } from './measure.ts';
import { percentile } from './percentile.ts';
import { formatJoins } from './report.ts';

test('a percentile is the value of that rank', () => {
  const values = [40, 10, 30, 20];
  expect([0, 0.25, 0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([10, 10, 20, 40, 40]);
  expect(percentile([], 0.5)).toBeNaN();
});

test('tells times, steps, and what went wrong', () => {
  const room: RoomResult = {
    roundTripMs: 30,
    others: 4,
    picture: { height: 180, frameRate: 30 },
    joins: [
      { 'joinRoom sent': 5, connected: 180, 'first frame': 240, 'all pictures': 260 },
      { 'joinRoom sent': 7, connected: 200, 'first frame': 260, 'all pictures': 280 },
    ],
    failures: ['too slow'],
    busy: 0.5,
  };
  const text = formatJoins({ rooms: [room], notes: ['joins at 100 ms were skipped: no namespaces'] });
  expect(text).toContain('| 30 ms | 4 | 180p at 30 | 2 | first picture | 240 | 260 | 240 | 260 | 50 % |');
  expect(text).toContain('| joinRoom sent | 5 |');
  expect(text).toContain('Note: joins at 100 ms were skipped: no namespaces.');
  expect(text).toContain('Note: 30 ms, 4 others: too slow.');
});
