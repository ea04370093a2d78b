/** A room goes over from direct links to the media server and back, while people talk. */
import type { ParticipantId } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import type { Participant, Room } from './conference-client-types.ts';
import type { IncomingFile } from './data/file-types.ts';
import {
  aServer,
  called,
  connectData,
  joinsMesh,
  names,
  openData,
  pass,
  type Server,
  untilOver,
} from './testing/call-fixture.ts';
import { aFile, blobOf, isSameFile } from './testing/data-network.ts';

type Person = Awaited<ReturnType<typeof joinsMesh>>;

async function aRoomOf<N extends string>(people: readonly N[]) {
  const server = await aServer();
  const all = {} as Record<N, Person>;
  for (const name of people) {
    all[name] = await joinsMesh(server, name, { topology: 'auto' });
    await flow(server, Object.values(all));
  }
  return { server, all };
}

/** Connects what can be connected, and lets media come by all of it. */
async function flow(server: Server, people: readonly Person[]): Promise<void> {
  for (const person of people) connect(person);
  await pass(server, 500);
  for (const person of people) mediaCome(person);
  await pass(server, 1_000);
}

function connect({ links, pairLinks }: Person): void {
  for (const link of [...links, ...pairLinks]) if (link.state === 'new') link.change('connected');
}

function mediaCome({ links, pairLinks }: Person): void {
  for (const link of links) for (let mid = 0; mid < 36; mid++) link.arriving.add(`slot ${mid.toString(36)}`);
  for (const [index, link] of pairLinks.entries()) {
    for (const source of ['microphone', 'camera']) link.arriving.add(`pair ${index} ${source}`);
  }
}

/** By which ways somebody takes the others' cameras. */
function ways({ room }: Person): readonly string[] {
  const others = room.participants.current.filter(({ isLocal }) => !isLocal);
  return others.map(({ camera }) => camera?.track?.id.split(' ')[0] ?? 'none');
}

const idOf = (room: Room, name: string): ParticipantId => (called(room, name) as Participant).id;

const open = (links: readonly { readonly isClosed: boolean }[]) =>
  links.filter(({ isClosed }) => !isClosed).length;

test('[C48] three are linked directly, and need no media server', async () => {
  const { server, all } = await aRoomOf(['Ann', 'Bob', 'Cyd']);
  expect(Object.values(all).map(ways)).toEqual(Array(3).fill(['pair', 'pair']));
  expect(server.node.dump()).toMatchObject({ connectionObjects: 6 });
  expect(await server.mediaServer.dump()).toMatchObject({ transports: 0 });
});

test('[C48] with the fourth all go over to the media server, and let the direct links go once all comes that way', async () => {
  const { server, all } = await aRoomOf(['Ann', 'Bob', 'Cyd']);
  const dan = await joinsMesh(server, 'Dan', { topology: 'auto' });
  const people = [...Object.values(all), dan];
  // Nothing comes by the new way yet: the old one goes on.
  await pass(server, 1_000);
  expect(ways(all.Ann).slice(0, 2)).toEqual(['pair', 'pair']);
  expect(open(all.Ann.pairLinks)).toBe(2);
  await flow(server, people);
  await flow(server, people);
  expect(people.map(ways)).toEqual(Array(4).fill(['slot', 'slot', 'slot']));
  expect(people.map(({ pairLinks }) => open(pairLinks))).toEqual([0, 0, 0, 0]);
  expect(server.node.dump()).toMatchObject({ connectionObjects: 8 });
  expect(people.every(({ room }) => room.state.current.name === 'connected')).toBe(true);
});

test('[C48] back with three it waits a while, and then lets the media server go once all comes directly', async () => {
  const { server, all } = await aRoomOf(['Ann', 'Bob', 'Cyd', 'Dan']);
  await flow(server, Object.values(all));
  await all.Dan.client.leaveRoom('standup');
  const people = [all.Ann, all.Bob, all.Cyd];
  await pass(server, 15_000);
  expect(people.map(ways)).toEqual(Array(3).fill(['slot', 'slot']));
  await pass(server, 6_000);
  await flow(server, people);
  expect(people.map(ways)).toEqual(Array(3).fill(['pair', 'pair']));
  await pass(server, 1_000);
  expect(server.node.dump()).toMatchObject({ connectionObjects: 6 });
  expect(await server.mediaServer.dump()).toMatchObject({ routers: 0, transports: 0 });
  expect(people.every(({ room }) => room.state.current.name === 'connected')).toBe(true);
  expect(people.map(({ room }) => names(room))).toEqual(Array(3).fill(['Ann', 'Bob', 'Cyd']));
});

test('[C48] who comes and goes at once makes no room go back and forth', async () => {
  const { server, all } = await aRoomOf(['Ann', 'Bob', 'Cyd', 'Dan']);
  await flow(server, Object.values(all));
  for (let round = 0; round < 3; round++) {
    await all.Dan.client.leaveRoom('standup');
    await pass(server, 15_000);
    expect(ways(all.Ann)).toEqual(['slot', 'slot']);
    all.Dan = await joinsMesh(server, 'Dan', { topology: 'auto' });
    await flow(server, Object.values(all));
  }
  expect(ways(all.Ann)).toEqual(['slot', 'slot', 'slot']);
});

test('[C48] two who find no way to each other talk through the media server, with all the others', async () => {
  const server = await aServer();
  const ann = await joinsMesh(server, 'Ann', { topology: 'auto' });
  const bob = await joinsMesh(server, 'Bob', { topology: 'auto' });
  await pass(server, 6_000);
  expect(server.conference.room('standup' as never)?.communication.plan).toBe('sfu');
  for (const { links } of [ann, bob]) for (const link of links) link.change('connected');
  await pass(server, 500);
  for (const person of [ann, bob]) mediaCome(person);
  await pass(server, 60_000);
  expect([ann, bob].map(ways)).toEqual([['slot'], ['slot']]);
  expect([ann, bob].map(({ pairLinks }) => open(pairLinks))).toEqual([0, 0]);
  expect(called(ann.room, 'Bob').status).toBe('live');
});

test('what of the new way is lost is taken by the old one again, while it is there', async () => {
  const { server, all } = await aRoomOf(['Ann', 'Bob', 'Cyd']);
  const dan = await joinsMesh(server, 'Dan', { topology: 'auto' });
  connect(all.Ann);
  await pass(server, 500);
  mediaCome(all.Ann);
  await pass(server, 500);
  expect(ways(all.Ann).slice(0, 2)).toEqual(['slot', 'slot']);
  // The others have not said yet that they can do without.
  expect(open(all.Ann.pairLinks)).toBe(2);
  all.Ann.links.at(-1)?.arriving.clear();
  await pass(server, 1_500);
  expect(ways(all.Ann).slice(0, 2)).toEqual(['pair', 'pair']);
  await dan.client.close();
});

test('a file that is under way goes on by the new way', async () => {
  const { server, all } = await aRoomOf(['Ann', 'Bob', 'Cyd']);
  const [one, other] = [all.Ann.pairLinks[0]?.data, all.Bob.pairLinks[0]?.data];
  if (one === undefined || other === undefined) throw new Error('there is no link');
  connectData(one, other);
  const file = aFile(5_000_000);
  all.Ann.room.sendFile(file, [idOf(all.Ann.room, 'Bob')]);
  const [offered] = all.Bob.room.files.current as [IncomingFile];
  offered.accept();
  await settle();
  expect(offered.state.current.name).toBe('receiving');
  // What is sent from here on is lost.
  for (const link of [one, other]) link.onSent = () => undefined;
  const dan = await joinsMesh(server, 'Dan', { topology: 'auto' });
  const people = [...Object.values(all), dan];
  for (const { links } of people) for (const link of links) openData(server, link);
  await flow(server, people);
  await flow(server, people);
  expect(open(all.Ann.pairLinks)).toBe(0);
  await untilOver(server, offered);
  expect(await isSameFile(blobOf(offered), file)).toBe(true);
});
