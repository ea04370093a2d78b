import { expect, test } from 'vitest';
import { TrackClock } from './track-clock.ts';

const start = 1_700_000_000_000;
/** 10 s before the timestamps of 48 kHz begin again. */
const early = 2 ** 32 - 480_000;

test('without reports the first packet’s arrival counts, and then the timestamps', () => {
  const clock = new TrackClock(48_000);
  expect(clock.timeOf(early, start)).toBe(start);
  expect(clock.timeOf(early + 960, start + 75)).toBe(start + 20);
});

test('the timestamps begin again, and the time goes on', () => {
  const clock = new TrackClock(48_000);
  clock.timeOf(early, start);
  clock.timeOf(2 ** 32 - 1, start + 10_000);
  expect(clock.timeOf(959, start + 10_020)).toBeCloseTo(start + 10_020, 0);
});

test('a report says it better than arrival', () => {
  const clock = new TrackClock(90_000);
  clock.timeOf(0, start + 130);
  clock.handleReport(90_000, start + 1_000);
  expect(clock.timeOf(180_000, start + 2_130)).toBe(start + 2_000);
});

test('a report that comes first is taken', () => {
  const clock = new TrackClock(90_000);
  clock.handleReport(90_000, start + 1_000);
  expect(clock.timeOf(99_000, start + 1_200)).toBe(start + 1_100);
});

test.each([
  ['a little', 8, 0],
  ['noticeably', 30, 30],
  ['by more than can be', 60_000, 0],
])('a later report that differs %s', (_, differenceMs, followedMs) => {
  const clock = new TrackClock(48_000);
  clock.timeOf(0, start);
  clock.handleReport(48_000, start + 1_000);
  clock.handleReport(96_000, start + 2_000 + differenceMs);
  expect(clock.timeOf(144_000, start + 3_000)).toBe(start + 3_000 + followedMs);
});

test('a sender that begins anew is where its packets come', () => {
  const clock = new TrackClock(48_000);
  clock.timeOf(0, start);
  expect(clock.timeOf(1_000_000_000, start + 500)).toBe(start + 500);
  expect(clock.timeOf(1_000_000_960, start + 600)).toBe(start + 520);
});

test('silence is time too', () => {
  const clock = new TrackClock(48_000);
  clock.timeOf(0, start);
  expect(clock.timeOf(48_000 * 60, start + 60_010)).toBe(start + 60_000);
});
