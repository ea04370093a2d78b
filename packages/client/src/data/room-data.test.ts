/** Files and reactions of people in a room: by the media server, straight to each other, and from one way to the other. */
import { createTokenService } from '@plenum/messaging-node/tokens';
import type { ParticipantId } from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import type { Participant, Room } from '../conference-client-types.ts';
import {
  aBrowser,
  aServer,
  called,
  connectData,
  joins,
  joinsMesh,
  openData,
  pass,
  untilOver,
} from '../testing/call-fixture.ts';
import { aFile, blobOf, isSameFile } from '../testing/data-network.ts';
import type { IncomingFile, Reaction } from './file-types.ts';

async function aStar(...names: readonly string[]) {
  const server = await aServer();
  const people = [];
  for (const name of names) people.push(await joins(server, name));
  for (const { link } of people) openData(server, link);
  return { server, people: people as [(typeof people)[0], (typeof people)[0], ...typeof people] };
}

async function aPairOfTwo() {
  const server = await aServer();
  const ann = await joinsMesh(server, 'Ann');
  const ben = await joinsMesh(server, 'Ben');
  const [one, other] = [ann.pairLinks[0], ben.pairLinks[0]];
  if (one === undefined || other === undefined) throw new Error('there is no link');
  for (const link of [one, other]) link.change('connected');
  connectData(one.data, other.data);
  return { server, ann, ben, links: [one.data, other.data] as const };
}

function reactionsIn(room: Room): readonly Reaction[] {
  const seen: Reaction[] = [];
  room.onReaction((reaction) => seen.push(reaction));
  return seen;
}

const idOf = (room: Room, name: string): ParticipantId => (called(room, name) as Participant).id;

test('a reaction is seen by everybody, oneself included, and says whose it is', async () => {
  const { people } = await aStar('Ann', 'Ben', 'Cleo');
  const seen = people.map(({ room }) => reactionsIn(room));
  people[0].room.react('🎉');
  for (const one of seen) expect(one).toEqual([{ from: people[0].room.localParticipantId, emoji: '🎉' }]);
});

test('a cursor is seen by the others', async () => {
  const { people } = await aStar('Ann', 'Ben');
  const seen: unknown[] = [];
  people[1].room.onCursor((cursor) => seen.push(cursor));
  people[0].room.signalCursor(0.25, 0.75);
  expect(seen).toEqual([{ from: people[0].room.localParticipantId, x: 0.25, y: 0.75 }]);
});

test('a file goes by the media server to those it is for', async () => {
  const { server, people } = await aStar('Ann', 'Ben', 'Cleo');
  const [ann, ben, cleo] = people;
  const file = aFile(300_000, 'plan.pdf');
  const transfer = ann.room.sendFile(file, [idOf(ann.room, 'Ben')]);
  const [offered] = ben.room.files.current;
  expect(offered).toMatchObject({ name: 'plan.pdf', size: 300_000, from: ann.room.localParticipantId });
  expect(cleo?.room.files.current).toEqual([]);
  offered?.accept();
  await untilOver(server, offered as IncomingFile);
  expect(await isSameFile(blobOf(offered as IncomingFile), file)).toBe(true);
  await pass(server, 250);
  expect(transfer.receivers.current[0]?.delivery).toEqual({ name: 'verified' });
});

test('between two who are connected directly nothing goes by the server', async () => {
  const { server, ann, ben } = await aPairOfTwo();
  const seen = reactionsIn(ben.room);
  ann.room.react('👍');
  expect(seen).toHaveLength(1);
  const file = aFile(100_000);
  ann.room.sendFile(file);
  const [offered] = ben.room.files.current;
  offered?.accept();
  await untilOver(server, offered as IncomingFile);
  expect(await isSameFile(blobOf(offered as IncomingFile), file)).toBe(true);
  expect(server.mediaServer.routers).toEqual([]);
});

test('a file goes on by the way there is when its own is gone', async () => {
  const { server, ann, ben, links } = await aPairOfTwo();
  const file = aFile(5_000_000);
  ann.room.sendFile(file);
  const [offered] = ben.room.files.current as [IncomingFile];
  offered.accept();
  await settle();
  for (const link of links) link.setOpen(false);
  expect(offered.state.current.name).toBe('receiving');
  await pass(server, 5_000);
  const before = offered.state.current;
  await pass(server, 5_000);
  expect(offered.state.current).toEqual(before);
  connectData(...links);
  await untilOver(server, offered);
  expect(await isSameFile(blobOf(offered), file)).toBe(true);
});

test('[C55] who may not send data is told so, and directly connected nobody listens to them', async () => {
  const clock = new FakeClock();
  const now = () => clock.now();
  const tokens = createTokenService({ key: new Uint8Array(32).fill(7), domain: 'acme.test', now });
  const server = await aServer('acme.test', { clock, tokens });
  const ann = await joinsMesh(server, 'Ann');
  const accessToken = await tokens.mintAccess({ user: 'bob', grant: { data: false }, expires: 3_600_000 });
  const { client } = aBrowser(server, { client: { accessToken } });
  const bob = await client.joinRoom('standup', { name: 'Bob', topology: 'mesh' });
  await pass(server, 250);
  const notAllowed = expect.objectContaining({ code: 'not-authorized' });
  expect(() => bob.react('👍')).toThrow(notAllowed);
  expect(() => bob.sendFile(aFile(1))).toThrow(notAllowed);
  expect(() => bob.signalCursor(0, 0)).toThrow(notAllowed);
  const seen = reactionsIn(ann.room);
  const link = ann.pairLinks[0]?.data;
  link?.setOpen(true);
  link?.deliver(new TextEncoder().encode('{"type":"reaction","emoji":"👍"}'), 'signals');
  expect(seen).toEqual([]);
});

test('a file for nobody is refused', async () => {
  const { people } = await aStar('Ann', 'Ben');
  const refused = expect.objectContaining({ code: 'participant-not-found' });
  expect(() => people[0].room.sendFile(aFile(1), [])).toThrow(refused);
  expect(() => people[0].room.sendFile(aFile(1), ['nobody' as ParticipantId])).toThrow(refused);
});
