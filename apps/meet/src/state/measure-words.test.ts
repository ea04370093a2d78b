import { expect, test } from 'vitest';
import { bitRateWords, durationWords, percentWords } from './measure-words.ts';

test.each([
  [0, '0 ms'],
  [41.3, '41 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [9_940, '9.9 s'],
  [12_040, '12 s'],
])('%s milliseconds are %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

test.each([
  [undefined, undefined],
  [0, '0 kbit/s'],
  [310_400, '310 kbit/s'],
  [1_240_000, '1.2 Mbit/s'],
])('%s bit/s are %s', (bps, words) => {
  expect(bitRateWords(bps)).toBe(words);
});

test.each([
  [undefined, undefined],
  [0, '0 %'],
  [0.0004, 'below 0.1 %'],
  [0.0123, '1.2 %'],
  [1, '100 %'],
])('a share of %s is %s', (share, words) => {
  expect(percentWords(share)).toBe(words);
});
