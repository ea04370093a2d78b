import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginCuts, cutBefore, type Timed } from './cutter.ts';
import { partMs, partTargetMs, segmentMs } from './playlist.ts';

const frame = (timeMs: number, isKeyFrame = false): Timed => ({ timeMs, durationMs: 40, isKeyFrame });

/** What ended, and before which time. */
function cutAll(frames: readonly Timed[]) {
  let cuts = beginCuts(0);
  return frames.flatMap((next) => {
    const { ends, cuts: after } = cutBefore(cuts, next);
    cuts = after;
    return ends.what === 'nothing' ? [] : [{ before: next.timeMs, ...ends }];
  });
}

test('parts are of eight frames, and the last of a segment is what is left', () => {
  const ended = cutAll(Array.from({ length: 101 }, (_, index) => frame(40 * index, index % 50 === 0)));
  expect(ended.slice(0, 7)).toEqual([
    { before: 320, what: 'part', durationMs: 320, isIndependent: true },
    ...[640, 960, 1_280, 1_600, 1_920].map((before) => ({
      before,
      what: 'part',
      durationMs: 320,
      isIndependent: false,
    })),
    { before: 2_000, what: 'segment', durationMs: 80, isIndependent: false },
  ]);
  expect(ended[7]).toMatchObject({ before: 2_320, isIndependent: true });
});

test('a key frame that somebody asked for begins no segment', () => {
  const ended = cutAll([frame(0, true), frame(200), frame(400, true), frame(800), frame(2_000, true)]);
  expect(ended.map(({ what }) => what)).toEqual(['part', 'part', 'segment']);
  expect(ended[1]).toMatchObject({ isIndependent: true });
});

test('where nothing came for long, a part is longer', () => {
  expect(cutAll([frame(0, true), frame(1_000)])).toEqual([
    { before: 1_000, what: 'part', durationMs: 960, isIndependent: true },
  ]);
});

test('however the frames come, the parts are exactly as long as the ruler says', () => {
  const steps = fc.array(fc.double({ min: 5, max: 40, noNaN: true }), { minLength: 50, maxLength: 400 });
  fc.assert(
    fc.property(steps, (durations) => {
      let [timeMs, keyAt] = [0, 0];
      const frames = durations.map((step) => {
        timeMs += step;
        const isKeyFrame = timeMs - keyAt >= segmentMs;
        if (isKeyFrame) keyAt = timeMs;
        return frame(timeMs, isKeyFrame);
      });
      const ended = cutAll([frame(0, true), ...frames]);
      expect(ended.every(({ durationMs }) => durationMs <= partTargetMs)).toBe(true);
      expect(
        ended.filter(({ what }) => what === 'part').every(({ durationMs }) => durationMs === partMs),
      ).toBe(true);
      const total = ended.reduce((sum, { durationMs }) => sum + durationMs, 0);
      const last = ended.at(-1);
      if (last?.what === 'segment') expect(total).toBeCloseTo(last.before, 3);
    }),
  );
});
