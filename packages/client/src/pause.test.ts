import { getEventListeners } from 'node:events';
import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { pause } from './pause.ts';

test('a pause ends after its time, and leaves nothing at the signal', async () => {
  const clock = new FakeClock();
  const { signal } = new AbortController();
  const paused = pause(clock, 100, signal);
  clock.advance(100);
  await paused;
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a pause ends with the signal, and one that begins after it is none', async () => {
  const clock = new FakeClock();
  const ending = new AbortController();
  const paused = pause(clock, 100, ending.signal);
  ending.abort();
  await paused;
  await pause(clock, 100, ending.signal);
  await settle();
  expect(clock.pendingTimers).toBe(0);
});
