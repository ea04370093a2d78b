import { expect, test } from 'vitest';
import { FrozenWatch } from './frozen-watch.ts';

test('a picture is frozen when no frame came for more than a second', () => {
  const watch = new FrozenWatch();
  watch.frameShown(100);
  expect([300, 600, 900, 1_100].map((now) => watch.isFrozen(now))).toEqual([false, false, false, false]);
  expect(watch.isFrozen(1_101)).toBe(true);
  watch.frameShown(1_200);
  expect(watch.isFrozen(1_300)).toBe(false);
});

test('before the first frame nothing is frozen', () => {
  const watch = new FrozenWatch();
  expect(watch.isFrozen(99_999)).toBe(false);
  watch.frameShown(1);
  watch.reset();
  expect(watch.isFrozen(99_999)).toBe(false);
});

test('a page that comes back into view gives the picture a second', () => {
  const watch = new FrozenWatch();
  watch.frameShown(0);
  watch.pageShown(60_000);
  expect([60_250, 60_500, 60_900].map((now) => watch.isFrozen(now))).toEqual([false, false, false]);
  expect(watch.isFrozen(61_100)).toBe(true);
});

test('a page that stood still itself blames no picture', () => {
  const watch = new FrozenWatch();
  watch.frameShown(0);
  expect(watch.isFrozen(200)).toBe(false);
  expect(watch.isFrozen(1_700)).toBe(false);
  expect(watch.isFrozen(1_950)).toBe(false);
});
