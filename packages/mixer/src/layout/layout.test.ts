import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LayoutKind, layOut, letterbox, type Rectangle } from './layout.ts';

const canvas = { width: 1_280, height: 720 };
const kinds = fc.constantFrom<LayoutKind>('grid', 'speaker', 'presentation');

const overlap = (a: Rectangle, b: Rectangle) =>
  a.left < b.left + b.width &&
  b.left < a.left + a.width &&
  a.top < b.top + b.height &&
  b.top < a.top + a.height;

test.each<[number, number, number]>([
  [1, 1, 1],
  [2, 2, 1],
  [3, 2, 2],
  [4, 2, 2],
  [5, 3, 2],
  [9, 3, 3],
  [16, 4, 4],
])('a grid of %i has %i columns and %i rows', (count, columns, rows) => {
  const tiles = layOut('grid', count, canvas);
  const lines = new Set(tiles.map(({ top }) => top));
  expect(lines.size).toBe(rows);
  expect(tiles.filter(({ top }) => top === tiles[0]?.top)).toHaveLength(columns);
});

test('the last row of a grid is in the middle', () => {
  const [, , last] = layOut('grid', 3, canvas);
  expect(Math.abs((last?.left ?? 0) + (last?.width ?? 0) / 2 - 640)).toBeLessThanOrEqual(2);
});

test.each<[LayoutKind]>([['speaker'], ['presentation']])(
  'in the layout %s the first is much larger',
  (kind) => {
    const [first, ...others] = layOut(kind, 5, canvas);
    expect(others).toHaveLength(4);
    for (const { width } of others) expect((first?.width ?? 0) / width).toBeGreaterThan(3);
  },
);

test('who is alone has the whole picture, whatever the layout', () => {
  expect(layOut('speaker', 1, canvas)).toEqual(layOut('grid', 1, canvas));
  expect(layOut('presentation', 0, canvas)).toEqual([]);
});

test('there are only so many places', () => {
  expect(layOut('speaker', 40, canvas)).toHaveLength(7);
  expect(layOut('grid', 40, canvas)).toHaveLength(25);
});

test('nobody is outside of the picture, or before somebody else, and every number is even', () => {
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 49 }), (kind, count) => {
      const tiles = layOut(kind, count, canvas);
      for (const { left, top, width, height } of tiles) {
        expect([left, top, width, height].every((one) => one >= 0 && one % 2 === 0)).toBe(true);
        expect(left + width <= canvas.width && top + height <= canvas.height).toBe(true);
      }
      const pairs = tiles.flatMap((one, index) =>
        tiles.slice(index + 1).map((other) => [one, other] as const),
      );
      expect(pairs.filter(([one, other]) => overlap(one, other))).toEqual([]);
    }),
  );
});

test('a picture of another shape is whole, in the middle of its tile', () => {
  const tile = { left: 100, top: 50, width: 320, height: 180 };
  expect(letterbox({ width: 640, height: 360 }, tile)).toEqual(tile);
  expect(letterbox({ width: 360, height: 640 }, tile)).toEqual({
    left: 212,
    top: 54,
    width: 96,
    height: 170,
  });
  expect(letterbox({ width: 1, height: 4_000 }, tile)).toMatchObject({ width: 16, height: 180 });
});

test('a picture is never outside of its tile, is as wide as the scaler can write, and keeps its shape within half of that', () => {
  const sizes = fc.record({
    width: fc.integer({ min: 16, max: 4_096 }),
    height: fc.integer({ min: 16, max: 4_096 }),
  });
  fc.assert(
    fc.property(kinds, fc.integer({ min: 1, max: 49 }), sizes, (kind, count, picture) => {
      for (const tile of layOut(kind, count, canvas)) {
        const { left, top, width, height } = letterbox(picture, tile);
        expect(left >= tile.left && left + width <= tile.left + tile.width).toBe(true);
        expect(top >= tile.top && top + height <= tile.top + tile.height).toBe(true);
        expect(width % 16).toBe(0);
        const scale = Math.min(tile.width / picture.width, tile.height / picture.height);
        if (picture.width * scale >= 16)
          expect(Math.abs(width - picture.width * scale)).toBeLessThanOrEqual(16);
      }
    }),
  );
});

test('a picture of the usual shape fills its tile', () => {
  for (let count = 1; count <= 25; count++) {
    for (const tile of layOut('grid', count, canvas))
      expect(letterbox({ width: 1_280, height: 720 }, tile)).toEqual(tile);
  }
});
