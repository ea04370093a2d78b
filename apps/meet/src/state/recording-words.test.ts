import { expect, test } from 'vitest';
import { durationWords, recordingTitle } from './recording-words.ts';

test.each([
  [0, '0:00'],
  [65_400, '1:05'],
  [3_909_000, '1:05:09'],
])('%i ms is %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

test('a part is told by its number where there are several', () => {
  const startedAt = '2026-01-02T10:04:00';
  const now = new Date('2026-01-02T12:00:00');
  const part = { name: '', url: '', fromMs: 0, untilMs: 0, bytes: 0 };
  expect(recordingTitle({ startedAt, parts: [part] }, 0, now, 'de')).toBe('10:04');
  expect(recordingTitle({ startedAt, parts: [part, part] }, 1, now, 'de')).toBe('10:04, part 2');
});
