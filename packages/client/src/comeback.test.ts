/** What is lost comes back: the link to the server, the server itself, the link for media. */
import { settle } from '@plenum/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aServer, called, joins, names, type Server } from './testing/call-fixture.ts';

/** Lets as much time pass, in steps in which everything that is due happens. */
async function pass({ clock }: Pick<Server, 'clock'>, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    clock.advance(Math.min(left, 250));
    await settle();
  }
}

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

test('after a restart of the server everybody is back as who they were', async () => {
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
  expect(ann.room.state.current).toMatchObject({ name: 'left', error: { code: 'media-failed' } });
  await settle();
  expect(server.conference.dump().participants).toBe(0);
});

test('who leaves while the server is away is gone, and stays so', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  ann.network.cut();
  const leaving = ann.room.leave();
  expect(ann.room.state.current).toEqual({ name: 'left', error: undefined });
  await pass(server, 4_000);
  await leaving;
  ann.network.restore();
  await pass(server, 10_000);
  expect(server.conference.dump()).toMatchObject({ rooms: 0, participants: 0 });
});
