import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unwrap, wrap } from './counter.ts';

test.each<[number, number | undefined, number]>([
  [5, undefined, 5],
  [6, 5, 6],
  [0, 65_535, 65_536],
  [65_535, 65_536, 65_535],
  [65_535, 0, -1],
])('%i near %s stands for %i', (value, near, expected) => {
  expect(unwrap(value, 16, near)).toBe(expected);
});

test('what is wrapped is found again near where it was', () => {
  fc.assert(
    fc.property(
      fc.constantFrom<16 | 32>(16, 32),
      fc.integer({ min: 0, max: 2 ** 40 }),
      fc.integer({ min: -30_000, max: 30_000 }),
      (bits, value, offset) => {
        expect(unwrap(wrap(value, bits), bits, value + offset)).toBe(value);
      },
    ),
  );
});
