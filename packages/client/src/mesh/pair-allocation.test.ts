import type { Source } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { allotPair, allPictures, type PairAllotment, type PairLook } from './pair-allocation.ts';

const camera: readonly Source[] = ['camera'];
const both: readonly Source[] = ['camera', 'screen'];

const narrow: PairLook = { availableBps: 84_000, resentShare: 0.3 };
/** What a link that carries sound says of itself while nothing but sound is sent. */
const quiet: PairLook = { availableBps: 55_000, resentShare: 0 };
const wide: PairLook = { availableBps: 146_000, resentShare: 0 };

/** The same look each second, the first at `from`; what it has come to at `to`. */
function after(
  before: PairAllotment,
  look: PairLook,
  [from, to]: readonly [number, number],
  pictures = camera,
): PairAllotment {
  let now = before;
  for (let second = from; second <= to; second += 1) now = allotPair(now, look, pictures, second * 1_000);
  return now;
}

test.each([
  ['that carries all', 900_000, 0, []],
  ['that loses something, and carries all', 900_000, 0.3, []],
  ['that is believed to be narrow, and loses nothing', 84_000, 0.01, []],
  ['of which nothing is known', undefined, 0.3, []],
  ['that is narrow', 84_000, 0.3, ['camera']],
])('[C57] over a link %s', (_what, availableBps, resentShare, leftOut) => {
  expect(after(allPictures, { availableBps, resentShare }, [0, 60]).leftOut).toEqual(leftOut);
});

test('[C57] what is lost until the estimate has come down is no reason', () => {
  const dip = after(allPictures, narrow, [0, 2]);
  expect(after(dip, { ...narrow, resentShare: 0 }, [3, 60]).leftOut).toEqual([]);
  expect(after(dip, narrow, [3, 3]).leftOut).toEqual(['camera']);
});

test('[C57] the camera goes first, and the screen only if it is too much after what was lost has been sent again', () => {
  const one = after(allPictures, narrow, [0, 12], both);
  expect(one.leftOut).toEqual(['camera']);
  expect(after(one, narrow, [13, 13], both).leftOut).toEqual(['camera', 'screen']);
});

test('[C57] of two pictures both are sent where they go through, and one where one does', () => {
  const enoughForOne = { availableBps: 130_000, resentShare: 0.3 };
  expect(after(allPictures, enoughForOne, [0, 60], both).leftOut).toEqual(['camera']);
  expect(after(allPictures, enoughForOne, [0, 60]).leftOut).toEqual([]);
});

test('[C57] the screen comes back before the camera', () => {
  const none = after(allPictures, narrow, [0, 13], both);
  expect(after(none, wide, [14, 23], both).leftOut).toEqual(['camera']);
  expect(after(none, { ...wide, availableBps: 500_000 }, [14, 40], both).leftOut).toEqual([]);
});

test('[C57] a picture comes back when it would go through for a while, not before ten seconds', () => {
  const sound = after(allPictures, narrow, [0, 3]);
  expect(after(sound, wide, [4, 12]).leftOut).toEqual(['camera']);
  expect(after(sound, wide, [4, 13]).leftOut).toEqual([]);
  const later = after(sound, quiet, [4, 20]);
  expect(after(later, wide, [21, 23]).leftOut).toEqual(['camera']);
  expect(after(later, wide, [21, 24]).leftOut).toEqual([]);
});

test('[C57] an estimate that swings brings nothing back', () => {
  let now = after(allPictures, narrow, [0, 3]);
  for (let second = 4; second < 32; second += 4) {
    now = after(after(now, wide, [second, second + 1]), quiet, [second + 2, second + 3]);
  }
  expect(now.leftOut).toEqual(['camera']);
});

test('[C57] where nothing says what the link carries, it is tried after half a minute', () => {
  const sound = after(allPictures, narrow, [0, 3]);
  expect(after(sound, quiet, [4, 32]).leftOut).toEqual(['camera']);
  expect(after(sound, quiet, [4, 33]).leftOut).toEqual([]);
});

test('[C57] a try that fails is over sooner', () => {
  const tried = after(after(allPictures, narrow, [0, 3]), wide, [4, 13]);
  expect(after(tried, narrow, [18, 18]).leftOut).toEqual([]);
  expect(after(tried, narrow, [18, 19]).leftOut).toEqual(['camera']);
});

test('[C57] as long as what was lost is sent again nothing comes back', () => {
  const sound = after(allPictures, narrow, [0, 3]);
  expect(after(sound, { ...wide, resentShare: 0.3 }, [4, 60]).leftOut).toEqual(['camera']);
});

test('[C57] each try that fails keeps a picture away for twice as long', () => {
  let now = allPictures;
  let second = 0;
  const awayFor = () => {
    while (now.leftOut.length === 0) now = allotPair(now, narrow, camera, ++second * 1_000);
    const begin = second;
    while (now.leftOut.length > 0) now = allotPair(now, wide, camera, ++second * 1_000);
    return second - begin;
  };
  expect([awayFor(), awayFor(), awayFor(), awayFor(), awayFor()]).toEqual([10, 20, 40, 80, 80]);
  now = after(now, { ...wide, availableBps: 900_000 }, [second + 1, second + 60]);
  second += 60;
  expect(awayFor()).toBe(10);
});

test('[C57] a camera that is stopped takes no screen with it', () => {
  const one = after(allPictures, narrow, [0, 3], both);
  expect(after(one, wide, [4, 4], ['screen']).leftOut).toEqual([]);
});

test('[C57] a camera that was off goes before the screen when it is on again', () => {
  const none = after(after(allPictures, narrow, [0, 3], both), narrow, [4, 16], both);
  expect(none.leftOut).toEqual(['camera', 'screen']);
  const off = after(none, narrow, [17, 17], ['screen']);
  expect(off.leftOut).toEqual(['screen']);
  expect(after(off, narrow, [18, 18], both).leftOut).toEqual(['camera']);
});
