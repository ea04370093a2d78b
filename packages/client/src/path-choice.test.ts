import { expect, test } from 'vitest';
import { choosePath, type Way, type WayState } from './path-choice.ts';

const none = undefined;

test.each<[string, Way | undefined, WayState, WayState, Way | undefined]>([
  ['there is no way yet', none, 'none', 'none', none],
  ['there is one way only', none, 'idle', 'none', 'star'],
  ['there is the other only', none, 'none', 'idle', 'direct'],
  ['the new one is there, and nothing comes by it yet', 'direct', 'idle', 'flowing', 'direct'],
  ['something comes by the new one', 'direct', 'flowing', 'flowing', 'star'],
  ['the new one has been taken, and falls silent with the other', 'star', 'idle', 'idle', 'star'],
  ['the new one falls silent, and the other does not', 'star', 'idle', 'flowing', 'direct'],
  ['the old one ends early', 'direct', 'idle', 'none', 'star'],
  ['the new one is lost', 'star', 'none', 'flowing', 'direct'],
])('on the way to the media server, where %s', (_when, current, star, direct, chosen) => {
  expect(choosePath({ preferred: 'star', current, states: { star, direct } })).toBe(chosen);
});

test('it is the same the other way round', () => {
  const states = { star: 'flowing', direct: 'idle' } as const;
  expect(choosePath({ preferred: 'direct', current: 'star', states })).toBe('star');
  expect(choosePath({ preferred: 'direct', current: 'star', states: { ...states, direct: 'flowing' } })).toBe(
    'direct',
  );
});
