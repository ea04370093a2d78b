import { expect, test } from 'vitest';
import { beginStages, type StageFact, type StageProgress, transition } from './stages.ts';

type Told = readonly [atMs: number, fact: StageFact];

function after(...facts: readonly Told[]): StageProgress {
  return facts.reduce((progress, [atMs, fact]) => transition(progress, fact, atMs), beginStages(1_000));
}

const made: readonly Told[] = [
  [1_040, 'described'],
  [1_050, 'reached'],
  [1_075, 'secured'],
];

test.each<[string, readonly Told[], Partial<StageProgress>]>([
  ['begins with signalling', [], { state: 'under-way', stage: 'signalling', tookMs: {} }],
  ['connects when both are described', made.slice(0, 1), { stage: 'connecting', tookMs: { signalling: 40 } }],
  [
    'secures when it has a way',
    made.slice(0, 2),
    { stage: 'securing', tookMs: { signalling: 40, connecting: 10 } },
  ],
  [
    'communicates when it is secured',
    made,
    {
      state: 'under-way',
      stage: 'communicating',
      sinceMs: 1_075,
      tookMs: { signalling: 40, connecting: 10, securing: 25 },
    },
  ],
  [
    'does not count the time in the lobby',
    [[61_000, 'admitted'], ...made.map(([atMs, fact]): Told => [atMs + 60_000, fact])],
    { tookMs: { signalling: 40, connecting: 10, securing: 25 } },
  ],
  [
    'is done with the first packet',
    [...made, [1_100, 'received']],
    {
      state: 'done',
      stage: 'communicating',
      tookMs: { signalling: 40, connecting: 10, securing: 25, communicating: 25 },
    },
  ],
  [
    'takes a later fact for those before it, as Firefox tells of a packet before it tells of keys',
    [...made.slice(0, 2), [1_060, 'received']],
    { state: 'done', tookMs: { signalling: 40, connecting: 10, securing: 10, communicating: 0 } },
  ],
  ['is told of the same again', [...made, [1_200, 'described'], [1_300, 'secured']], { sinceMs: 1_075 }],
  [
    'fails in the stage that it is in',
    [...made.slice(0, 1), [13_040, 'failed']],
    { state: 'failed', stage: 'connecting', tookMs: { signalling: 40, connecting: 12_000 } },
  ],
  [
    'has failed for good',
    [...made.slice(0, 1), [2_040, 'failed'], [2_050, 'secured'], [3_000, 'failed']],
    { state: 'failed', stage: 'connecting', tookMs: { signalling: 40, connecting: 1_000 } },
  ],
  [
    'is lost, not failed, once it was there',
    [...made, [9_000, 'failed']],
    { state: 'under-way', isLost: true },
  ],
  ['cannot be lost before', [...made.slice(0, 2), [1_060, 'lost']], { stage: 'securing', isLost: false }],
  ['comes back', [...made, [9_000, 'lost'], [9_500, 'secured']], { isLost: false, sinceMs: 1_075 }],
])('a connection %s', (_, facts, progress) => {
  expect(after(...facts)).toMatchObject(progress);
});

test('what changes nothing makes nothing new', () => {
  const progress = after(...made);
  expect(transition(progress, 'reached', 2_000)).toBe(progress);
  expect(transition(progress, 'secured', 2_000)).toBe(progress);
});
