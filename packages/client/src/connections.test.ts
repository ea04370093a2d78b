/** How connections come about, are told, and fail, through a whole server in memory. */
import type { ConnectionFailure } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import type { Room } from './conference-client-types.ts';
import { recorded, toStats } from './connections/recorded-stats.ts';
import { aBrowser, aServer, called, joins, joinsMesh, pass, type Server } from './testing/call-fixture.ts';

/** In which slot of the first who came somebody's camera is. */
function slotOf({ mediaServer }: Server, room: Room, name: string) {
  const [first, ...others] = mediaServer.routers.flatMap(({ connections }) => connections);
  const shown = [...(first?.shown ?? [])].find(
    ([, { connectionId, source }]) => source === 'camera' && others.some(({ id }) => id === connectionId),
  );
  return { mid: shown?.[0], id: called(room, name).id };
}

test('one’s connection to the server shows its stages and its path', async () => {
  const server = await aServer();
  const { room, link } = await joins(server, 'Ann', {}, 'connecting');
  expect(room.connections.current).toMatchObject([
    { peer: 'server', state: 'connecting', stage: 'connecting', path: undefined },
  ]);
  link.stats = recorded.chromiumStar;
  server.clock.advance(30);
  link.change('connected');
  link.tell('received');
  await pass(server, 1_000);
  expect(room.connections.current).toMatchObject([
    {
      peer: 'server',
      state: 'connected',
      stage: 'communicating',
      path: { local: 'host', dtlsVersion: 'DTLS 1.2' },
    },
  ]);
  link.change('disconnected');
  expect(room.connections.current).toMatchObject([{ state: 'lost' }]);
});

test('the connection to the server tells whose pictures come by it, and what of one’s own goes', async () => {
  const server = await aServer();
  const { room, link } = await joins(server, 'Ann');
  await joins(server, 'Ben');
  const stop = room.connections.subscribe(() => undefined);
  const { mid, id } = slotOf(server, room, 'Ben');
  const flows = (bytesReceived: number) =>
    toStats([{ id: 'flow', type: 'inbound-rtp', mid, bytesReceived, frameWidth: 320, frameHeight: 180 }]);
  link.stats = flows(1_000);
  await pass(server, 2_000);
  link.stats = flows(51_000);
  await pass(server, 2_000);
  const { pictures } = room.connections.current[0] ?? {};
  expect(pictures?.incoming).toMatchObject([
    { participantId: id, source: 'camera', state: 'flowing', width: 320, height: 180, bps: 200_000 },
  ]);
  expect(pictures?.outgoing).toMatchObject([{ source: 'camera', isOn: true, isLargerUnwanted: false }]);
  stop();
});

test('what is left out for a narrow link is told of, and what was decided', async () => {
  const server = await aServer();
  const { room, link } = await joins(server, 'Ann');
  for (const name of ['Ben', 'Cyd']) await joins(server, name);
  link.stats = recorded.chromiumStar;
  const stop = room.connections.subscribe(() => undefined);
  const [connection] = server.mediaServer.routers.flatMap(({ connections }) => connections);
  for (let left = 3_000; left > 0; left -= 250) {
    connection?.estimate({ availableBps: 120_000, lostShare: 0.3 });
    await pass(server, 250);
  }
  const { pictures } = room.connections.current[0] ?? {};
  expect(pictures?.allotment).toEqual({ pictures: 1, availableBps: 120_000 });
  expect(pictures?.incoming.map(({ state }) => state).sort()).toEqual(['left-out', 'waiting']);
  stop();
});

test('[C75] without a way through the network one is told within 15 s which stage failed, and what was tried', async () => {
  const failed: ConnectionFailure[] = [];
  const server = await aServer(undefined, {}, { onConnectFailed: (one) => failed.push(one) });
  const { room, link } = await joins(server, 'Ann', {}, 'connecting');
  link.stats = recorded.chromiumBlocked;
  await pass(server, 11_750);
  expect(room.state.current).toEqual({ name: 'connecting' });
  await pass(server, 250);
  expect(room.state.current).toMatchObject({
    name: 'left',
    error: {
      code: 'media-failed',
      message: expect.stringMatching(/^Connecting failed: .* Tried: /),
      details: { stage: 'connecting', tried: { remote: { host: 1 } } },
    },
  });
  expect(room.connections.current).toMatchObject([{ state: 'failed', stage: 'connecting' }]);
  await settle();
  expect(server.conference.dump().participants).toBe(0);
  expect(failed).toEqual([{ number: 1, to: 'server', stage: 'connecting' }]);
});

test('the time in the lobby is none of a connection', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  await ann.room.changeSettings({ hasLobby: true });
  const joining = aBrowser(server).client.joinRoom('standup', { name: 'Cyd' });
  await pass(server, 60_000);
  const [cyd] = ann.room.waiting.current;
  if (cyd !== undefined) await ann.room.admit(cyd.participantId);
  const [connection] = (await joining).connections.current;
  expect(connection?.stages[0]).toMatchObject({ name: 'signalling', state: 'done', tookMs: 0 });
});

test('in a mesh there is a connection to each of the others', async () => {
  const server = await aServer();
  const ann = await joinsMesh(server, 'Ann');
  await joinsMesh(server, 'Ben');
  const cyd = await joinsMesh(server, 'Cyd');
  const others = ['Ann', 'Ben'].map((name) => called(cyd.room, name).id);
  expect(cyd.room.connections.current.map(({ peer }) => peer)).toEqual(others);
  await cyd.room.leave();
  await pass(server, 250);
  expect(ann.room.connections.current).toHaveLength(1);
});

test('in a mesh each connection has the pictures of the two that it joins, unless they are out of sight', async () => {
  const server = await aServer();
  const ann = await joinsMesh(server, 'Ann');
  await joinsMesh(server, 'Ben');
  const { room, pairLinks } = await joinsMesh(server, 'Cyd');
  for (const link of pairLinks) link.stats = recorded.chromiumPair;
  const stop = room.connections.subscribe(() => undefined);
  const [annId, benId] = ['Ann', 'Ben'].map((name) => called(room, name).id);
  const shown = () =>
    room.connections.current.map(({ pictures }) => pictures.incoming.map((one) => one.participantId));
  await pass(server, 2_000);
  expect(shown()).toEqual([[annId], [benId]]);
  ann.localMedia.stopCamera();
  await pass(server, 2_000);
  expect(shown()).toEqual([[], [benId]]);
  if (annId !== undefined) room.setVisible(new Map([[annId, 360]]));
  await pass(server, 2_000);
  expect(shown()).toEqual([[], []]);
  stop();
});

test('[C75] who cannot be reached straight is shown as that, and tried again until it works', async () => {
  const failed: ConnectionFailure[] = [];
  const server = await aServer(undefined, {}, { onConnectFailed: (one) => failed.push(one) });
  const ann = await joinsMesh(server, 'Ann');
  const ben = await joinsMesh(server, 'Ben');
  for (const { pairLinks } of [ann, ben]) for (const link of pairLinks) link.stats = recorded.chromiumBlocked;
  await pass(server, 13_000);
  for (const [{ room }, other] of [
    [ann, 'Ben'],
    [ben, 'Ann'],
  ] as const) {
    expect(called(room, other).status).toBe('unreachable');
    expect(room.state.current).toEqual({ name: 'connected' });
    expect(room.connections.current).toMatchObject([
      { peer: called(room, other).id, state: 'failed', stage: 'connecting', tried: { remote: { host: 1 } } },
    ]);
  }
  await pass(server, 3_000);
  for (const { room, pairLinks } of [ann, ben]) {
    expect(pairLinks.length).toBeGreaterThan(1);
    expect(room.participants.current.some(({ status }) => status === 'unreachable')).toBe(true);
  }
  expect(failed).toEqual(Array(2).fill({ number: 1, to: 'participant', stage: 'connecting' }));
  for (const { pairLinks } of [ann, ben]) pairLinks.at(-1)?.change('connected');
  await pass(server, 250);
  for (const { room } of [ann, ben]) {
    expect(room.participants.current.every(({ status }) => status === 'live')).toBe(true);
    expect(room.connections.current).toMatchObject([{ state: 'connected' }]);
  }
});

test('who leaves is not shown as somebody who could not be reached', async () => {
  const server = await aServer();
  const ann = await joinsMesh(server, 'Ann');
  const ben = await joinsMesh(server, 'Ben');
  await pass(server, 13_000);
  expect(called(ann.room, 'Ben').status).toBe('unreachable');
  await ben.room.leave();
  await pass(server, 250);
  expect(ann.room.connections.current).toEqual([]);
});
