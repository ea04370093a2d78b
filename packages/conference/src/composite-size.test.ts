import { expect, test } from 'vitest';
import { atFirst, calmAt, chooseSize, type SizeChoice } from './composite-size.ts';

/** The same estimate told for so many milliseconds, four times a second. */
function after(
  before: SizeChoice,
  availableBps: number,
  lostShare: number,
  from: number,
  ms: number,
): SizeChoice {
  let choice = before;
  for (let at = from; at <= from + ms; at += 250)
    choice = chooseSize(choice, { availableBps, lostShare }, at);
  return choice;
}

const loss = 0.2;

test.each<[string, number, number, number, SizeChoice['size']]>([
  ['carries it', 3_000_000, 0, 60_000, 'large'],
  ['is believed to be narrow, and loses nothing', 300_000, 0, 60_000, 'large'],
  ['loses, and carries it all the same', 2_000_000, loss, 60_000, 'large'],
  ['is narrow for a moment', 1_000_000, loss, 500, 'large'],
  ['is narrow', 1_000_000, loss, 2_000, 'small'],
  ['is very narrow', 100_000, loss, 2_000, 'none'],
])('[C88] over a line that %s', (_what, availableBps, lostShare, ms, size) => {
  expect(after(atFirst, availableBps, lostShare, 0, ms).size).toBe(size);
});

test('[C88] where not even half goes through, sound is not kept waiting', () => {
  expect(after(atFirst, 500_000, loss, 0, 0).size).toBe('small');
});

test('[C88] a line that was seen to carry more gets more soon', () => {
  const small = after(atFirst, 500_000, loss, 0, 1_000);
  expect(after(small, 2_500_000, 0, 1_250, 500).size).toBe('small');
  expect(after(small, 2_500_000, 0, 1_250, 1_500).size).toBe('large');
});

test('[C88] where nothing is lost for ten seconds more is tried, and after a trial that failed only after twice as long', () => {
  const small = after(atFirst, 500_000, loss, 0, 0);
  expect(after(small, 500_000, 0, 250, 9_000).size).toBe('small');
  const trial = after(small, 500_000, 0, 250, 10_000);
  expect(trial.size).toBe('large');
  const failed = after(trial, 500_000, loss, 12_000, 0);
  expect(failed.size).toBe('small');
  expect(after(failed, 500_000, 0, 12_250, 15_000).size).toBe('small');
  expect(after(failed, 500_000, 0, 12_250, 20_000).size).toBe('large');
});

test('[C88] what was good for long is given up anew as the first time', () => {
  const small = after(atFirst, 500_000, loss, 0, 0);
  const trial = after(small, 500_000, 0, 250, 10_000);
  const again = after(trial, 500_000, loss, 60_000, 0);
  expect(after(again, 500_000, 0, 60_250, 10_000).size).toBe('large');
});

test('[C88] what is given up one after the other was no trial', () => {
  const none = after(atFirst, 100_000, loss, 0, 2_000);
  expect(none).toMatchObject({ size: 'none', calmMs: 10_000 });
  expect(calmAt(none)).toBe(12_000);
});
