import type { ParticipantId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { followSpeakers, nobody } from './active-speaker.ts';

/** Feeds who is loud at which time (ms), loudest first, and tells who was the active speaker after each. */
function follow(...reports: readonly (readonly [ms: number, ...speakers: string[]])[]) {
  let state = nobody;
  return reports.map(([ms, ...speakers]) => {
    state = followSpeakers(state, speakers as ParticipantId[], ms);
    return state.participantId;
  });
}

test('the first to speak is the active speaker, and stays it in silence', () => {
  expect(follow([0], [300, 'ann'], [600], [9000])).toEqual([undefined, 'ann', 'ann', 'ann']);
});

test('whoever speaks after a pause is it at once', () => {
  expect(follow([0, 'ann'], [300], [600, 'bob'])).toEqual(['ann', 'ann', 'bob']);
});

test('a cough while somebody speaks changes nothing', () => {
  expect(follow([0, 'ann'], [300, 'bob', 'ann'], [600, 'ann', 'bob'], [900, 'bob', 'ann'])).toEqual([
    'ann',
    'ann',
    'ann',
    'ann',
  ]);
});

test('who is louder for a while in a row takes over', () => {
  expect(follow([0, 'ann'], [300, 'bob', 'ann'], [600, 'bob', 'ann'], [900, 'bob', 'ann'])).toEqual([
    'ann',
    'ann',
    'ann',
    'bob',
  ]);
});
