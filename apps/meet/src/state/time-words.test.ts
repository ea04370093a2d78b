import { expect, test } from 'vitest';
import { timeWords } from './time-words.ts';

const now = new Date(2026, 10, 20, 18, 0);

test('today’s times are the clock’s', () => {
  expect(timeWords(new Date(2026, 10, 20, 9, 5).toISOString(), now, 'en-GB')).toBe('09:05');
});

test('another day is named', () => {
  expect(timeWords(new Date(2026, 10, 19, 9, 5).toISOString(), now, 'en-GB')).toMatch(
    /^Thu,? 19 Nov.* 09:05$/,
  );
});

test('what is no time gives no words', () => {
  expect(timeWords('soon', now)).toBe('');
});
