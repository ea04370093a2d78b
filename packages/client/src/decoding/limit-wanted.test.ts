import type { ParticipantId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { limitWanted, nextSteps, type Pictures, type Wanted } from './limit-wanted.ts';

/** People with their cameras on; Ann is out of sight. */
function pictures(wanted: Wanted, facts: Partial<Pictures> = {}): Pictures {
  const cameras = new Set(Object.keys(wanted) as ParticipantId[]);
  return { wanted, cameras, speaker: undefined, isScreenShown: false, ...facts };
}

const four: Wanted = { bob: 200, cyd: 700, dan: 400, eve: 300, ann: 0 };
const bob = 'bob' as ParticipantId;

test.each<[string, Pictures, number, Wanted]>([
  ['all as it is', pictures(four), 0, four],
  ['360 lines at most', pictures(four), 1, { bob: 200, cyd: 360, dan: 360, eve: 300, ann: 0 }],
  ['180 lines at most', pictures(four), 2, { bob: 180, cyd: 180, dan: 180, eve: 180, ann: 0 }],
  ['the larger half', pictures(four), 3, { bob: 0, cyd: 180, dan: 180, eve: 0, ann: 0 }],
  [
    'who speaks before who is large',
    pictures(four, { speaker: bob }),
    3,
    { bob: 180, cyd: 180, dan: 0, eve: 0, ann: 0 },
  ],
  ['a quarter', pictures(four, { speaker: bob }), 4, { bob: 180, cyd: 0, dan: 0, eve: 0, ann: 0 }],
  ['one at least', pictures(four), 5, { bob: 0, cyd: 180, dan: 0, eve: 0, ann: 0 }],
  [
    'none beside a screen',
    pictures(four, { isScreenShown: true }),
    5,
    { bob: 0, cyd: 0, dan: 0, eve: 0, ann: 0 },
  ],
  [
    'nobody whose camera is off in place of another',
    pictures({ bob: 300, cyd: 700 }, { cameras: new Set([bob]) }),
    5,
    { bob: 180, cyd: 180 },
  ],
])('[C58] %s', (_what, shown, step, expected) => {
  expect(limitWanted(shown, step)).toEqual(expected);
});

test.each<[string, Pictures, number, { down: number; up: number }]>([
  ['of large pictures each', pictures({ bob: 700, cyd: 700 }), 0, { down: 1, up: 0 }],
  ['of small ones, which it would not make smaller', pictures({ bob: 170, cyd: 170 }), 0, { down: 3, up: 0 }],
  ['of one, which is not left out', pictures({ bob: 700 }), 2, { down: 2, up: 1 }],
  ['of two, of which no quarter is left', pictures({ bob: 700, cyd: 700 }), 3, { down: 3, up: 2 }],
  ['of nobody', pictures({}), 2, { down: 2, up: 0 }],
])('[C58] the next step is one that changes something: %s', (_what, shown, step, expected) => {
  expect(nextSteps(shown, step)).toEqual(expected);
});
