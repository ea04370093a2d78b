import { expect, test } from 'vitest';
import { cameraEncoding } from './camera-encoding.ts';

test.each([
  ['a large tile gets all of it', 720, 700, 1],
  ['a tile of half the height gets half', 720, 360, 2],
  ['a thumbnail gets a quarter', 720, 120, 4],
  ['who does not say how large it is shown gets all of it', 720, undefined, 1],
  ['a tile larger than the capture gets all of it', 720, 1_440, 1],
  ['a small capture is not made smaller than serves anybody', 180, 90, 1],
])('%s', (_what, height, shown, scale) => {
  expect(cameraEncoding(height, shown)).toMatchObject({ active: true, scaleResolutionDownBy: scale });
});

test.each([
  ['of all of it half is left', 720, undefined, 2],
  ['of half a quarter', 720, 360, 4],
  ['of the smallest there is none', 720, 120, 4],
  ['of a small capture neither', 180, undefined, 1],
])('one step smaller: %s', (_what, height, shown, scale) => {
  expect(cameraEncoding(height, shown, true)).toMatchObject({ active: true, scaleResolutionDownBy: scale });
});

test('what is out of sight is not sent', () => {
  expect(cameraEncoding(720, 0).active).toBe(false);
});
