import { expect, test } from 'vitest';
import { drawMark, type Mark } from './marks.ts';

const size = 36;

test.each<Mark>(['muted', 'hand'])('%s is drawn within its square, and leaves most of it free', (mark) => {
  const pixels = drawMark(mark, size);
  const shareAt = (left: number, top: number) => pixels[top * size + left] ?? 0;
  const all = Array.from({ length: size }, (_, index) => index);
  const edges = all.flatMap((at) => [
    shareAt(at, 0),
    shareAt(at, size - 1),
    shareAt(0, at),
    shareAt(size - 1, at),
  ]);
  expect(Math.max(...edges)).toBe(0);
  const drawn = pixels.reduce((sum, share) => sum + share / 255, 0) / size ** 2;
  expect(drawn).toBeGreaterThan(0.1);
  expect(drawn).toBeLessThan(0.5);
});

test('what is drawn differs, and is the same in every size', () => {
  const largeOf = (mark: Mark) => drawMark(mark, 72);
  expect(largeOf('muted')).not.toEqual(largeOf('hand'));
  const small = drawMark('hand', size);
  const isIn = (pixels: Uint8Array, width: number, x: number, y: number) =>
    (pixels[Math.floor(y * width) * width + Math.floor(x * width)] ?? 0) > 127;
  for (const [x, y] of [
    [0.52, 0.65],
    [0.1, 0.1],
    [0.45, 0.25],
  ] as const)
    expect(isIn(largeOf('hand'), 72, x, y)).toBe(isIn(small, size, x, y));
});
