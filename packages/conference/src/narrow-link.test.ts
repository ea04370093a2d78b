/** Somebody's link does not carry all pictures. */
import type { FakeConnection } from '@plenum/media/fake';
import type { ConnectionData } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aConference, joins } from './testing/conference-fixture.ts';

async function aCallOfFive() {
  const conference = await aConference();
  const people = [];
  for (const name of ['Ann', 'Ben', 'Cleo', 'Dan', 'Eve']) people.push(await joins(conference, name));
  const [ann] = people;
  const link = conference.router().connections[0] as FakeConnection | undefined;
  if (ann === undefined || link === undefined) throw new Error('nobody came');
  /** The estimate for so many milliseconds. */
  const carries = async (availableBps: number, ms = 3_000) => {
    for (let left = ms; left > 0; left -= 100) {
      link.estimate({ availableBps, lostShare: 0.3 });
      conference.clock.advance(100);
    }
    await settle();
  };
  const slots = () => Object.values(ann.server.data.slots ?? {}).filter(({ participantId }) => participantId);
  const leftOut = () => slots().filter(({ isPaused }) => isPaused === true);
  const sent = () => [...link.shown.values()].filter(({ isPaused }) => isPaused !== true);
  /** What is told of it from now on, change by change. */
  const told: ConnectionData['allotment'][] = [];
  ann.server.on('changed', ({ allotment }, change) => {
    if (change?.attribute === 'allotment') told.push(allotment);
  });
  return { conference, people, ann, carries, leftOut, sent, told };
}

test('[C49] sound goes on, and of the pictures as many as go through; the viewer is told of the others', async () => {
  const { carries, leftOut, sent } = await aCallOfFive();
  expect(leftOut()).toEqual([]);
  await carries(150_000);
  expect(sent().filter(({ source }) => source === 'microphone')).toHaveLength(4);
  expect(sent().filter(({ source }) => source === 'camera')).toHaveLength(1);
  expect(leftOut().map(({ source }) => source)).toEqual(['camera', 'camera', 'camera']);
  const picture = sent().find(({ source }) => source === 'camera');
  expect(picture).toMatchObject({ maxLayer: 0, hasHalfFrames: true });
  await carries(50_000);
  expect(sent().filter(({ source }) => source === 'camera')).toHaveLength(1);
  await carries(2_000_000);
  expect(sent().filter(({ source }) => source === 'camera')).toHaveLength(4);
  expect(leftOut()).toEqual([]);
});

test('[C59] the viewer of a narrow link is told how many pictures are sent, and by what that was decided, until all are', async () => {
  const { ann, carries, told } = await aCallOfFive();
  await carries(2_000_000);
  expect(told).toEqual([]);
  await carries(151_234);
  expect(ann.server.data.allotment).toEqual({ pictures: 1, availableBps: 150_000 });
  await carries(2_000_000);
  expect(ann.server.data).not.toHaveProperty('allotment');
});

test('[C59] an estimate that changes no number of pictures is told to nobody', async () => {
  const { carries, told } = await aCallOfFive();
  for (const availableBps of [100_000, 60_000, 20_000, 130_000, 150_000]) await carries(availableBps);
  expect(told).toEqual([{ pictures: 1, availableBps: 100_000 }]);
});

test('[C49] the largest picture is the last to go, and after it who speaks', async () => {
  const { conference, people, ann, carries, sent } = await aCallOfFive();
  const [, ben, cleo, dan] = people;
  const heights = people.map(({ id }) => [id, id === dan?.id ? 720 : 120] as const);
  ann.connection.set('wanted', Object.fromEntries(heights));
  await settle();
  const idOf = (index: number) => conference.router().connections[index]?.id ?? '';
  await carries(150_000);
  expect(
    sent()
      .filter(({ source }) => source === 'camera')
      .map(({ connectionId }) => connectionId),
  ).toEqual([idOf(3)]);
  ann.connection.set('wanted', Object.fromEntries(people.map(({ id }) => [id, 120])));
  await settle();
  conference.router().speak(idOf(2), -20);
  await settle();
  expect(
    sent()
      .filter(({ source }) => source === 'camera')
      .map(({ connectionId }) => connectionId),
  ).toEqual([idOf(2)]);
  expect([ben, cleo].every((person) => person !== undefined)).toBe(true);
});

test('[C88] the composite becomes small and then goes, before sound is lost, and comes back by itself', async () => {
  const { conference, ann, carries } = await aCallOfFive();
  ann.context.set('view', 'composite');
  await settle();
  ann.connection.set('isCompositeShown', true);
  await settle();
  const link = conference.router().connections[0] as FakeConnection;
  const [mix] = conference.router().mixes;
  const picture = () => [...link.shown.values()].find(({ source }) => source === 'camera');
  const leftOut = () =>
    Object.values(ann.server.data.slots ?? {}).filter(({ isPaused }) => isPaused === true);
  expect(picture()).toMatchObject({ connectionId: mix?.picture.id, isPaused: false });
  await carries(700_000);
  expect(picture()).toMatchObject({ connectionId: mix?.smallPicture.id, isPaused: false });
  expect(mix?.isSmallShown).toBe(true);
  await carries(100_000);
  expect(picture()).toMatchObject({ connectionId: mix?.smallPicture.id, isPaused: true });
  expect(leftOut()).toMatchObject([{ kind: 'video', isComposite: true }]);
  expect([...link.shown.values()].filter(({ source }) => source === 'microphone')).toHaveLength(1);
  // Nothing is estimated while only sound is sent.
  conference.clock.advance(60_000);
  await settle();
  expect(picture()).toMatchObject({ isPaused: false });
  expect(leftOut()).toEqual([]);
  link.estimate({ availableBps: 3_000_000, lostShare: 0 });
  conference.clock.advance(1_000);
  link.estimate({ availableBps: 3_000_000, lostShare: 0 });
  await settle();
  expect(picture()).toMatchObject({ connectionId: mix?.picture.id, isPaused: false });
  expect(mix?.isSmallShown).toBe(false);
});
