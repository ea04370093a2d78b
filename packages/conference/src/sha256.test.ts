import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256 } from './sha256.ts';

const byNode = (text: string) => createHash('sha256').update(text).digest('hex');

test('a hash is the one that FIPS 180-4 gives as its example', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test.each([0, 55, 56, 63, 64, 119, 120, 1_000])(
  'a text of %d characters has the hash that Node gives it',
  (length) => {
    expect(sha256('a'.repeat(length))).toBe(byNode('a'.repeat(length)));
  },
);

test('so has any text', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(fc.property(text, (any) => sha256(any) === byNode(any)));
});
