import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CallLayoutOptions, layOutCall } from './share-layout.ts';
import { layOutStage, type Rect } from './stage-layout.ts';

const laptop = { width: 1440, height: 836 };
const phone = { width: 390, height: 760 };
const lyingPhone = { width: 772, height: 374 };
const aCall = { stage: laptop, others: 3, page: 0, corner: undefined, shares: 1, enlarged: undefined };
const anyCall = fc.record({
  stage: fc.record({
    width: fc.integer({ min: 280, max: 3840 }),
    height: fc.integer({ min: 240, max: 2160 }),
  }),
  others: fc.integer({ min: 1, max: 200 }),
  page: fc.integer({ min: 0, max: 9 }),
  corner: fc.constantFrom(undefined, 'top-left' as const),
  shares: fc.integer({ min: 1, max: 5 }),
  enlarged: fc.constantFrom(undefined, 0, 1, 4),
});

function overlap(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

const pixelsOf = ({ width, height }: Rect) => width * height;

test('without a screen the people have the whole stage', () => {
  const options = { ...aCall, shares: 0 };
  expect(layOutCall(options)).toEqual({ ...layOutStage(options), shares: [] });
});

test('a screen takes most of a wide stage, and the people sit beside it', () => {
  const { shares, tiles, self, selfIsDocked } = layOutCall(aCall);
  const [screen] = shares;
  expect(screen).toMatchObject({ x: 0, y: 0, height: 836 });
  expect(screen?.width).toBeGreaterThan(1440 * 0.8);
  expect(tiles).toHaveLength(3);
  for (const tile of [...tiles, self]) expect(tile.x).toBeGreaterThan(screen?.width ?? 0);
  expect(selfIsDocked).toBe(true);
});

test('where the stage is less wide, as beside a panel, the people sit below', () => {
  const { shares, tiles } = layOutCall({ ...aCall, stage: { width: 1072, height: 836 } });
  const [screen] = shares;
  expect(screen?.width).toBe(1072);
  for (const tile of tiles) expect(tile.y).toBeGreaterThan(screen?.height ?? 0);
});

test('on a phone a screen fills the width, upright or lying', () => {
  expect(layOutCall({ ...aCall, stage: phone }).shares).toEqual([{ x: 0, y: 0, width: 390, height: 265 }]);
  const [lying] = layOutCall({ ...aCall, stage: lyingPhone }).shares;
  expect(lying?.width).toBeGreaterThan(600);
});

test('several screens are alike in size until one of them is enlarged', () => {
  const alike = layOutCall({ ...aCall, shares: 2 }).shares;
  expect(pixelsOf(alike[0] as Rect)).toBe(pixelsOf(alike[1] as Rect));
  const enlarged = layOutCall({ ...aCall, shares: 3, enlarged: 1 }).shares;
  const [first, large, last] = enlarged.map(pixelsOf) as [number, number, number];
  expect(large).toBeGreaterThan(4 * first);
  expect(first).toBe(last);
});

test('one that is not there any more cannot be the larger', () => {
  expect(layOutCall({ ...aCall, enlarged: 1 }).shares).toEqual(layOutCall(aCall).shares);
});

test('nothing covers what is shared, and nothing leaves the stage', () => {
  fc.assert(
    fc.property(anyCall, (call: CallLayoutOptions) => {
      const { shares, tiles, self } = layOutCall(call);
      expect(shares).toHaveLength(call.shares);
      for (const [index, share] of shares.entries()) {
        expect(share.x + share.width).toBeLessThanOrEqual(call.stage.width + 1);
        expect(share.y + share.height).toBeLessThanOrEqual(call.stage.height + 1);
        const others = [...tiles, self, ...shares.slice(index + 1)];
        for (const other of others) expect(overlap(share, other)).toBe(false);
      }
    }),
  );
});

test('every other person is on exactly one page beside a screen too', () => {
  fc.assert(
    fc.property(anyCall, (call: CallLayoutOptions) => {
      const { pageCount } = layOutCall(call);
      const pages = Array.from({ length: pageCount }, (_, page) => layOutCall({ ...call, page }));
      expect(pages.reduce((sum, { tiles }) => sum + tiles.length, 0)).toBe(call.others);
    }),
  );
});
