import { expect, test } from 'vitest';
import { durationWords, fileNameOf, recordingTitle } from './recording-words.ts';

test.each([
  [0, '0:00'],
  [65_400, '1:05'],
  [3_909_000, '1:05:09'],
])('%i ms is %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

test('[C72] a part is told by its number where there are several, and of one source by whose it is', () => {
  const startedAt = '2026-01-02T10:04:00';
  const now = new Date('2026-01-02T12:00:00');
  const part = { name: '', url: '', fromMs: 0, untilMs: 0, bytes: 0 };
  const [first, second] = [{ ...part }, { ...part }];
  const camera = { ...part, name: 'track-1-camera.webm', participant: 'Ann', source: 'camera' } as const;
  expect(recordingTitle({ startedAt, parts: [first, camera] }, first, now, 'de')).toBe('10:04');
  const parts = [first, camera, second];
  expect(recordingTitle({ startedAt, parts }, second, now, 'de')).toBe('10:04, part 2');
  expect(recordingTitle({ startedAt, parts }, camera, now, 'de')).toBe('10:04, Ann: camera');
  expect(fileNameOf(camera)).toBe('Ann track-1-camera.webm');
  expect(fileNameOf({ ...part, name: 'part-1.mp4' })).toBe('part-1.mp4');
});
