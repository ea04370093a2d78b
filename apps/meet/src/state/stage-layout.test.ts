import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  bestGrid,
  cornerRect,
  floatingSize,
  layOutStage,
  maxTilesPerPage,
  nearestCorner,
  type Rect,
  tilesPerPage,
} from './stage-layout.ts';

const laptop = { width: 1440, height: 836 };
const phone = { width: 390, height: 760 };
const anyStage = fc.record({
  width: fc.integer({ min: 280, max: 3840 }),
  height: fc.integer({ min: 200, max: 2160 }),
});
const anyCall = fc.record({
  stage: anyStage,
  others: fc.integer({ min: 0, max: 300 }),
  page: fc.integer({ min: -1, max: 9 }),
  corner: fc.constantFrom(undefined, 'top-left' as const, 'bottom-right' as const),
});

function isInside(rect: Rect, stage: { width: number; height: number }): boolean {
  return (
    rect.x >= 0 &&
    rect.y >= 0 &&
    rect.x + rect.width <= stage.width + 1 &&
    rect.y + rect.height <= stage.height + 1
  );
}

test('one other person fills a wide window', () => {
  const { tiles, self, selfIsDocked } = layOutStage({ stage: laptop, others: 1, page: 0, corner: undefined });
  expect(tiles[0]).toMatchObject({ width: 1440, height: 810 });
  expect(selfIsDocked).toBe(false);
  expect(self.width).toBeLessThan(260);
});

test('the grid follows the shape of the window', () => {
  expect(bestGrid(2, laptop)).toMatchObject({ columns: 2, rows: 1 });
  expect(bestGrid(2, phone)).toMatchObject({ columns: 1, rows: 2 });
  expect(bestGrid(5, laptop)).toMatchObject({ columns: 3, rows: 2 });
  expect(bestGrid(12, laptop)).toMatchObject({ columns: 4, rows: 3 });
  expect(bestGrid(6, phone)).toMatchObject({ columns: 2, rows: 3 });
});

test('no other number of columns gives clearly larger tiles', () => {
  fc.assert(
    fc.property(
      anyStage,
      fc.integer({ min: 1, max: 49 }),
      fc.integer({ min: 1, max: 49 }),
      (stage, count, columns) => {
        const best = bestGrid(count, stage).tile;
        const rows = Math.ceil(count / columns);
        const cell = {
          width: (stage.width - 8 * (columns - 1)) / columns,
          height: (stage.height - 8 * (rows - 1)) / rows,
        };
        const width = Math.floor(Math.min(cell.width, (cell.height * 16) / 9));
        fc.pre(width > 0 && stage.width >= stage.height);
        expect(best.width * best.height).toBeGreaterThanOrEqual(
          0.93 * width * Math.floor((width * 9) / 16) - width,
        );
      },
    ),
  );
});

test('tiles on a wide stage are 16:9', () => {
  const { tile } = bestGrid(7, laptop);
  expect(tile.width / tile.height).toBeCloseTo(16 / 9, 1);
});

test('tiles stay on the stage and never overlap each other', () => {
  fc.assert(
    fc.property(anyCall, (call) => {
      const { tiles } = layOutStage(call);
      for (const [index, tile] of tiles.entries()) {
        expect(isInside(tile, call.stage)).toBe(true);
        const next = tiles[index + 1];
        if (next !== undefined && next.y === tile.y)
          expect(next.x).toBeGreaterThanOrEqual(tile.x + tile.width);
      }
    }),
  );
});

test('every other person is on exactly one page', () => {
  fc.assert(
    fc.property(anyCall, (call) => {
      const { pageCount } = layOutStage(call);
      const shown = Array.from({ length: pageCount }, (_, page) => layOutStage({ ...call, page }));
      expect(shown.reduce((sum, layout) => sum + layout.tiles.length, 0)).toBe(call.others);
      for (const layout of shown) expect(layout.tiles.length).toBeLessThanOrEqual(maxTilesPerPage);
    }),
  );
});

test('a crowd is spread over pages of tiles that are large enough', () => {
  expect(tilesPerPage(laptop)).toBe(49);
  const { pageCount, tiles } = layOutStage({ stage: phone, others: 29, page: 0, corner: undefined });
  expect(pageCount).toBe(5);
  expect(tiles[0]?.width).toBeGreaterThanOrEqual(144);
});

test('the own tile takes a cell where it would cover somebody, unless it was moved by hand', () => {
  const crowd = { stage: laptop, others: 12, page: 0 };
  expect(layOutStage({ ...crowd, corner: undefined }).selfIsDocked).toBe(true);
  expect(layOutStage({ ...crowd, corner: 'top-left' })).toMatchObject({
    selfIsDocked: false,
    self: cornerRect('top-left', floatingSize(laptop), laptop),
  });
});

test('alone, the own tile is large', () => {
  const { self, tiles } = layOutStage({ stage: laptop, others: 0, page: 0, corner: 'top-left' });
  expect(tiles).toEqual([]);
  expect(self.height).toBeGreaterThan(800);
});

test('a dragged tile goes to the nearest corner', () => {
  expect(nearestCorner({ x: 10, y: 600, width: 200, height: 112 }, laptop)).toBe('bottom-left');
  expect(nearestCorner({ x: 1000, y: 10, width: 200, height: 112 }, laptop)).toBe('top-right');
});
