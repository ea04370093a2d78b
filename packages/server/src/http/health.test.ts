import { expect, test } from 'vitest';
import { assessHealth } from './health.ts';

const well = { workers: 2, isConferenceServing: true, isStopping: false };

test('a server that can hold a call is well', () => {
  expect(assessHealth(well).reasons).toEqual([]);
});

test.each([
  ['without a media worker', { ...well, workers: 0 }, 'no media worker'],
  ['before the conference server is there', { ...well, isConferenceServing: false }, 'conference server'],
  ['while it stops', { ...well, isStopping: true }, 'stopping'],
])('%s it is not, and says why', (_when, signs, words) => {
  expect(assessHealth(signs).reasons.join()).toContain(words);
});
