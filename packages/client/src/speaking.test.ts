import { expect, test } from 'vitest';
import { followSpeaking, hear, type SpeakingState, silence } from './speaking.ts';

const loud = 0.1;
const quiet = 0.001;

/** Feeds one sample each 100 ms, beginning at 0. */
function afterSamples(samples: readonly Readonly<Record<string, number>>[]): SpeakingState {
  return samples.reduce<SpeakingState>(
    (state, levels, index) => hear(state, new Map(Object.entries(levels)), index * 100),
    silence(),
  );
}

function repeat(times: number, levels: Readonly<Record<string, number>>) {
  return Array.from({ length: times }, () => levels);
}

test('who is loud speaks from the first sample on', () => {
  expect([...afterSamples([{ ann: loud, bob: quiet }]).speaking]).toEqual(['ann']);
});

test('who is quieter than speech does not speak', () => {
  expect(afterSamples(repeat(20, { ann: quiet })).speaking.size).toBe(0);
});

test('a gap between words does not end the speaking', () => {
  expect(afterSamples([{ ann: loud }, ...repeat(5, { ann: quiet })]).speaking.has('ann')).toBe(true);
});

test('600 ms of quiet end the speaking', () => {
  expect(afterSamples([{ ann: loud }, ...repeat(6, { ann: quiet })]).speaking.has('ann')).toBe(false);
});

test('whose level is not told is quiet', () => {
  expect(afterSamples([{ ann: loud }, ...repeat(6, {})]).speaking.has('ann')).toBe(false);
});

test('each word starts the 600 ms anew', () => {
  const word = [{ ann: loud }, ...repeat(5, { ann: quiet })];
  expect(afterSamples([...word, ...word]).speaking.has('ann')).toBe(true);
});

test('several may speak at a time', () => {
  expect([...afterSamples([{ ann: loud }, { bob: loud }]).speaking]).toEqual(['ann', 'bob']);
});

test('the set stays the same object while nobody begins or ends', () => {
  const before = afterSamples([{ ann: loud }]);
  expect(hear(before, new Map([['ann', loud]]), 100).speaking).toBe(before.speaking);
});

test('who speaks is shown until they pause and another speaks, and after the last word too', () => {
  const [ann, bob] = ['ann', 'bob'];
  expect(followSpeaking(undefined, new Set([ann]))).toBe(ann);
  expect(followSpeaking(ann, new Set([bob, ann]))).toBe(ann);
  expect(followSpeaking(ann, new Set([bob]))).toBe(bob);
  expect(followSpeaking(bob, new Set())).toBe(bob);
});
