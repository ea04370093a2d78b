import { expect, test } from 'vitest';
import { type DecodeState, stepOf, transition, unlimited } from './decode-state.ts';
import type { Pace } from './pace.ts';

const lookEveryMs = 3_000;
const lowest = 5;

/** Looks of every three seconds; each step changes something. */
class Device {
  state: DecodeState = unlimited;
  #at = 0;

  is(pace: Pace | undefined, looks: number): this {
    for (let left = looks; left > 0; left--) {
      this.#at += lookEveryMs;
      const step = stepOf(this.state);
      const next = { down: Math.min(step + 1, lowest), up: Math.max(step - 1, 0) };
      this.state = transition(this.state, { pace, at: this.#at }, next);
    }
    return this;
  }

  /** @param ms How long it keeps up with ease. */
  isAtEaseFor(ms: number): this {
    return this.is('at-ease', ms / lookEveryMs);
  }

  get shown(): string {
    return `${this.state.name} ${stepOf(this.state)}`;
  }
}

const aDevice = () => new Device();
const aDeviceOneStepDown = () => aDevice().is('behind', 3);

const cases: readonly (readonly [string, Device, string])[] = [
  ['that is at ease', aDevice().is('at-ease', 100), 'unlimited 0'],
  ['that just so keeps up', aDevice().is('fair', 100), 'unlimited 0'],
  ['that is behind for a moment', aDevice().is('behind', 2).is('fair', 1).is('behind', 2), 'unlimited 0'],
  ['that is behind three looks in a row', aDevice().is('behind', 3), 'limited 1'],
  ['that is behind still', aDevice().is('behind', 6), 'limited 2'],
  ['that is behind whatever it is sent', aDevice().is('behind', 100), `limited ${lowest}`],
  ['that keeps up with less, just so', aDeviceOneStepDown().is('fair', 100), 'limited 1'],
  ['that is sent nothing that keeps it busy', aDeviceOneStepDown().is(undefined, 100), 'unlimited 0'],
  ['that is sent much again then', aDeviceOneStepDown().is(undefined, 100).is('behind', 3), 'limited 1'],
  [
    'that keeps up with less with ease, but not for long',
    aDeviceOneStepDown().isAtEaseFor(27_000),
    'limited 1',
  ],
  ['that keeps up with less with ease, for long', aDeviceOneStepDown().isAtEaseFor(30_000), 'trying 0'],
  [
    'whose ease was interrupted',
    aDeviceOneStepDown().isAtEaseFor(27_000).is('fair', 1).isAtEaseFor(3_000),
    'limited 1',
  ],
  [
    'that went on with ease then',
    aDeviceOneStepDown().isAtEaseFor(27_000).is('fair', 1).isAtEaseFor(6_000),
    'trying 0',
  ],
  ['for which more holds', aDeviceOneStepDown().isAtEaseFor(30_000).isAtEaseFor(30_000), 'unlimited 0'],
  ['for which more is too much', aDeviceOneStepDown().isAtEaseFor(30_000).is('behind', 3), 'limited 1'],
  [
    'for which one step up of two holds',
    aDevice().is('behind', 6).isAtEaseFor(30_000).is('fair', 10),
    'limited 1',
  ],
  [
    'that is behind just when a trial would have held',
    aDeviceOneStepDown().isAtEaseFor(30_000).is('at-ease', 8).is('behind', 3),
    'limited 1',
  ],
];

test.each(cases.map(([which, { shown }, expected]) => ({ which, shown, expected })))(
  '[C58] a device $which is $expected',
  ({ shown, expected }) => {
    expect(shown).toBe(expected);
  },
);

/** How many looks with ease it takes until more is tried. */
function patienceOf(device: Device): number {
  let looks = 0;
  for (; device.state.name === 'limited'; looks++) device.is('at-ease', 1);
  return looks * lookEveryMs;
}

test('[C58] after each trial that fails the next waits twice as long, eight minutes at most', () => {
  const device = aDeviceOneStepDown();
  const waits = Array.from({ length: 7 }, () => {
    const ms = patienceOf(device);
    device.is('behind', 3);
    return Math.round(ms / 1_000);
  });
  expect(waits).toEqual([30, 60, 120, 240, 480, 480, 480]);
});

test('[C58] a trial that holds makes the next wait half as long again', () => {
  const device = aDevice().is('behind', 6);
  patienceOf(device);
  device.is('behind', 3);
  patienceOf(device);
  device.is('fair', 10);
  expect(device.state).toMatchObject({ name: 'limited', step: 1, patience: 10 });
});

test('where nothing is left to leave out, all stays as it is', () => {
  const behind = { pace: 'behind', at: 0 } as const;
  const stuck = { ...unlimited, looksBehind: 2 };
  expect(transition(stuck, behind, { down: 0, up: 0 })).toBe(unlimited);
});
