import { expect, test } from 'vitest';
import { runOnSchedule } from './schedule.ts';

/** @param callMs What each call takes. */
function aClock({ callMs = 0, madeUpMs = 200 } = {}) {
  let now = 1_000;
  let waiting: { readonly at: number; readonly callback: () => void } | undefined;
  const calls: number[] = [];
  const due: number[] = [];
  const stop = runOnSchedule({
    periodMs: 20,
    madeUpMs,
    now: () => now,
    after: (delayMs, callback) => {
      waiting = { at: now + delayMs, callback };
      return () => {
        waiting = undefined;
      };
    },
    call: (dueMs) => {
      calls.push(now - 1_000);
      due.push(dueMs - 1_000);
      now += callMs;
    },
  });
  /** The machine has time for it again after so long. */
  const wakeAt = (ms: number) => {
    now = 1_000 + ms;
    const due = waiting;
    waiting = undefined;
    due?.callback();
  };
  return { calls, due, stop, wakeAt, isWaiting: () => waiting !== undefined };
}

test('what is late is made up for, and the moments do not drift', () => {
  const { calls, wakeAt } = aClock();
  wakeAt(23);
  wakeAt(41);
  wakeAt(125);
  expect(calls).toEqual([23, 41, 125, 125, 125, 125]);
});

test('each is told when it was due, also where several come at once', () => {
  const { due, wakeAt } = aClock();
  wakeAt(23);
  wakeAt(125);
  wakeAt(1_000);
  expect(due).toEqual([20, 40, 60, 80, 100, 120, 1_000]);
});

test('what is missed for long is left out', () => {
  const { calls, wakeAt } = aClock();
  wakeAt(1_000);
  wakeAt(1_020);
  expect(calls).toEqual([1_000, 1_020]);
});

test('of what is not made up for only the last is called, and the moments stay', () => {
  const { calls, due, wakeAt } = aClock({ madeUpMs: 0 });
  wakeAt(23);
  wakeAt(95);
  wakeAt(100);
  expect(calls).toEqual([23, 95, 100]);
  expect(due).toEqual([20, 80, 100]);
});

test('where calls take longer than the time between them, all else gets its turn', () => {
  const { calls, wakeAt, isWaiting } = aClock({ callMs: 30 });
  wakeAt(20);
  expect(isWaiting()).toBe(true);
  wakeAt(50);
  expect(isWaiting()).toBe(true);
  expect(calls).toEqual([20, 50]);
});

test('it ends when it is told to', () => {
  const { calls, stop, wakeAt, isWaiting } = aClock();
  wakeAt(20);
  stop();
  stop();
  expect(isWaiting()).toBe(false);
  expect(calls).toEqual([20]);
});
