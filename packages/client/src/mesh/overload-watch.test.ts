import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { furtherRelief, OverloadWatch } from './overload-watch.ts';

type Reason = 'cpu' | 'bandwidth' | 'none' | 'cpu before it was stopped';

function aDevice() {
  const clock = new FakeClock();
  let reasons: readonly Reason[] = [];
  let isAskable = true;
  let told = 0;
  const watch = new OverloadWatch({
    clock,
    getStats: async () => {
      if (!isAskable) throw new Error('a connection was closed');
      return reasons.map(
        (reason): RTCStatsReport =>
          new Map([
            ['I', { type: 'inbound-rtp', qualityLimitationReason: 'cpu' }],
            [
              'O',
              reason === 'cpu before it was stopped'
                ? { type: 'outbound-rtp', active: false, qualityLimitationReason: 'cpu' }
                : { type: 'outbound-rtp', active: true, qualityLimitationReason: reason },
            ],
          ]),
      );
    },
    onOverloaded: () => {
      told += 1;
    },
  });
  /** So many looks at links that are limited like that. */
  const looks = async (count: number, ...now: readonly Reason[]) => {
    reasons = now;
    for (let left = count; left > 0; left -= 1) {
      clock.advance(5_000);
      await settle();
    }
    return told;
  };
  return {
    clock,
    watch,
    looks,
    break: () => {
      isAskable = false;
    },
  };
}

test.each([
  ['one of its links is limited by the processor', ['none', 'cpu'], 1],
  ['its links are limited by the network', ['bandwidth', 'none'], 0],
  ['what was limited is not sent any more', ['cpu before it was stopped'], 0],
] as const)('a device is overloaded or not where %s', async (_what, reasons, told) => {
  const { watch, looks } = aDevice();
  watch.watch(true);
  expect(await looks(2, ...reasons)).toBe(0);
  expect(await looks(1, ...reasons)).toBe(told);
});

test('what is over by the third look is no overload', async () => {
  const { watch, looks } = aDevice();
  watch.watch(true);
  await looks(2, 'cpu');
  await looks(1, 'none');
  expect(await looks(2, 'cpu')).toBe(0);
});

test('who is overloaded for as long again is told of again', async () => {
  const { watch, looks } = aDevice();
  watch.watch(true);
  expect(await looks(5, 'cpu')).toBe(1);
  expect(await looks(1, 'cpu')).toBe(2);
});

test('who is not watched any more is not looked at, and begins anew', async () => {
  const { clock, watch, looks } = aDevice();
  watch.watch(true);
  await looks(2, 'cpu');
  watch.watch(false);
  expect(clock.pendingTimers).toBe(0);
  watch.watch(true);
  expect(await looks(2, 'cpu')).toBe(0);
  watch.close();
  expect(await looks(3, 'cpu')).toBe(0);
});

test('links that cannot be asked say nothing', async () => {
  const device = aDevice();
  device.watch.watch(true);
  device.break();
  expect(await device.looks(3, 'cpu')).toBe(0);
});

test('first the camera is sent smaller, then not at all, where not half of its frames are sent', () => {
  expect(furtherRelief('none', true)).toBe('smaller');
  expect(furtherRelief('smaller', false)).toBe('smaller');
  expect(furtherRelief('smaller', true)).toBe('sound-only');
  expect(furtherRelief('sound-only', false)).toBe('sound-only');
});

test.each([
  [30, 29, false],
  [30, 14, true],
])(
  'of %i frames a second that are captured and %i that are sent: starved is %s',
  async (captured, sent, isStarved) => {
    const clock = new FakeClock();
    const told: boolean[] = [];
    const stats: RTCStatsReport = new Map([
      ['S', { type: 'media-source', framesPerSecond: captured }],
      [
        'O',
        { type: 'outbound-rtp', qualityLimitationReason: 'cpu', framesPerSecond: sent, mediaSourceId: 'S' },
      ],
    ]);
    const watch = new OverloadWatch({
      clock,
      getStats: async () => [stats],
      onOverloaded: (isStarvedNow) => told.push(isStarvedNow),
    });
    watch.watch(true);
    for (let look = 0; look < 3; look++) {
      clock.advance(5_000);
      await settle();
    }
    expect(told).toEqual([isStarved]);
  },
);

test('who is watched anew while it is being looked at is looked at once at a time', async () => {
  const { clock, watch, looks } = aDevice();
  watch.watch(true);
  clock.advance(5_000);
  watch.watch(false);
  watch.watch(true);
  await settle();
  expect(clock.pendingTimers).toBe(1);
  expect(await looks(2, 'cpu')).toBe(0);
});
