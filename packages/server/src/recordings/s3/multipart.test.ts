import { expect, test } from 'vitest';
import { partBytes, partsOf } from './multipart.ts';

test('a file is cut without a gap, and the last part has what is left', () => {
  expect(partsOf(partBytes * 2 + 1)).toEqual([
    { number: 1, from: 0, length: partBytes },
    { number: 2, from: partBytes, length: partBytes },
    { number: 3, from: partBytes * 2, length: 1 },
  ]);
  expect(partsOf(partBytes * 2)).toHaveLength(2);
});

test('one of any size fits into ten thousand parts', () => {
  const bytes = 400_000_000_003;
  const parts = partsOf(bytes);
  expect(parts.length).toBeLessThanOrEqual(10_000);
  expect(parts.reduce((sum, { length }) => sum + length, 0)).toBe(bytes);
});
