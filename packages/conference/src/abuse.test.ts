/** What a client might do to stay behind, to cost others, or to get at what is not its own. */
import { type Json, subscriptionOf } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import {
  aClient,
  aConference,
  aConnection,
  aContext,
  type Client,
  joins,
  namesIn,
} from './testing/conference-fixture.ts';

const conferenceUrl = 'hyperty://acme.test/conference';

function asks(client: Client, context: ReturnType<typeof aContext>, roomId = 'standup') {
  return client.execute('joinRoom', { roomId, name: client.name, context: context.snapshot() });
}

test('[C5] who takes back the leave to observe it is missed all the same when it goes', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const eve = await joins(conference, 'Eve');
  eve.context.removeObserver(conferenceUrl);
  await settle();
  eve.runtime.close();
  await settle();
  expect(namesIn(ann)).toEqual(['Ann']);
});

test('[C5] who gives its Context up has left', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const eve = await joins(conference, 'Eve');
  eve.context.close();
  await settle();
  expect(namesIn(ann)).toEqual(['Ann']);
});

test('[C5] nobody gets in with a Context that is not there', async () => {
  const conference = await aConference();
  const client = aClient(conference, 'Eve');
  const context = aContext(client);
  const snapshot = {
    ...context.snapshot(),
    url: `context://acme.test/${client.runtime.sessionId}/none`,
  };
  const params = { roomId: 'standup', name: 'Eve', context: snapshot };
  await expect(client.execute('joinRoom', params)).rejects.toThrow();
  await settle();
  expect(await conference.counts()).toMatchObject({ rooms: 0, participants: 0, transports: 0, routers: 0 });
});

test('[C46] nobody answers somebody else’s link, none that was not offered, and one’s own once', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const eve = await joins(conference, 'Eve');
  const answers = (client: Client, inReplyTo: string | undefined) =>
    aConnection(client, inReplyTo === undefined ? {} : { inReplyTo }).inviteObserver(conferenceUrl);
  await expect(answers(eve, ann.server.url)).rejects.toMatchObject({ code: 'object-not-found' });
  await expect(answers(eve, undefined)).rejects.toMatchObject({ code: 'object-not-found' });
  await expect(answers(eve, eve.server.url)).rejects.toMatchObject({ code: 'address-taken' });
  await expect(ann.connection.inviteObserver(conferenceUrl)).resolves.toBeUndefined();
  expect(await conference.counts()).toMatchObject({ participants: 2, transports: 2 });
});

test('[C46] nobody brings somebody else’s Connection', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const eve = await joins(conference, 'Eve');
  const value = ann.connection.snapshot() as object as Json;
  const brought = eve.runtime.bus.request({
    type: 'create',
    from: subscriptionOf(eve.connection.url),
    to: conferenceUrl,
    body: { resource: ann.connection.url, schema: 'Connection', value },
  });
  await expect(brought).rejects.toMatchObject({ code: 'not-authorized' });
});

test('[C4] a visit that fails at the door leaves no room behind', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  await expect(asks(ann, ann.context, 'elsewhere')).rejects.toMatchObject({ code: 'address-taken' });
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 1 });
});

test('[C12] a session is in only so many rooms, and may go on once it has left one', async () => {
  const conference = await aConference({ participantsPerSession: 1 });
  const ann = await joins(conference, 'Ann');
  const second = ann.runtime.syncher.create({
    url: `context://acme.test/${ann.runtime.sessionId}/second`,
    reporter: ann.url,
    schema: 'Context',
    name: 'elsewhere',
    data: ann.context.data,
  }).reporter;
  await expect(asks(ann, second, 'elsewhere')).rejects.toMatchObject({ code: 'capacity-exceeded' });
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 1 });
  await ann.execute('leaveRoom', { roomId: 'standup' });
  await asks(ann, second, 'elsewhere');
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 1 });
});

test('[C12] rooms that visits created count for their origin until they end', async () => {
  const conference = await aConference({ roomsPerOrigin: 1 });
  const ann = await joins(conference, 'Ann', { room: 'one' });
  await expect(joins(conference, 'Bob', { room: 'two' })).rejects.toMatchObject({
    code: 'capacity-exceeded',
  });
  await ann.execute('leaveRoom', { roomId: 'one' });
  await joins(conference, 'Cyd', { room: 'two' });
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 1 });
});

test('what comes as an offer is not taken for the answer', async () => {
  const conference = await aConference();
  await joins(conference, 'Eve', { description: { type: 'offer', sdp: 'v=0', negotiation: 1 } });
  await settle();
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 1 });
});

test('who has connected and loses the connection has the whole time to come back', async () => {
  const conference = await aConference({ reconnectWithinMs: 30_000 });
  const ann = await joins(conference, 'Ann');
  const [link] = conference.router().connections;
  conference.clock.advance(29_000);
  link?.setStatus('disconnected');
  conference.clock.advance(29_000);
  expect(ann.endings).toEqual([]);
  link?.setStatus('connected');
  conference.clock.advance(60_000);
  await settle();
  expect(ann.endings).toEqual([]);
});

test('who has left is not kept by a timer', async () => {
  const conference = await aConference();
  const before = conference.clock.pendingTimers;
  const ann = await joins(conference, 'Ann');
  await ann.execute('leaveRoom', { roomId: 'standup' });
  ann.runtime.close();
  await settle();
  expect(conference.clock.pendingTimers).toBeLessThanOrEqual(before);
});

test('[C13] in a large room, who mutes and unmutes without end does not have everybody’s slots planned each time', async () => {
  const conference = await aConference();
  const people = [];
  for (let index = 0; index < 30; index++) people.push(await joins(conference, `Person ${index}`));
  conference.clock.advance(1_000);
  await settle();
  const [eve, viewer] = people;
  const before = viewer?.server.version ?? 0;
  for (let round = 0; round < 20; round++) {
    eve?.context.set('publications', { microphone: { muted: round % 2 === 0 } });
    await settle();
  }
  expect((viewer?.server.version ?? 0) - before).toBeLessThanOrEqual(3);
  eve?.context.set('publications', { microphone: { muted: true } });
  conference.clock.advance(1_000);
  await settle();
  expect(viewer?.shown('audio')).not.toContain('Person 0');
});

test('[C11] the end of a room is said to each once, not everybody’s end to everybody', async () => {
  const conference = await aConference();
  const people = [];
  for (let index = 0; index < 12; index++) people.push(await joins(conference, `Person ${index}`));
  let changes = 0;
  for (const { room } of people) room.on('changed', () => changes++);
  conference.conference.stop();
  await settle();
  expect(changes).toBe(0);
  expect(people.map(({ endings }) => endings)).toEqual(people.map(() => ['shutting-down']));
});

test('who wants more while a bad answer is being read is let go, and nobody else notices', async () => {
  const conference = await aConference({
    slots: { audio: 1, video: 1 },
    videoSlotStep: 1,
    videoSlotsAtMost: 9,
  });
  const eve = await joins(conference, 'Eve');
  const others = [
    await joins(conference, 'Bob'),
    await joins(conference, 'Cyd'),
    await joins(conference, 'Dan'),
  ];
  const wantsFirst = (count: number) =>
    eve.connection.set('wanted', Object.fromEntries(others.slice(0, count).map(({ id }) => [id, 180])));
  wantsFirst(2);
  await settle();
  wantsFirst(3);
  eve.connection.set('connectionDescription', { type: 'answer', sdp: 'x', negotiation: 2 });
  await settle();
  expect(eve.endings).toEqual(['invalid-answer']);
  const [bob] = others;
  if (bob === undefined) throw new Error('nobody is there');
  expect(namesIn(bob).toSorted()).toEqual(['Bob', 'Cyd', 'Dan']);
  await joins(conference, 'Fay');
  expect(bob.shown('audio')).not.toEqual([undefined]);
});

test('people who are not there need no slots', async () => {
  const conference = await aConference({ slots: { audio: 1, video: 1 }, videoSlotStep: 1 });
  const eve = await joins(conference, 'Eve');
  eve.connection.set('wanted', { a: 180, b: 180, c: 180 });
  await settle();
  expect(eve.server.data.connectionDescription?.negotiation).toBe(1);
});
