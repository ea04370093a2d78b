import { expect, test } from 'vitest';
import { type Allotment, allot, everything } from './allocation.ts';

const wanted = 4;

/** The same estimate told for so many milliseconds. */
function after(
  before: Allotment,
  availableBps: number,
  from: number,
  ms: number,
  lostShare = 0.3,
): Allotment {
  let now = before;
  for (let at = from; at <= from + ms; at += 100)
    now = allot(now, { availableBps, lostShare, sounds: 4 }, wanted, at);
  return now;
}

test('[C49] where all goes through, all is sent', () => {
  expect(after(everything, 1_000_000, 0, 10_000)).toEqual(everything);
});

test.each([
  [300_000, 3],
  [150_000, 1],
  [100_000, 1],
  [20_000, 1],
])('[C49] a link of %i bit/s gets %i pictures, and keeps what sound takes', (availableBps, pictures) => {
  expect(after(everything, availableBps, 0, 2_000).pictures).toBe(pictures);
});

test('[C49] a short dip takes nothing away', () => {
  expect(after(everything, 200_000, 0, 500).pictures).toBeUndefined();
});

test('[C49] where not even half goes through, sound is not kept waiting', () => {
  expect(after(everything, 100_000, 0, 0).pictures).toBe(1);
});

test('[C49] pictures come back once they would go through for a while, with something to spare', () => {
  const narrow = after(everything, 100_000, 0, 2_000);
  expect(after(narrow, 215_000, 2_000, 60_000).pictures).toBe(1);
  expect(after(narrow, 400_000, 2_000, 900).pictures).toBe(1);
  expect(after(narrow, 400_000, 2_000, 1_000)).toEqual(everything);
});

test('[C49] an estimate that swings brings nothing back', () => {
  let now = after(everything, 100_000, 0, 2_000);
  for (let at = 2_000; at < 30_000; at += 1_500) {
    now = after(now, 400_000, at, 700);
    now = after(now, 100_000, at + 800, 600);
  }
  expect(now.pictures).toBe(1);
});

test('[C49] where nothing is lost it is not the link that is narrow, and all is sent', () => {
  expect(after(everything, 50_000, 0, 10_000, 0.01)).toEqual(everything);
});

test('[C49] what was left out comes back when nothing has been lost for a while, whatever is believed', () => {
  const narrow = after(everything, 100_000, 0, 2_000);
  expect(after(narrow, 100_000, 2_000, 9_000, 0).pictures).toBe(1);
  expect(after(narrow, 100_000, 2_000, 10_000, 0)).toEqual(everything);
});
