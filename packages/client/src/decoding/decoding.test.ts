/** A device that does not keep up is sent less, whichever way it is sent. Through a whole server in memory. */
import type { ParticipantId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import type { Room } from '../conference-client-types.ts';
import { aServer, called, joins, joinsMesh, pass, type Server } from '../testing/call-fixture.ts';
import { aStar, is } from './decoding-fixture.ts';

async function aMesh(others: readonly string[]) {
  const server = await aServer();
  const ann = await joinsMesh(server, 'Ann');
  const people = [ann];
  for (const name of others) people.push(await joinsMesh(server, name));
  for (const { pairLinks } of people) for (const link of pairLinks) link.change('connected');
  await pass(server, 250);
  const [link] = ann.pairLinks;
  if (link === undefined) throw new Error('there is no link');
  await is(server, link, 'at ease', 6_000);
  return { server, ann, others: people.slice(1), link };
}

const idOf = (room: Room, name: string) => called(room, name).id;

function show(room: Room, heights: Readonly<Record<string, number>>): void {
  const entries = Object.entries(heights).map(([name, height]) => [idOf(room, name), height] as const);
  room.setVisible(new Map<ParticipantId, number>(entries));
}

/** The highest layers of the cameras that the media server sends to whom came first; sounds are counted. */
function sentToAnn({ mediaServer }: Server) {
  const [connection] = mediaServer.routers.flatMap((router) => router.connections);
  const shown = [...(connection?.shown.values() ?? [])];
  const layersOf = (wanted: string) =>
    shown.flatMap(({ source, maxLayer }) => (source === wanted ? [maxLayer] : []));
  return {
    cameras: layersOf('camera'),
    screens: layersOf('screen').length,
    sounds: layersOf('microphone').length,
  };
}

test('[C58] who cannot decode in time is sent smaller pictures, then fewer, and all sound', async () => {
  const { server, ann, link } = await aStar(['Bob', 'Cyd', 'Dan']);
  show(ann.room, { Bob: 700, Cyd: 400, Dan: 400 });
  await pass(server, 250);
  expect(sentToAnn(server)).toEqual({ cameras: [2, 1, 1], screens: 0, sounds: 3 });
  expect(ann.room.decoding.current).toBe('all');
  await is(server, link, 'behind', 12_000);
  expect(sentToAnn(server)).toEqual({ cameras: [1, 1, 1], screens: 0, sounds: 3 });
  expect(ann.room.decoding.current).toBe('smaller');
  await is(server, link, 'behind', 9_000);
  expect(sentToAnn(server).cameras).toEqual([0, 0, 0]);
  await is(server, link, 'behind', 9_000);
  expect(sentToAnn(server).cameras).toEqual([0, 0]);
  expect(ann.room.decoding.current).toBe('fewer');
  await is(server, link, 'behind', 60_000);
  expect(sentToAnn(server)).toEqual({ cameras: [0], screens: 0, sounds: 3 });
});

test('[C58] who keeps up with less for a while is sent more again', async () => {
  const { server, ann, link } = await aStar(['Bob', 'Cyd']);
  show(ann.room, { Bob: 700, Cyd: 400 });
  await is(server, link, 'behind', 30_000);
  expect(sentToAnn(server).cameras).toEqual([0]);
  await is(server, link, 'at ease', 36_000);
  expect(sentToAnn(server).cameras).toEqual([0, 0]);
  await is(server, link, 'at ease', 180_000);
  expect(sentToAnn(server).cameras).toEqual([2, 1]);
  expect(ann.room.decoding.current).toBe('all');
});

test('[C58] in a mesh each is told of the smaller size, and who is left out', async () => {
  const { server, ann, others, link } = await aMesh(['Bob', 'Cyd']);
  const shown = () => others.map(({ pairLinks }) => pairLinks[0]?.shown);
  show(ann.room, { Bob: 400, Cyd: 700 });
  await is(server, link, 'behind', 12_000);
  expect(shown()).toEqual([360, 360]);
  await is(server, link, 'behind', 18_000);
  expect(shown()).toEqual([0, 180]);
  // Initials, not the last frame.
  expect(called(ann.room, 'Bob').camera?.track).toBeUndefined();
  expect(called(ann.room, 'Cyd').camera?.track).toBeDefined();
});

test('[C58] what was too much of many is asked for of few at once', async () => {
  const { server, ann, link } = await aStar(['Bob', 'Cyd', 'Dan', 'Eve']);
  show(ann.room, { Bob: 700, Cyd: 700, Dan: 700, Eve: 700 });
  await is(server, link, 'behind', 12_000);
  expect(ann.room.decoding.current).toBe('smaller');
  show(ann.room, { Bob: 700, Cyd: 0, Dan: 0, Eve: 0 });
  await pass(server, 250);
  expect(ann.room.decoding.current).toBe('all');
  expect(sentToAnn(server).cameras).toEqual([2]);
});

test('[C58] who speaks is kept, whoever that is', async () => {
  const { server, ann, others, link } = await aMesh(['Bob', 'Cyd']);
  const shown = () => others.map(({ pairLinks }) => pairLinks[0]?.shown);
  show(ann.room, { Bob: 170, Cyd: 170 });
  await is(server, link, 'behind', 12_000);
  expect(shown()).toEqual([170, 0]);
  ann.pairLinks[1]?.levels.set('microphone', 0.5);
  await pass(server, 500);
  expect(shown()).toEqual([0, 170]);
});

test('[C58] what somebody shares is sent when no camera is any more', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  await bob.localMedia.startScreen();
  await pass(server, 500);
  const [link] = ann.links;
  if (link === undefined) throw new Error('there is no link');
  await is(server, link, 'behind', 60_000);
  expect(sentToAnn(server)).toMatchObject({ cameras: [], screens: 1 });
});

test('[C58] the limit goes for who comes later, also where the application says nothing of heights', async () => {
  const { server, link } = await aStar(['Bob']);
  await is(server, link, 'behind', 18_000);
  expect(sentToAnn(server).cameras).toEqual([0]);
  await joins(server, 'Cyd');
  await pass(server, 250);
  expect(sentToAnn(server).cameras).toEqual([0, 0]);
});

test('[C58] the limit outlasts a stay that is replaced', async () => {
  const { server, ann, link } = await aStar(['Bob']);
  show(ann.room, { Bob: 700 });
  await is(server, link, 'behind', 21_000);
  link.change('failed');
  await pass(server, 15_000);
  const another = ann.links.at(-1);
  expect(another).not.toBe(link);
  another?.change('connected');
  await pass(server, 500);
  const connections = server.mediaServer.routers.flatMap((router) => router.connections);
  const layers = connections.at(-1)?.shown.values() ?? [];
  expect([...layers].filter(({ source }) => source === 'camera')).toMatchObject([{ maxLayer: 0 }]);
});

test('where nobody sends a picture, nobody looks', async () => {
  const { server, ann, link } = await aStar([]);
  let looks = 0;
  const { getStats } = link;
  Object.assign(link, {
    getStats: () => {
      looks += 1;
      return getStats();
    },
  });
  await pass(server, 30_000);
  const alone = looks;
  await joins(server, 'Bob');
  await pass(server, 30_000);
  expect(looks - alone).toBeGreaterThan(5);
  await ann.room.leave();
  const left = looks;
  ann.room.setVisible(new Map());
  await pass(server, 30_000);
  expect(looks).toBe(left);
});
