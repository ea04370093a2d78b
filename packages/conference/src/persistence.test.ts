/** A server that is stopped and started again, with the rooms that it had. */
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { emptyMemory, RoomMemory } from './room-memory.ts';
import { createMemoryRoomStore, type RoomStore } from './room-store.ts';
import {
  aConference,
  type Conference,
  joins,
  known,
  resourcesOf,
  seenBy,
  standup,
  writes,
} from './testing/conference-fixture.ts';

const as = (name: string) => ({ identity: known(name) });

/** Ann's room, with Bob as moderator, Eve banned, a line of chat and a lobby; then the server stops. */
async function aStoppedServer(store: RoomStore) {
  const before = await aConference({}, { store });
  const ann = await joins(before, 'Ann', as('Ann'));
  const bob = await joins(before, 'Bob', as('Bob'));
  const eve = await joins(before, 'Eve', as('Eve'));
  await ann.asks('setRole', { participantId: bob.id, role: 'moderator' });
  await ann.asks('removeParticipant', { participantId: eve.id, isBanned: true });
  await ann.asks('changeSettings', { settings: { title: 'Daily', hasLobby: true } });
  await writes(ann, 'create', `${ann.id}-1`, 'Hello.');
  await ann.asks('openPrivateChat', { participantId: bob.id });
  before.conference.stop();
  await settle();
  expect([ann.endings, bob.endings]).toEqual([['shutting-down'], ['shutting-down']]);
  return { ann, bob };
}

test('[C29] roles, bans, settings, chat and ids outlive the server', async () => {
  const store = createMemoryRoomStore();
  const { ann, bob } = await aStoppedServer(store);
  const after = await aConference({}, { store });
  expect(await after.counts()).toMatchObject({ rooms: 0, dormantRooms: 1, communicationObjects: 0 });
  await expect(joins(after, 'Eve', as('Eve'))).rejects.toMatchObject({ code: 'banned' });
  const back = await joins(after, 'Bob', { ...as('Bob'), participantId: bob.id });
  expect(seenBy(back, bob)?.role).toBe('moderator');
  expect(back.room.data.settings).toMatchObject({ title: 'Daily', hasLobby: true });
  const chat = await resourcesOf(back);
  expect(Object.entries(chat.data.resources)).toMatchObject([
    [`${ann.id}-1`, { content: 'Hello.', authorName: 'Ann' }],
  ]);
  const owner = await joins(after, 'Ann', { ...as('Ann'), participantId: ann.id });
  expect(seenBy(back, owner)).toMatchObject({ role: 'owner' });
  expect(owner.id).toBe(ann.id);
  await expect(writes(owner, 'create', `${ann.id}-2`, 'Again.')).resolves.toMatchObject({ code: 200 });
});

test('[C43] where banned guests came from is not kept, and holds for them all the same', async () => {
  const store = createMemoryRoomStore();
  const before = await aConference({}, { store });
  const ann = await joins(before, 'Ann', as('Ann'));
  const eve = await joins(before, 'Eve', { origin: '198.18.0.9' });
  await ann.asks('removeParticipant', { participantId: eve.id, isBanned: true });
  before.conference.stop();
  expect(JSON.stringify(store.load())).not.toContain('198.18.');
  expect(store.load()[0]?.bans.origins).toHaveLength(1);
  const after = await aConference({}, { store });
  const again = joins(after, 'Not Eve', { origin: '198.18.0.9' });
  await expect(again).rejects.toMatchObject({ code: 'banned' });
  await joins(after, 'Fay', { origin: '198.18.0.2' });
});

test('[C43] nobody is known by their origin from one room to the other', () => {
  const hashes = [1, 2].map(() => {
    const memory = new RoomMemory(emptyMemory());
    memory.ban({ userUrl: 'user://acme.test/eve', isGuest: true, origin: '198.18.0.9' }, () => false);
    return memory.record.bans.origins[0];
  });
  expect(hashes[0]).not.toBe(hashes[1]);
});

test('[C19] [C29] where no owner comes back in time, the room goes to who is there', async () => {
  const store = createMemoryRoomStore();
  const { bob } = await aStoppedServer(store);
  const after = await aConference({}, { store });
  const back = await joins(after, 'Bob', { ...as('Bob'), participantId: bob.id });
  after.clock.advance(59_999);
  await settle();
  expect(seenBy(back, bob)?.role).toBe('moderator');
  after.clock.advance(1);
  await settle();
  expect(seenBy(back, bob)?.role).toBe('owner');
});

/** The minute that an owner has to come back; who waits is told meanwhile that it goes on. */
async function waitsForOwner({ clock }: Conference) {
  for (let seconds = 0; seconds < 60; seconds += 5) {
    await settle();
    clock.advance(5_000);
  }
  await settle();
}

test('[C19] [C29] where nobody was in then, the room goes to the next who comes in', async () => {
  const store = createMemoryRoomStore();
  const { ann, bob } = await aStoppedServer(store);
  const after = await aConference({}, { store });
  const fay = joins(after, 'Fay');
  await waitsForOwner(after);
  expect(after.conference.dump()).toMatchObject({ participants: 0, waiting: 1 });
  const back = await joins(after, 'Bob', { ...as('Bob'), participantId: bob.id });
  expect(seenBy(back, bob)?.role).toBe('owner');
  const [waiting] = after.conference.room(standup)?.lobby.waiting ?? [];
  await back.asks('decideAdmission', { participantId: waiting?.id, isAdmitted: true });
  const inside = await fay;
  const owner = await joins(after, 'Ann', { ...as('Ann'), participantId: ann.id });
  expect([inside, owner].map((one) => seenBy(back, one)?.role)).toEqual(['participant', 'owner']);
});

test('[C19] [C29] whose room it is and comes late has it for themselves', async () => {
  const store = createMemoryRoomStore();
  const { ann } = await aStoppedServer(store);
  const after = await aConference({}, { store });
  joins(after, 'Fay').catch(() => undefined);
  await waitsForOwner(after);
  const owner = await joins(after, 'Ann', { ...as('Ann'), participantId: ann.id });
  const bob = await joins(after, 'Bob', as('Bob'));
  expect([owner, bob].map((one) => seenBy(owner, one)?.role)).toEqual(['owner', 'moderator']);
});

test('[C29] a room that nobody comes back to in time is forgotten', async () => {
  const store = createMemoryRoomStore();
  await aStoppedServer(store);
  const after = await aConference({}, { store });
  after.clock.advance(599_999);
  expect(store.load()).toHaveLength(1);
  after.clock.advance(1);
  expect(store.load()).toEqual([]);
  const eve = await joins(after, 'Eve', as('Eve'));
  expect(seenBy(eve, eve)?.role).toBe('owner');
});

test('[C29] a visitor who is refused or waits does not wake it for good', async () => {
  const store = createMemoryRoomStore();
  const { ann } = await aStoppedServer(store);
  const after = await aConference({}, { store });
  const fay = joins(after, 'Fay');
  fay.catch(() => undefined);
  await settle();
  expect(after.conference.dump()).toMatchObject({ rooms: 1, waiting: 1, dormantRooms: 0 });
  const [waiting] = after.conference.room(standup)?.lobby.waiting ?? [];
  after.conference.room(standup)?.lobby.decide(waiting?.id ?? ('' as never), false, undefined);
  await expect(fay).rejects.toMatchObject({ code: 'refused' });
  await settle();
  expect(after.conference.dump()).toMatchObject({ rooms: 0, dormantRooms: 1 });
  const back = await joins(after, 'Ann', { ...as('Ann'), participantId: ann.id });
  expect(seenBy(back, back)?.role).toBe('owner');
});

test('[C4] [C29] of a room that has ended nothing is kept', async () => {
  const store = createMemoryRoomStore();
  const conference = await aConference({}, { store });
  const ann = await joins(conference, 'Ann');
  await settle();
  expect(store.load()).toMatchObject([{ id: 'standup', isByApplication: false }]);
  await ann.asks('leaveRoom');
  expect(store.load()).toEqual([]);
  conference.conference.createRoom(standup);
  conference.conference.close(standup);
  expect(store.load()).toEqual([]);
});

test('[C29] what the application makes again has what was known of it', async () => {
  const store = createMemoryRoomStore();
  await aStoppedServer(store);
  const after = await aConference({}, { store });
  const room = after.conference.createRoom(standup, { settings: { title: 'Weekly' } });
  expect(room.settings).toMatchObject({ title: 'Weekly', hasLobby: true });
  expect(room.memory.roleOf('user://acme.test/bob')).toBe('moderator');
  expect(after.conference.dump()).toMatchObject({ rooms: 1, dormantRooms: 0 });
});

test('[C29] a stopped server keeps no timer and tells its store nothing more', async () => {
  const store = createMemoryRoomStore();
  await aStoppedServer(store);
  const after = await aConference({}, { store });
  const ann = await joins(after, 'Ann', as('Ann'));
  await ann.asks('raiseHand', { isRaised: true });
  after.conference.stop();
  const kept = store.load();
  await settle();
  after.clock.advance(3_600_000);
  expect(store.load()).toEqual(kept);
  expect(kept).toHaveLength(1);
});
