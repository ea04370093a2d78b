import { expect, test } from 'vitest';
import { backoffMs } from './worker-seat.ts';

test('a worker that died after a while is replaced at once, one that keeps dying ever later', () => {
  expect([0, 1, 2, 3, 4, 20].map(backoffMs)).toEqual([0, 100, 200, 400, 800, 5_000]);
});
