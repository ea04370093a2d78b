/** Somebody's link does not carry all pictures. */
import type { FakeConnection } from '@plenum/media/fake';
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
  return { conference, people, ann, carries, leftOut, sent };
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
