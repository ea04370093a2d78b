import { fakeAnswer } from '@plenum/media/fake';
import { conferenceMethods } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { aClient, aConference, aContext, joins, namesIn, standup } from './testing/conference-fixture.ts';

const nothing = {
  sessions: 1,
  connectionObjects: 0,
  communicationObjects: 0,
  subscriptions: 0,
  rooms: 0,
  participants: 0,
  waiting: 0,
  dormantRooms: 0,
  workers: 1,
  routers: 0,
  transports: 0,
  producers: 0,
  consumers: 0,
};

test('[C1] [C2] three people share one Communication object and have two Connection objects each', async () => {
  const conference = await aConference();
  const people = [];
  for (const name of ['Ann', 'Bob', 'Cyd']) people.push(await joins(conference, name));
  expect(await conference.counts()).toMatchObject({
    rooms: 1,
    participants: 3,
    communicationObjects: 1,
    connectionObjects: 6,
    transports: 3,
    producers: 6,
    consumers: 12,
  });
  for (const person of people) expect(namesIn(person)).toEqual(['Ann', 'Bob', 'Cyd']);
  expect(people[0]?.room.data).toMatchObject({ status: 'open', topology: 'sfu', roomId: 'standup' });
});

test('[C3] the answer to joinRoom carries both objects, and later changes of both arrive', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  expect(ann.server.data.status).toBe('connected');
  expect(ann.room.data.participants[ann.id]).toMatchObject({ name: 'Ann', status: 'live' });
  const bob = await joins(conference, 'Bob');
  expect(namesIn(ann)).toEqual(['Ann', 'Bob']);
  expect(ann.shown('video')[0]).toBe('Bob');
  expect(bob.shown('audio')[0]).toBe('Ann');
});

test('[C3] the first snapshot says already who is in which slot', async () => {
  const conference = await aConference();
  await joins(conference, 'Ann');
  const client = aClient(conference, 'Bob');
  const context = aContext(client);
  const params = { roomId: 'standup', name: 'Bob', context: context.snapshot() };
  const joined = await client.execute('joinRoom', params);
  const slots = (joined as { connection: { data: { slots: Record<string, { source?: string }> } } })
    .connection.data.slots;
  expect(Object.values(slots).flatMap(({ source }) => source ?? [])).toEqual(['microphone', 'camera']);
});

test('[C1] a join costs each of the others one delta of the room, and a leave costs one', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const before = ann.room.version;
  const bob = await joins(conference, 'Bob');
  expect(ann.room.version - before).toBe(1);
  await bob.execute('leaveRoom', { roomId: 'standup' });
  await settle();
  expect(ann.room.version - before).toBe(2);
});

test('[C4] a room ends with its last participant and leaves nothing behind', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  await ann.execute('leaveRoom', { roomId: 'standup' });
  await settle();
  expect(namesIn(bob)).toEqual(['Bob']);
  expect(bob.shown('video').every((name) => name === undefined)).toBe(true);
  await bob.execute('leaveRoom', { roomId: 'standup' });
  for (const { runtime } of [ann, bob]) runtime.close();
  await settle();
  expect(await conference.counts()).toEqual(nothing);
  await expect(ann.execute('leaveRoom', { roomId: 'standup' })).rejects.toMatchObject({ code: 'closed' });
});

test('[C5] a session that ends takes its participant with it, in whatever state', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const client = aClient(conference, 'Bob');
  const context = aContext(client);
  const params = { roomId: 'standup', name: 'Bob', context: context.snapshot() };
  const asking = client.execute('joinRoom', params);
  client.runtime.close();
  await expect(asking).rejects.toMatchObject({ code: 'closed' });
  await settle();
  expect(namesIn(ann)).toEqual(['Ann']);
  ann.runtime.close();
  await settle();
  expect(await conference.counts()).toEqual(nothing);
});

test('[C6] the application decides who may join, and its reason reaches the one who asked', async () => {
  const conference = await aConference();
  conference.conference.onJoinRoom(async ({ name }) =>
    name === 'Eve' ? { admit: false, reason: 'This meeting is for members.' } : { admit: true },
  );
  await joins(conference, 'Ann');
  const refused = joins(conference, 'Eve');
  await expect(refused).rejects.toMatchObject({ code: 'refused', message: 'This meeting is for members.' });
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 1 });
});

test('[C7] a removed participant learns why, and the others see it gone', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  conference.conference.removeParticipant(standup, bob.id, 'Please come back later.');
  await settle();
  expect(bob.endings).toEqual(['removed']);
  expect(namesIn(ann)).toEqual(['Ann']);
  expect(await conference.counts()).toMatchObject({ participants: 1, transports: 1, consumers: 0 });
});

test('[C8] only an empty room is closed', async () => {
  const { conference, ...rest } = await aConference();
  conference.createRoom(standup);
  expect(() => conference.createRoom(standup)).toThrow(expect.objectContaining({ code: 'room-exists' }));
  await joins({ conference, ...rest }, 'Ann');
  expect(() => conference.close(standup)).toThrow(expect.objectContaining({ code: 'room-not-empty' }));
  const empty = conference.createRoom('later' as typeof standup);
  conference.close(empty.id);
  expect(conference.dump().rooms).toBe(1);
  expect(() => conference.close(empty.id)).toThrow(expect.objectContaining({ code: 'room-not-found' }));
});

test('[C9] a hyperty is in a room once, and only with a Context of its own session', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const again = { roomId: 'standup', name: 'Ann', context: ann.context.snapshot() };
  // The same request: its answer may have been lost.
  expect(await ann.execute('joinRoom', again)).toMatchObject({ participantId: ann.id });
  const eve = aClient(conference, 'Eve');
  await expect(eve.execute('joinRoom', again)).rejects.toMatchObject({ code: 'not-authorized' });
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 1 });
});

test.each([
  ['no SDP at all', 'hello'],
  ['an answer without m-lines', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n'],
])('[C10] %s ends that attempt with its code, and nobody else’s', async (_what, answer) => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob', { answer });
  expect(bob.endings).toEqual(['invalid-answer']);
  expect(namesIn(ann)).toEqual(['Ann']);
  expect(await conference.counts()).toMatchObject({ participants: 1, transports: 1 });
});

test('[C10] a client that writes what its Connection may not hold is let go with invalid-object', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const eve = await joins(conference, 'Eve');
  eve.connection.setAt(['status'], 'dreaming');
  await settle();
  expect(eve.endings).toEqual(['invalid-object']);
  expect(namesIn(ann)).toEqual(['Ann']);
});

test('[C11] when the media server loses the room, everybody learns it and the room opens anew at once', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  conference.mediaServer.crash();
  await settle();
  expect([ann.endings, bob.endings]).toEqual([['media-server-gone'], ['media-server-gone']]);
  expect(conference.conference.dump().rooms).toBe(0);
  await joins(conference, 'Cyd');
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 1 });
});

test('[C12] a full room, a full server and a greedy network are refused', async () => {
  const full = await aConference({ participantsPerRoom: 1 });
  await joins(full, 'Ann');
  await expect(joins(full, 'Bob')).rejects.toMatchObject({ code: 'capacity-exceeded' });
  const small = await aConference({ rooms: 1 });
  await joins(small, 'Ann');
  await expect(joins(small, 'Bob', { room: 'other' })).rejects.toMatchObject({ code: 'capacity-exceeded' });
  const open = await aConference({ roomsPerOrigin: 1 });
  const ann = await joins(open, 'Ann');
  await expect(joins(open, 'Bob', { room: 'other' })).rejects.toMatchObject({ code: 'capacity-exceeded' });
  await joins(open, 'Cyd', { room: 'third', origin: '198.18.0.9' });
  await ann.execute('leaveRoom', { roomId: 'standup' });
  await joins(open, 'Bob', { room: 'other' });
});

test('[C13] only who is on the screen gets a slot for video, at the layer that fits', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  const cyd = await joins(conference, 'Cyd');
  ann.connection.set('wanted', { [cyd.id]: 180, [bob.id]: 0 });
  await settle();
  expect(ann.shown('video').filter((name) => name !== undefined)).toEqual(['Cyd']);
  expect(ann.shown('audio').filter((name) => name !== undefined)).toEqual(['Bob', 'Cyd']);
  const link = conference.router().connections[0];
  const layers = () =>
    [...(link?.shown.values() ?? [])].flatMap((s) => (s.source === 'camera' ? s.maxLayer : []));
  expect(layers()).toEqual([0]);
  ann.connection.set('wanted', { [cyd.id]: 720 });
  await settle();
  expect(layers()).toEqual([2]);
});

test('[C13] with fewer slots than people, who speaks is shown', async () => {
  const conference = await aConference({ slots: { audio: 2, video: 2 } });
  const ann = await joins(conference, 'Ann');
  for (const name of ['Bob', 'Cyd', 'Dan']) await joins(conference, name);
  expect(ann.shown('video')).toEqual(['Bob', 'Cyd']);
  const [, , , dan] = conference.router().connections;
  conference.clock.advance(300);
  conference.router().speak(dan?.id ?? '', -20);
  await settle();
  expect(ann.shown('video').toSorted()).toEqual(['Bob', 'Dan']);
  expect(ann.shown('audio')).toContain('Dan');
  const { activeSpeaker = '' } = ann.room.data;
  expect(ann.room.data.participants[activeSpeaker]?.name).toBe('Dan');
});

test('[C14] muting is public state, and the media server stops forwarding', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  const [link] = conference.router().connections;
  expect([...(link?.publishing ?? [])]).toEqual(['microphone', 'camera']);
  ann.context.set('publications', { microphone: { muted: true }, camera: { muted: false } });
  await settle();
  expect([...(link?.publishing ?? [])]).toEqual(['camera']);
  expect(bob.room.data.participants[ann.id]?.publications).toEqual({
    microphone: { muted: true },
    camera: { muted: false },
  });
});

test('[C14] a source that is published late needs no new offer', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann', { publications: {} });
  const bob = await joins(conference, 'Bob');
  expect(bob.shown('video')[0]).toBeUndefined();
  ann.context.set('publications', { camera: { muted: false } });
  await settle();
  expect(bob.shown('video')[0]).toBe('Ann');
  expect(ann.server.data.connectionDescription?.negotiation).toBe(1);
});

test('[C15] who wants no media is in the room without a link, and stays', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const watcher = aClient(conference, 'Watcher');
  const context = aContext(watcher);
  const none = { audio: [], video: [] };
  const capabilities = { send: none, receive: none };
  const params = { roomId: 'standup', name: 'Watcher', context: context.snapshot(), capabilities };
  const joined = v.parse(conferenceMethods.joinRoom.result, await watcher.execute('joinRoom', params));
  expect(joined.connection).toBeUndefined();
  conference.clock.advance(120_000);
  await settle();
  expect(ann.room.data.participants[joined.participantId]).toMatchObject({
    status: 'live',
    publications: {},
  });
  expect(await conference.counts()).toMatchObject({ participants: 2, transports: 1 });
  watcher.runtime.close();
  await settle();
  expect(namesIn(ann)).toEqual(['Ann']);
});

test('who does not connect in time is let go', async () => {
  const conference = await aConference({ reconnectWithinMs: 30_000 });
  const ann = await joins(conference, 'Ann');
  const [link] = conference.router().connections;
  link?.setStatus('disconnected');
  conference.clock.advance(20_000);
  link?.setStatus('connected');
  conference.clock.advance(10_000);
  expect(ann.endings).toEqual([]);
  link?.setStatus('disconnected');
  conference.clock.advance(30_000);
  await settle();
  expect(ann.endings).toEqual(['media-failed']);
});

test.each([
  ['an unknown method', 'dance', {}, 'unknown-method'],
  ['an inherited method', 'toString', {}, 'unknown-method'],
  ['missing parameters', 'joinRoom', {}, 'bad-request'],
  ['a room that is no name', 'leaveRoom', { roomId: '../etc' }, 'bad-request'],
  ['leaving where one is not', 'leaveRoom', { roomId: 'elsewhere' }, 'participant-not-found'],
])('%s is answered with a code', async (_what, method, params, code) => {
  const conference = await aConference();
  const eve = aClient(conference, 'Eve');
  await expect(eve.execute(method, params)).rejects.toMatchObject({ code });
});

test('stopping tells everybody, and later visitors are refused', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  conference.conference.stop();
  conference.conference.stop();
  await settle();
  expect(ann.endings).toEqual(['shutting-down']);
  expect(() => conference.conference.createRoom(standup)).toThrow(
    expect.objectContaining({ code: 'shutting-down' }),
  );
});

test('[C13] who shows more people than there are slots gets more of them, by a further offer', async () => {
  const conference = await aConference({
    slots: { audio: 1, video: 1 },
    videoSlotStep: 2,
    videoSlotsAtMost: 4,
  });
  const ann = await joins(conference, 'Ann');
  const others = [
    await joins(conference, 'Bob'),
    await joins(conference, 'Cyd'),
    await joins(conference, 'Dan'),
  ];
  expect(ann.shown('video')).toEqual(['Bob']);
  ann.connection.set('wanted', Object.fromEntries(others.map(({ id }) => [id, 180])));
  await settle();
  const { negotiation = 0, sdp = '' } = ann.server.data.connectionDescription ?? {};
  expect(negotiation).toBe(2);
  ann.connection.set('connectionDescription', { type: 'answer', sdp: fakeAnswer(sdp), negotiation });
  await settle();
  expect(ann.shown('video').toSorted()).toEqual(['Bob', 'Cyd', 'Dan']);
  expect(others.every(({ server }) => server.data.connectionDescription?.negotiation === 1)).toBe(true);
});
