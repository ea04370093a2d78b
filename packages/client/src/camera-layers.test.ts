import { expect, test } from 'vitest';
import { cameraLayers, scalabilityModeFor } from './camera-layers.ts';

const linesOf = (height: number | undefined, largest?: number) =>
  cameraLayers(height, largest).flatMap(({ active, scaleResolutionDownBy }) =>
    active ? (height ?? 720) / scaleResolutionDownBy : [],
  );

test.each([
  [720, [180, 360, 720]],
  [undefined, [180, 360, 720]],
  [1080, [270, 540, 1080]],
  [480, [240, 480]],
  [360, [180, 360]],
  [180, [180]],
  [90, [90]],
])('a camera of %s lines is sent in %j lines', (height, lines) => {
  expect(linesOf(height)).toEqual(lines);
});

test.each([
  [720, 0, [180]],
  [720, 1, [180, 360]],
  [720, 2, [180, 360, 720]],
  [360, 0, [180]],
  [180, 0, [180]],
])(
  'a camera of %s lines of which nobody looks at more than layer %i is sent in %j lines',
  (height, largest, lines) => {
    expect(linesOf(height, largest)).toEqual(lines);
  },
);

test('a larger layer gets more', () => {
  expect(cameraLayers(720).map(({ maxBitrate }) => maxBitrate)).toEqual([150_000, 500_000, 1_700_000]);
});

test.each([
  [30, 'L1T3'],
  [undefined, 'L1T3'],
  [10, 'L1T3'],
  [5, 'L1T1'],
])(
  'of %s frames a second is sent %s: some can be left out where that still is a moving picture',
  (frames, mode) => {
    expect(scalabilityModeFor(frames)).toBe(mode);
  },
);
