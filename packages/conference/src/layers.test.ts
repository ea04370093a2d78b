import { expect, test } from 'vitest';
import { maxLayerFor } from './layers.ts';

test.each([
  [undefined, 2],
  [90, 0],
  [180, 0],
  [225, 0],
  [226, 1],
  [360, 1],
  [450, 1],
  [451, 2],
  [1080, 2],
])('a tile of %s lines gets at most layer %i', (height, layer) => {
  expect(maxLayerFor(height)).toBe(layer);
});
