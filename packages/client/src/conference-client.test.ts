import { conferenceMethods, type ParticipantId, type RoomId } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { aComputer, mediaOf } from './devices/media-fixture.ts';
import { aBrowser, aServer, called, joins, names } from './testing/call-fixture.ts';

test('three people see each other, each over one link that got one offer', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  const cyd = await joins(server, 'Cyd');
  for (const { room, links } of [ann, bob, cyd]) {
    expect(names(room)).toEqual(['Ann', 'Bob', 'Cyd']);
    expect(room.state.current).toEqual({ name: 'connected' });
    expect(links.map(({ offers }) => offers.length)).toEqual([1]);
  }
  expect(called(ann.room, 'Cyd')).toMatchObject({ isLocal: false, status: 'live', camera: { muted: false } });
  expect(called(ann.room, 'Cyd').camera?.track).toBeDefined();
  expect(called(ann.room, 'Cyd').microphone?.track).toBeDefined();
  expect(called(ann.room, 'Ann')).toMatchObject({ isLocal: true });
  expect(called(ann.room, 'Ann').camera?.track).toBe(ann.link.sent.get('camera'));
});

test('who comes and who goes is told once, and oneself is not', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const told: string[] = [];
  ann.client.onNewParticipant((participant, room) => told.push(`+${participant.name} ${room.id}`));
  ann.client.onParticipantLeft((participant) => told.push(`-${participant.name}`));
  const bob = await joins(server, 'Bob');
  await bob.client.leaveRoom('standup');
  await settle();
  expect(told).toEqual(['+Bob standup', '-Bob']);
  expect(bob.room.state.current).toEqual({ name: 'left', error: undefined });
  expect(bob.link.isClosed).toBe(true);
  expect(names(ann.room)).toEqual(['Ann']);
});

test('who listens until a signal ends it hears nothing after, nor with one that has ended', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const ending = new AbortController();
  const { signal } = ending;
  const told: string[] = [];
  ann.client.onNewParticipant(({ name }) => told.push(`+${name}`), { signal });
  ann.client.onParticipantLeft(({ name }) => told.push(`-${name}`), { signal });
  const bob = await joins(server, 'Bob');
  ending.abort();
  ann.client.onNewParticipant(({ name }) => told.push(`late +${name}`), { signal });
  await bob.client.leaveRoom('standup');
  await joins(server, 'Cyd');
  expect(told).toEqual(['+Bob']);
});

test('a leaving that is called off before keeps one in the room, and later one has left all the same', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  const signal = AbortSignal.abort();
  await expect(bob.client.leaveRoom('standup', { signal })).rejects.toMatchObject({ code: 'aborted' });
  expect(bob.room.state.current.name).toBe('connected');
  const waiting = new AbortController();
  const leaving = bob.client.leaveRoom('standup', { signal: waiting.signal });
  waiting.abort();
  await expect(leaving).rejects.toMatchObject({ code: 'aborted' });
  await settle();
  expect(bob.room.state.current).toEqual({ name: 'left', error: undefined });
  expect(names(ann.room)).toEqual(['Ann']);
});

test('muting and stopping the camera are seen by others', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  bob.localMedia.mute();
  bob.localMedia.stopCamera();
  await settle();
  expect(called(ann.room, 'Bob')).toMatchObject({
    microphone: { muted: true, track: undefined },
    camera: { muted: true, track: undefined },
  });
  await bob.localMedia.unmute();
  await bob.localMedia.startCamera();
  await settle();
  expect(called(ann.room, 'Bob').microphone?.track).toBeDefined();
  expect(called(ann.room, 'Bob').camera?.track).toBeDefined();
});

test('a camera and a microphone that start while one is joining are seen by others', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const localMedia = mediaOf(aComputer());
  const joining = aBrowser(server).client.joinRoom('standup', { name: 'Bob', localMedia });
  await Promise.all([localMedia.startCamera(), localMedia.startMicrophone()]);
  await joining;
  await settle();
  expect(called(ann.room, 'Bob')).toMatchObject({ camera: { muted: false }, microphone: { muted: false } });
  expect(called(ann.room, 'Bob').camera?.track).toBeDefined();
});

test('who brings no media is in the room all the same', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const browser = aBrowser(server);
  await browser.client.joinRoom('standup', { name: 'Bob' });
  await settle();
  expect(called(ann.room, 'Bob')).toMatchObject({ camera: undefined, microphone: undefined });
});

test('a participant about whom nothing changed stays the same object', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  const before = called(ann.room, 'Ann');
  bob.localMedia.mute();
  await settle();
  expect(called(ann.room, 'Ann')).toBe(before);
});

test('who is loud is speaking, until a pause', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  await joins(server, 'Bob');
  for (const mid of ['0', '1', '2', '3', '4', '5']) ann.link.levels.set(mid, 0.2);
  server.clock.advance(100);
  expect([...ann.room.speaking.current]).toEqual([called(ann.room, 'Bob').id]);
  ann.link.levels.clear();
  server.clock.advance(300);
  expect(ann.room.speaking.current.size).toBe(1);
  server.clock.advance(700);
  expect(ann.room.speaking.current.size).toBe(0);
});

test('what is on the screen is told to the server, once', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  const heights = new Map([[bob.room.localParticipantId, 179.6]]);
  ann.room.setVisible(heights);
  ann.room.setVisible(new Map(heights));
  await settle();
  const [link] = server.mediaServer.routers[0]?.connections ?? [];
  expect([...(link?.shown.values() ?? [])].find(({ source }) => source === 'camera')?.maxLayer).toBe(0);
  ann.room.setVisible(new Map<ParticipantId, number>());
  await settle();
  expect(called(ann.room, 'Bob').camera?.track).toBeUndefined();
  expect(called(ann.room, 'Bob').microphone?.track).toBeDefined();
});

test('the socket is below the page’s base, and one is enough for joining and joining again', async () => {
  const server = await aServer();
  const ann = aBrowser(server);
  await ann.client.connect();
  await ann.client.joinRoom('standup', { name: 'Ann' });
  await ann.client.leaveRoom('standup');
  await ann.client.joinRoom('Standup', { name: 'Ann' });
  expect(ann.opened).toEqual(['wss://acme.test/base/ws']);
  await expect(ann.client.joinRoom('standup', { name: 'Ann' })).rejects.toMatchObject({
    code: 'already-joined',
  });
});

test('a host known by another name than the domain’s is told the right one and joins', async () => {
  const server = await aServer();
  const ann = aBrowser(server, { host: '198.18.0.7' });
  const room = await ann.client.joinRoom('standup', { name: 'Ann' });
  expect(names(room)).toEqual(['Ann']);
  expect(ann.opened).toHaveLength(2);
});

test('a refusal rejects with its reason and leaves nothing behind', async () => {
  const server = await aServer();
  server.conference.onJoinRoom(() => ({ admit: false, reason: 'Members only.' }));
  const ann = aBrowser(server);
  const joining = ann.client.joinRoom('standup', { name: 'Ann' });
  await expect(joining).rejects.toMatchObject({ code: 'refused', message: 'Members only.' });
  expect(ann.links.every(({ isClosed }) => isClosed)).toBe(true);
  await settle();
  expect(server.node.dump().connectionObjects).toBe(0);
});

test('an answer that cannot be used leaves nothing behind that would be in the way of another try', async () => {
  const server = await aServer();
  let isSpoilt = true;
  const ann = aBrowser(server, {
    hears: (message) => {
      if (!isSpoilt || message.type !== 'response') return message;
      const answer = v.safeParse(conferenceMethods.joinRoom.result, message.body.value);
      if (!answer.success) return message;
      // Both objects at one address.
      const connection = { ...answer.output.connection, url: answer.output.communication.url };
      return { ...message, body: { ...message.body, value: { ...answer.output, connection } } };
    },
  });
  const joining = ann.client.joinRoom('standup', { name: 'Ann' });
  await expect(joining).rejects.toMatchObject({ code: 'address-taken' });
  isSpoilt = false;
  await settle();
  expect(names(await ann.client.joinRoom('standup', { name: 'Ann' }))).toEqual(['Ann']);
});

test('an aborted join rejects at once and leaves nothing behind', async () => {
  const server = await aServer();
  const ann = aBrowser(server);
  const controller = new AbortController();
  const joining = ann.client.joinRoom('standup', { name: 'Ann', signal: controller.signal });
  controller.abort();
  await expect(joining).rejects.toMatchObject({ code: 'aborted' });
  await settle();
  expect(server.conference.dump()).toMatchObject({ rooms: 0, participants: 0 });
  expect(server.node.dump().connectionObjects).toBe(0);
});

test.each(['', '../etc', 'two words', 'x'.repeat(65)])('%j names no room', async (name) => {
  const server = await aServer();
  const joining = aBrowser(server).client.joinRoom(name, { name: 'Ann' });
  await expect(joining).rejects.toMatchObject({ code: 'bad-request' });
});

test('being removed and a refused answer end the stay with their reason', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const { localParticipantId } = ann.room;
  server.conference.removeParticipant('standup' as RoomId, localParticipantId, 'Bye.');
  await settle();
  expect(ann.room.state.current).toMatchObject({ name: 'left', error: { code: 'removed', message: 'Bye.' } });

  const cyd = aBrowser(server, { answer: () => 'nonsense' });
  const room = await cyd.client.joinRoom('standup', { name: 'Cyd' });
  await settle();
  expect(room.state.current).toMatchObject({ name: 'left', error: { code: 'invalid-answer' } });
});

test('closing the client leaves every room at once', async () => {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const closing = ann.client.close();
  await settle();
  expect(server.node.dump().sessions).toBe(1);
  expect(server.conference.dump()).toMatchObject({ rooms: 0, participants: 0 });
  await closing;
  await expect(ann.client.connect()).rejects.toMatchObject({ code: 'closed' });
});
