import { expect, test } from 'vitest';
import { aVideoStat } from './decoding-fixture.ts';
import { countFrames, type Pace, paceOf } from './pace.ts';

/** Of three seconds; `decodeMs` is of each frame that is decoded. */
interface Measured {
  readonly received: number;
  readonly decoded: number;
  readonly decodeMs: number;
}

const stats = (counts: readonly Measured[]) =>
  new Map(
    counts.map(({ received, decoded, decodeMs }, index) => {
      const stat = aVideoStat(`${index}`, { received, decoded, decodeMs: decoded * decodeMs });
      return [stat.id, stat] as const;
    }),
  );

/** After three seconds with so much more than before, on two cores. */
function pace(...measured: readonly Measured[]): Pace | undefined {
  const before = countFrames(stats(measured.map(() => ({ received: 0, decoded: 0, decodeMs: 0 }))), 0);
  return paceOf(before, countFrames(stats(measured), 3_000), 2);
}

// As they were measured in Chromium.
test.each<[string, number, Measured, Pace]>([
  ['on a good line', 4, { received: 90, decoded: 90, decodeMs: 2.5 }, 'at-ease'],
  ['where a quarter of the packets is lost', 4, { received: 61, decoded: 55, decodeMs: 2.5 }, 'at-ease'],
  ['where all comes in bursts', 4, { received: 90, decoded: 56, decodeMs: 3.2 }, 'fair'],
  ['with a third of a core', 4, { received: 69, decoded: 43, decodeMs: 18 }, 'behind'],
  ['with a fifth of a core', 4, { received: 75, decoded: 25, decodeMs: 40 }, 'behind'],
  ['with an eighth of a core', 4, { received: 90, decoded: 16, decodeMs: 80 }, 'behind'],
  ['with as many as it can decode', 16, { received: 80, decoded: 80, decodeMs: 2.3 }, 'fair'],
  ['with more than it can decode', 16, { received: 74, decoded: 55, decodeMs: 5.1 }, 'behind'],
])('[C58] %s, %i pictures of %o are %s', (_when, count, measured, expected) => {
  expect(pace(...Array<Measured>(count).fill(measured))).toBe(expected);
});

test('a decoder that takes its time and loses nothing is not behind', () => {
  expect(pace({ received: 90, decoded: 90, decodeMs: 30 })).toBe('fair');
});

test('a single picture that the device is behind with is enough', () => {
  const good = { received: 90, decoded: 90, decodeMs: 1 };
  expect(pace(good, { received: 90, decoded: 45, decodeMs: 30 }, good, good, good)).toBe('behind');
  expect(pace(good, good, good, { received: 66, decoded: 59, decodeMs: 3 })).toBe('at-ease');
});

test('pictures of few frames a second are not what keeps a device busy', () => {
  expect(pace(...Array<Measured>(9).fill({ received: 15, decoded: 9, decodeMs: 60 }))).toBeUndefined();
});

test('a picture that stands still, or of which nothing could be decoded, says nothing', () => {
  expect(pace({ received: 3, decoded: 1, decodeMs: 500 })).toBeUndefined();
  expect(pace({ received: 90, decoded: 0, decodeMs: 0 })).toBeUndefined();
  expect(pace()).toBeUndefined();
});

test('neither does one that was not there before, nor one that counts anew, nor a browser that does not say', () => {
  const counts = (frames: number) =>
    countFrames(stats([{ received: frames, decoded: frames, decodeMs: 3 }]), frames);
  expect(paceOf(countFrames(new Map(), 0), counts(90), 2)).toBeUndefined();
  expect(paceOf(counts(90), { ...counts(10), atMs: 3_000 }, 2)).toBeUndefined();
  const silent = new Map([['0', { id: '0', type: 'inbound-rtp', kind: 'video', framesDecoded: 90 }]]);
  expect(paceOf(countFrames(silent, 0), countFrames(silent, 3_000), 2)).toBeUndefined();
});

test('sound says nothing of pictures', () => {
  const sound = new Map([
    ['0', { ...aVideoStat('0', { received: 90, decoded: 90, decodeMs: 270 }), kind: 'audio' }],
  ]);
  expect(countFrames(sound, 0).byStream.size).toBe(0);
});
