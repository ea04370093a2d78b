/** Who waits, who sees it, and how the waiting ends. */
import { childOf, lobbySnapshotSchema } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
  aClient,
  aConference,
  aContext,
  type Conference,
  joins,
  known,
  namesIn,
  seenBy,
  standup,
  type Visitor,
} from './testing/conference-fixture.ts';

async function aRoomWithLobby(limits: Parameters<typeof aConference>[0] = {}) {
  const conference = await aConference(limits);
  const ann = await joins(conference, 'Ann');
  await ann.asks('changeSettings', { settings: { hasLobby: true } });
  return { conference, ann };
}

function lobbyOf(visitor: Visitor) {
  return visitor.runtime.syncher.subscribe(childOf(visitor.room.url, 'lobby'), visitor.url, (value) =>
    v.parse(lobbySnapshotSchema, value),
  );
}

/** Asks to join, and waits. */
async function knocks(conference: Conference, name: string, origin?: string) {
  const client = aClient(conference, name, origin);
  let provisional = 0;
  const joined = joins(conference, name, { client, onProgress: () => provisional++ });
  const outcome = joined.then(
    () => 'in',
    (error: { code: string }) => error.code,
  );
  await settle();
  return { client, joined, outcome, provisional: () => provisional };
}

test('[C35] who waits is told so, at once and again and again, and comes in when a moderator says so', async () => {
  const { conference, ann } = await aRoomWithLobby();
  const lobby = await lobbyOf(ann);
  const bob = await knocks(conference, 'Bob');
  expect(bob.provisional()).toBe(1);
  for (let seconds = 0; seconds < 20; seconds += 5) {
    conference.clock.advance(5_000);
    await settle();
  }
  expect(bob.provisional()).toBe(5);
  const [entry] = Object.entries(lobby.data.waiting);
  expect(entry?.[1]).toMatchObject({ name: 'Bob', userURL: expect.stringMatching(/guest-/) });
  expect(namesIn(ann)).toEqual(['Ann']);
  expect(conference.conference.dump()).toMatchObject({ participants: 1, waiting: 1 });
  await ann.asks('decideAdmission', { participantId: entry?.[0], isAdmitted: true });
  const inside = await bob.joined;
  expect(inside.id).toBe(entry?.[0]);
  expect(namesIn(ann)).toEqual(['Ann', 'Bob']);
  expect(lobby.data.waiting).toEqual({});
});

test('[C35] who is not let in learns why', async () => {
  const { conference, ann } = await aRoomWithLobby();
  const lobby = await lobbyOf(ann);
  const bob = await knocks(conference, 'Bob');
  const [participantId] = Object.keys(lobby.data.waiting);
  await ann.asks('decideAdmission', { participantId, isAdmitted: false, reason: 'Members only.' });
  await expect(bob.joined).rejects.toMatchObject({ code: 'refused', message: 'Members only.' });
  const again = ann.asks('decideAdmission', { participantId, isAdmitted: true });
  await expect(again).rejects.toMatchObject({ code: 'participant-not-found' });
});

test('[C36] only moderators see who waits, and only as long as they moderate', async () => {
  const { conference, ann } = await aRoomWithLobby();
  const identity = known('Bob', { role: 'moderator' });
  const bob = await joins(conference, 'Bob', { identity });
  const lobby = await lobbyOf(bob);
  await ann.asks('setRole', { participantId: bob.id, role: 'participant' });
  await knocks(conference, 'Cyd');
  expect(lobby.data.waiting).toEqual({});
  lobby.close();
  await expect(lobbyOf(bob)).rejects.toMatchObject({ code: 'not-authorized' });
  expect(Object.values((await lobbyOf(ann)).data.waiting)).toMatchObject([{ name: 'Cyd' }]);
});

test('[C37] who goes, gives up or leaves while waiting is not waited for', async () => {
  const { conference, ann } = await aRoomWithLobby();
  const lobby = await lobbyOf(ann);
  const [bob, cyd] = [await knocks(conference, 'Bob'), await knocks(conference, 'Cyd')];
  expect(Object.values(lobby.data.waiting)).toHaveLength(2);
  bob.client.runtime.close();
  await cyd.client.execute('leaveRoom', { roomId: 'standup' });
  expect(await cyd.outcome).toBe('aborted');
  await settle();
  expect(lobby.data.waiting).toEqual({});
  const timers = conference.clock.pendingTimers;
  conference.clock.advance(60_000);
  expect(conference.clock.pendingTimers).toBeLessThanOrEqual(timers);
  expect(await conference.counts()).toMatchObject({ waiting: 0, participants: 1, rooms: 1 });
});

test('[C37] the room ends with its last participant, and who waits is told', async () => {
  const { conference, ann } = await aRoomWithLobby();
  const bob = await knocks(conference, 'Bob');
  await ann.asks('leaveRoom');
  expect(await bob.outcome).toBe('room-closed');
  expect(conference.conference.dump()).toMatchObject({ rooms: 0, waiting: 0 });
});

test('[C38] so many wait in one room, and so many of them from one origin', async () => {
  const { conference } = await aRoomWithLobby({ waitingPerRoom: 3, waitingPerOrigin: 2 });
  await knocks(conference, 'Bob');
  await knocks(conference, 'Cyd');
  expect(await (await knocks(conference, 'Dan')).outcome).toBe('capacity-exceeded');
  const eve = await knocks(conference, 'Eve', '198.18.0.9');
  expect(await (await knocks(conference, 'Fay', '198.18.0.10')).outcome).toBe('capacity-exceeded');
  await eve.client.execute('leaveRoom', { roomId: 'standup' });
  await knocks(conference, 'Fay', '198.18.0.10');
  expect(conference.conference.dump().waiting).toBe(3);
});

test('[C35] a request that is repeated waits in the same place, and one with another Context in its stead', async () => {
  const { conference } = await aRoomWithLobby();
  const bob = aClient(conference, 'Bob');
  const asks = (context: ReturnType<typeof aContext>) => {
    const params = { roomId: 'standup', name: 'Bob', context: context.snapshot() };
    const asked = bob.execute('joinRoom', params);
    asked.catch(() => undefined);
    return asked;
  };
  const context = aContext(bob);
  const [first, same] = [asks(context), asks(context)];
  await settle();
  expect(conference.conference.dump().waiting).toBe(1);
  const other = asks(aContext(bob));
  await expect(first).rejects.toMatchObject({ code: 'aborted' });
  await expect(same).rejects.toMatchObject({ code: 'aborted' });
  await settle();
  const [waiting] = conference.conference.room(standup)?.lobby.waiting ?? [];
  if (waiting !== undefined) conference.conference.room(standup)?.lobby.decide(waiting.id, true, undefined);
  expect(await other).toMatchObject({ participantId: waiting?.id });
});

test('[C39] when the lobby is done away with, those whom it held come in; those whom the application holds wait on', async () => {
  const { conference, ann } = await aRoomWithLobby();
  const bob = await knocks(conference, 'Bob');
  conference.conference.onJoinRoom(() => ({ admit: 'wait' }));
  await knocks(conference, 'Cyd');
  await ann.asks('changeSettings', { settings: { hasLobby: false } });
  expect(await bob.outcome).toBe('in');
  expect(conference.conference.dump()).toMatchObject({ participants: 2, waiting: 1 });
});

test('[C17] who was let in once and got lost need not wait again', async () => {
  const { conference, ann } = await aRoomWithLobby();
  const bob = await knocks(conference, 'Bob');
  const [waiting] = conference.conference.room(standup)?.lobby.waiting ?? [];
  await ann.asks('decideAdmission', { participantId: waiting?.id, isAdmitted: true });
  const inside = await bob.joined;
  inside.context.close();
  await settle();
  const again = await joins(conference, 'Bob', { client: inside, participantId: inside.id });
  expect(again.id).toBe(inside.id);
  await again.asks('leaveRoom');
  const gone = await knocks(conference, 'Bob');
  expect(gone.provisional()).toBe(1);
});

test('[C6] an application that fails lets nobody in', async () => {
  const conference = await aConference();
  conference.conference.onJoinRoom(() => {
    throw new Error('the database is down');
  });
  await expect(joins(conference, 'Ann')).rejects.toMatchObject({ code: 'internal' });
  expect(conference.conference.dump()).toMatchObject({ rooms: 0, participants: 0 });
});

test('[C17] the application’s own word holds for who is in the lobby of a room that nobody has entered', async () => {
  const conference = await aConference();
  conference.conference.onJoinRoom(({ name }) => ({ admit: name === 'Ann' ? true : 'wait' }));
  conference.conference.createRoom(standup, { owners: ['user://acme.test/ann'] });
  const bob = await knocks(conference, 'Bob');
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  const [waiting] = Object.keys((await lobbyOf(ann)).data.waiting);
  await ann.asks('decideAdmission', { participantId: waiting, isAdmitted: true });
  expect(await bob.outcome).toBe('in');
  expect(seenBy(ann, ann)?.role).toBe('owner');
});
