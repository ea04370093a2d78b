/** What is lost comes back: the link to the server, the server itself, the link for media. */
import type { RoomSettings } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aBrowser, aServer, called, joins, names, pass } from './testing/call-fixture.ts';

test('a lost socket is shown, and nobody else notices; what changed meanwhile is caught up with', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  const told: string[] = [];
  bob.client.onParticipantLeft(({ name }) => told.push(name));
  ann.network.cut();
  expect(ann.room.state.current).toEqual({ name: 'reconnecting' });
  ann.localMedia.mute();
  bob.localMedia.stopCamera();
  await pass(server, 20_000);
  expect(told).toEqual([]);
  ann.network.restore();
  await pass(server, 8_000);
  expect(ann.room.state.current).toEqual({ name: 'connected' });
  expect(called(bob.room, 'Ann')).toMatchObject({ microphone: { muted: true } });
  expect(called(ann.room, 'Bob')).toMatchObject({ camera: { muted: true } });
  expect(ann.links).toHaveLength(1);
  expect(told).toEqual([]);
});

test('when the socket is back and no packets come, the way through the network is made anew', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  ann.network.cut();
  ann.link.isReceiving = false;
  await pass(server, 1_000);
  ann.network.restore();
  await pass(server, 6_000);
  expect(ann.link.offers).toHaveLength(2);
  ann.link.change('connected');
  expect(ann.room.state.current).toEqual({ name: 'connected' });
});

test('a link that ICE cannot mend is replaced, under the same participant', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  const told: string[] = [];
  bob.client.onParticipantLeft(({ name }) => told.push(name));
  const { localParticipantId } = ann.room;
  ann.link.change('failed');
  expect(ann.room.state.current).toEqual({ name: 'interrupted' });
  await pass(server, 10_000);
  expect(ann.links).toHaveLength(2);
  expect(ann.links[0]?.isClosed).toBe(true);
  ann.links[1]?.change('connected');
  await settle();
  expect(ann.room.state.current).toEqual({ name: 'connected' });
  expect(ann.room.localParticipantId).toBe(localParticipantId);
  expect(names(bob.room)).toEqual(['Ann', 'Bob']);
  expect(called(ann.room, 'Bob').camera?.track).toBeDefined();
  expect(told).toEqual([]);
  expect(server.node.dump().connectionObjects).toBe(4);
});

test('a media server that dies is replaced, and everybody comes back by themselves', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  server.mediaServer.crash();
  await pass(server, 3_000);
  for (const { room, links } of [ann, bob]) {
    expect(links).toHaveLength(2);
    links[1]?.change('connected');
    expect(names(room).toSorted()).toEqual(['Ann', 'Bob']);
    expect(room.state.current).toEqual({ name: 'connected' });
  }
  await settle();
  expect(called(ann.room, 'Bob').camera?.track).toBeDefined();
  expect(called(bob.room, 'Ann').camera?.track).toBeDefined();
  const [router] = server.mediaServer.routers.slice(-1);
  expect(router?.connections.map(({ shown }) => shown.size)).toEqual([2, 2]);
});

test('two who come back at the same moment see each other', async () => {
  const server = await aServer();
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  onTestFinished(() => random.mockRestore());
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  server.mediaServer.crash();
  await pass(server, 3_000);
  for (const { links } of [ann, bob]) links[1]?.change('connected');
  await settle();
  expect(called(ann.room, 'Bob').camera?.track).toBeDefined();
  expect(called(bob.room, 'Ann').camera?.track).toBeDefined();
});

test('[S18] after a restart of the server everybody is back as who they were', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  const ids = [ann.room.localParticipantId, bob.room.localParticipantId];
  const users = [ann.client.userUrl.current, bob.client.userUrl.current];
  server.node.close();
  await settle();
  expect(ann.room.state.current).toEqual({ name: 'reconnecting' });
  const next = await aServer('acme.test', server);
  for (const { place } of [ann, bob]) place.server = next;
  await pass(server, 8_000);
  for (const { room, links } of [ann, bob]) {
    links.at(-1)?.change('connected');
    expect(room.state.current).toEqual({ name: 'connected' });
    expect(names(room).toSorted()).toEqual(['Ann', 'Bob']);
  }
  expect([ann.client.userUrl.current, bob.client.userUrl.current]).toEqual(users);
  expect(ids).toHaveLength(2);
});

test('a first connection that cannot be made ends the stay', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann', {}, 'failed');
  await settle();
  expect(ann.room.state.current).toMatchObject({ name: 'left', error: { code: 'media-failed' } });
  expect(server.conference.dump().participants).toBe(0);
});

test('who leaves while the server is away is gone as soon as it is back', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  ann.network.cut();
  const leaving = ann.client.leaveRoom('standup');
  expect(ann.room.state.current).toEqual({ name: 'left', error: undefined });
  await pass(server, 20_000);
  await leaving;
  expect(server.conference.dump().participants).toBe(1);
  ann.network.restore();
  await pass(server, 4_000);
  expect(server.conference.dump()).toMatchObject({ rooms: 0, participants: 0 });
  expect(server.node.dump()).toMatchObject({ sessions: 2, connectionObjects: 0 });
});

test('who leaves while the server is away and comes again is there once', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  ann.network.cut();
  void ann.client.leaveRoom('standup');
  const joining = ann.client.joinRoom('standup', { name: 'Ann again' });
  await pass(server, 2_000);
  ann.network.restore();
  await pass(server, 4_000);
  await joining;
  expect(names(bob.room).toSorted()).toEqual(['Ann again', 'Bob']);
});

test('who closes the client while the server is away is gone as soon as it can be reached', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  ann.network.cut();
  await settle();
  ann.network.restore();
  const closing = ann.client.close();
  expect(ann.room.state.current).toEqual({ name: 'left', error: undefined });
  await closing;
  await settle();
  expect(server.conference.dump()).toMatchObject({ rooms: 0, participants: 0 });
  expect(server.node.dump().sessions).toBe(1);
});

test('a join that is called off while the server is away leaves nothing behind', async () => {
  const server = await aServer();
  const { client, network } = aBrowser(server);
  await client.connect();
  await settle();
  network.cut();
  const callingOff = new AbortController();
  const joining = client.joinRoom('standup', { name: 'Ann', signal: callingOff.signal });
  await settle();
  callingOff.abort();
  await expect(joining).rejects.toMatchObject({ code: 'aborted' });
  network.restore();
  await pass(server, 4_000);
  expect(server.conference.dump()).toMatchObject({ rooms: 0, participants: 0 });
  expect(server.node.dump()).toMatchObject({ connectionObjects: 0, subscriptions: 0 });
});

test('who has no media is connected, and comes back after a restart of the server', async () => {
  const server = await aServer();
  const { client, links, place } = aBrowser(server, { isWithoutMedia: true });
  const room = await client.joinRoom('standup', { name: 'Ann' });
  expect(room.state.current).toEqual({ name: 'connected' });
  await settle();
  server.node.close();
  await settle();
  expect(room.state.current).toEqual({ name: 'reconnecting' });
  place.server = await aServer('acme.test', server);
  await pass(server, 8_000);
  expect(room.state.current).toEqual({ name: 'connected' });
  expect(names(room)).toEqual(['Ann']);
  expect(links).toEqual([]);
});

test('who has no media is connected again when a lost socket is', async () => {
  const server = await aServer();
  const { client, network } = aBrowser(server, { isWithoutMedia: true });
  const room = await client.joinRoom('standup', { name: 'Ann' });
  await settle();
  network.cut();
  network.restore();
  await pass(server, 8_000);
  expect(room.state.current).toEqual({ name: 'connected' });
});

/** Bob was in a room whose server was restarted, and which is somebody else's before he is back. */
async function aRoomTakenByAnother(settings: Partial<RoomSettings>) {
  const server = await aServer();
  const bob = await joins(server, 'Bob');
  bob.network.cut();
  server.node.close();
  const next = await aServer('acme.test', server);
  bob.place.server = next;
  const ann = await joins(next, 'Ann');
  await ann.room.changeSettings(settings);
  bob.network.restore();
  return { server: next, ann, bob };
}

test('[S18] a room that is locked when one comes back is tried for a while, then left with that reason', async () => {
  const { server, bob } = await aRoomTakenByAnother({ isLocked: true });
  await pass(server, 30_000);
  expect(bob.room.state.current).toEqual({ name: 'reconnecting' });
  await pass(server, 15_000);
  expect(bob.room.state.current).toMatchObject({ name: 'left', error: { code: 'room-locked' } });
  expect(server.node.dump().connectionObjects).toBe(2);
});

test('[S18] a full room is come back to when there is a place within that time', async () => {
  const { server, ann, bob } = await aRoomTakenByAnother({ capacity: 1 });
  await pass(server, 20_000);
  expect(bob.room.state.current).toEqual({ name: 'reconnecting' });
  await ann.room.changeSettings({ capacity: 2 });
  await pass(server, 4_000);
  expect(names(bob.room)).toEqual(['Ann', 'Bob']);
});

test('[S18] who comes back to a lobby waits there as long as it takes, and it shows', async () => {
  const { server, ann, bob } = await aRoomTakenByAnother({ hasLobby: true });
  await pass(server, 60_000);
  expect(bob.room.state.current).toEqual({ name: 'waiting' });
  for (const { participantId } of ann.room.waiting.current) await ann.room.admit(participantId);
  await settle();
  bob.links.at(-1)?.change('connected');
  expect(bob.room.state.current).toEqual({ name: 'connected' });
  expect(names(ann.room)).toEqual(['Ann', 'Bob']);
});

test('who leaves while waiting to come back is not waited for', async () => {
  const { server, ann, bob } = await aRoomTakenByAnother({ hasLobby: true });
  await pass(server, 10_000);
  expect(ann.room.waiting.current).toHaveLength(1);
  await bob.room.leave();
  await settle();
  expect(ann.room.waiting.current).toEqual([]);
  expect(bob.room.state.current).toEqual({ name: 'left', error: undefined });
});
