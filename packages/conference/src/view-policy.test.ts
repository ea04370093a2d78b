import { expect, test } from 'vitest';
import { atFirst, chooseView, lineFactOf, type ViewChoice, type ViewFacts } from './view-policy.ts';

const well: ViewFacts = { others: 8, isBehind: false, line: 'streams', isToBeHad: true };
const behind: ViewFacts = { ...well, isBehind: true };

/** What is seen after so many seconds of these facts, looked at each second, and why. */
function seenAfter(before: ViewChoice, facts: ViewFacts, seconds: number, from = 0): ViewChoice {
  let choice = before;
  for (let second = from; second <= from + seconds; second++)
    choice = chooseView(choice, facts, second * 1_000);
  return choice;
}

const composite = (given: Partial<Extract<ViewChoice, { view: 'composite' }>> = {}): ViewChoice => ({
  view: 'composite',
  reason: 'device',
  since: 0,
  others: 8,
  uselessSince: undefined,
  ...given,
});

test.each<[string, Partial<ViewFacts>, 'streams' | 'device' | 'line']>([
  ['who gets on well has streams', {}, 'streams'],
  ['whose device does not keep up has the composite', { isBehind: true }, 'device'],
  ['whose line carries that and not all of theirs has it', { line: 'composite' }, 'line'],
  ['whose line carries neither has as many streams as go through', { line: 'neither' }, 'streams'],
  ['also where their device does not keep up', { isBehind: true, line: 'neither' }, 'streams'],
  ['of three others it is less work', { isBehind: true, others: 3 }, 'device'],
  ['of two others it is more', { isBehind: true, others: 2 }, 'streams'],
  ['where the mixer refused it nothing changes', { isBehind: true, isToBeHad: false }, 'streams'],
])('[C81] %s', (_what, given, seen) => {
  const choice = seenAfter(atFirst, { ...well, ...given }, 10);
  expect(choice.view === 'composite' ? choice.reason : choice.view).toBe(seen);
});

test.each<[string, Partial<ViewFacts>, number, 'streams' | 'composite']>([
  ['stays while it is decoded and carried, however long', {}, 3_600, 'composite'],
  ['stays while half of the others leave for less than a minute', { others: 4 }, 59, 'composite'],
  ['ends once half of the others have left, after a minute', { others: 4 }, 61, 'streams'],
  ['ends at once when hardly anybody is left', { others: 2 }, 0, 'streams'],
  ['is given a while to be decoded', { isBehind: true }, 19, 'composite'],
  ['ends where the device does not decode it either', { isBehind: true }, 21, 'streams'],
  ['ends where the line does not carry it', { line: 'neither' }, 21, 'streams'],
  ['ends where there is none for a while', { isToBeHad: false }, 21, 'streams'],
])('[C81] a composite that was chosen %s', (_what, given, seconds, seen) => {
  expect(seenAfter(composite(), { ...well, line: 'composite', ...given }, seconds).view).toBe(seen);
});

test('[C81] it changes to the composite once a minute at most, and what was no help is not tried again soon', () => {
  const few = seenAfter(composite(), { ...behind, others: 2 }, 0);
  expect(seenAfter(few, behind, 59).view).toBe('streams');
  expect(seenAfter(few, behind, 60).view).toBe('composite');
  const useless = seenAfter(composite(), behind, 20);
  expect(seenAfter(useless, behind, 599, 20).view).toBe('streams');
  expect(seenAfter(useless, behind, 600, 20).view).toBe('composite');
});

test('[C81] what is believed of a line for a moment is not acted upon', () => {
  const narrow: ViewFacts = { ...well, line: 'composite' };
  const almost = seenAfter(atFirst, narrow, 9);
  expect(almost.view).toBe('streams');
  expect(seenAfter(seenAfter(almost, well, 0, 10), narrow, 9, 11).view).toBe('streams');
});

test('[C81] a moment in which the device is busy is forgotten', () => {
  const busy = seenAfter(composite(), behind, 15);
  const calm = seenAfter(busy, { ...well, line: 'composite' }, 1, 16);
  expect(seenAfter(calm, behind, 15, 18).view).toBe('composite');
});

const estimate = (availableBps: number, lostShare = 0) => ({ availableBps, lostShare });
const all = { isShown: false, areLeftOut: false, neededBps: 600_000 };
const some = { ...all, areLeftOut: true };
const one = { ...all, isShown: true };

test.each<[string, Parameters<typeof lineFactOf>, ReturnType<typeof lineFactOf>]>([
  ['over which nothing is left out carries streams', [all, estimate(300_000)], 'streams'],
  ['over which they come back soon does too', [some, estimate(700_000)], 'streams'],
  ['that is wide enough for the composite only carries that', [some, estimate(500_000)], 'composite'],
  ['that is narrow carries neither', [some, estimate(300_000)], 'neither'],
  ['of which nothing is known carries neither', [some, undefined], 'neither'],
  ['over which the composite comes carries it', [one, estimate(400_000, 0.2)], 'composite'],
  ['that is believed to be narrow, and loses nothing, too', [one, estimate(200_000)], 'composite'],
  ['that loses of it does not', [one, estimate(200_000, 0.1)], 'neither'],
])('[C81] a line %s', (_what, given, fact) => {
  expect(lineFactOf(...given)).toBe(fact);
});
