import type { Layer, ParticipantId } from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { type Demand, followLooks, LayerDemands } from './layer-demand.ts';
import { aConference, type Conference, joins, type Visitor } from './testing/conference-fixture.ts';

const ann = 'ann' as ParticipantId;

test.each<[string, Demand, Layer, number, Demand]>([
  [
    'larger is asked for at once',
    { largest: 0, lessSince: undefined },
    2,
    0,
    { largest: 2, lessSince: undefined },
  ],
  ['smaller is not', { largest: 2, lessSince: undefined }, 0, 5, { largest: 2, lessSince: 5 }],
  ['nor soon after', { largest: 2, lessSince: 5 }, 0, 10_004, { largest: 2, lessSince: 5 }],
  ['but after a while', { largest: 2, lessSince: 5 }, 0, 10_005, { largest: 0, lessSince: undefined }],
  [
    'as small as is looked at by then',
    { largest: 2, lessSince: 5 },
    1,
    10_005,
    { largest: 1, lessSince: undefined },
  ],
  [
    'who turns back within it need not wait',
    { largest: 2, lessSince: 5 },
    2,
    9_000,
    { largest: 2, lessSince: undefined },
  ],
])('%s', (_what, before, looked, now, after) => {
  expect(followLooks(before, looked, now)).toEqual(after);
});

function demands() {
  const clock = new FakeClock();
  const asked: Layer[] = [];
  let looked: Layer = 0;
  const all = new LayerDemands({
    clock,
    looks: () => new Map([[ann, looked]]),
    ask: (_id, largest) => asked.push(largest),
  });
  const look = (layer: Layer) => {
    looked = layer;
    all.review();
  };
  return { clock, asked, all, look };
}

test('what is looked at no more is asked for no more, though nothing else happens', () => {
  const { clock, asked, all, look } = demands();
  all.add(ann);
  look(2);
  look(1);
  expect(asked).toEqual([0, 2]);
  clock.advance(10_000);
  expect(asked).toEqual([0, 2, 1]);
  clock.advance(60_000);
  expect(asked).toEqual([0, 2, 1]);
});

test('who comes back by another link is asked for the same', () => {
  const { asked, all, look } = demands();
  all.add(ann);
  look(1);
  all.add(ann);
  expect(asked).toEqual([0, 1, 1]);
});

test('nothing is asked of who has gone', () => {
  const { asked, all, look } = demands();
  all.add(ann);
  all.remove(ann);
  look(2);
  expect(asked).toEqual([0]);
});

test('after the end nothing is waited for', () => {
  const { clock, asked, all, look } = demands();
  all.add(ann);
  look(2);
  look(0);
  expect(clock.pendingTimers).toBe(1);
  all.close();
  all.close();
  expect(clock.pendingTimers).toBe(0);
  expect(asked).toEqual([0, 2]);
});

const largestOf = ({ server }: Visitor) => server.data.shownLayers?.camera;

async function looksAt(viewer: Visitor, heights: readonly (readonly [Visitor, number])[]): Promise<void> {
  viewer.connection.set('wanted', Object.fromEntries(heights.map(([{ id }, height]) => [id, height])));
  await settle();
}

async function passes({ clock }: Conference, ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

test('[C56] who is alone sends the smallest only, and whoever looks gets what fits', async () => {
  const conference = await aConference();
  const visitor = await joins(conference, 'Ann');
  expect(largestOf(visitor)).toBe(0);
  const bob = await joins(conference, 'Bob');
  await looksAt(bob, [[visitor, 360]]);
  await passes(conference, 10_000);
  expect(largestOf(visitor)).toBe(1);
});

test('[C56] the largest counts that anybody looks at, and at once', async () => {
  const conference = await aConference();
  const [visitor, bob, cyd] = [
    await joins(conference, 'Ann'),
    await joins(conference, 'Bob'),
    await joins(conference, 'Cyd'),
  ];
  await looksAt(bob, [[visitor, 180]]);
  await looksAt(cyd, [[visitor, 360]]);
  await passes(conference, 10_000);
  expect(largestOf(visitor)).toBe(1);
  await looksAt(cyd, [[visitor, 720]]);
  expect(largestOf(visitor)).toBe(2);
  await looksAt(cyd, [[visitor, 0]]);
  expect(largestOf(visitor)).toBe(2);
  await passes(conference, 10_000);
  expect(largestOf(visitor)).toBe(0);
});

test('[C56] who leaves looks no more', async () => {
  const conference = await aConference();
  const [visitor, bob] = [await joins(conference, 'Ann'), await joins(conference, 'Bob')];
  await looksAt(bob, [[visitor, 720]]);
  expect(largestOf(visitor)).toBe(0);
  await passes(conference, 1_000);
  expect(largestOf(visitor)).toBe(2);
  bob.context.close();
  await settle();
  await passes(conference, 10_000);
  await passes(conference, 10_000);
  expect(largestOf(visitor)).toBe(0);
});
