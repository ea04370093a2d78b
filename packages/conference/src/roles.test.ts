/** Who may ask what of a room: every method, by every role, over the wire. */
import { type ConferenceMethod, conferenceMethods, type Role, type RoomId, roles } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { describe, expect, test } from 'vitest';
import {
  aClient,
  aConference,
  aContext,
  type Conference,
  joins,
  known,
  seenBy,
  type Visitor,
} from './testing/conference-fixture.ts';
import { MemoryArchive } from './testing/memory-archive.ts';
import { MemoryStation } from './testing/memory-station.ts';

/** The role that asks, and an ordinary participant whom it concerns. */
async function aRoomWith(role: Role) {
  const conference = await aConference(
    {},
    {
      mintGuestToken: async () => 'a-token',
      recordings: new MemoryArchive(),
      broadcasts: new MemoryStation(),
    },
  );
  await joins(conference, 'Ada', { identity: known('Ada') });
  const actor = await joins(conference, 'Ann', { identity: known('Ann', { role }) });
  const bob = await joins(conference, 'Bob', { identity: known('Bob') });
  return { conference, actor, bob };
}

interface Row {
  /** owner, moderator, participant, listener. */
  readonly allowed: readonly [boolean, boolean, boolean, boolean];
  readonly ask: (actor: Visitor, bob: Visitor, conference: Conference) => Promise<unknown>;
}

const everybody = [true, true, true, true] as const;
const moderators = [true, true, false, false] as const;

const table: Readonly<Record<ConferenceMethod, Row>> = {
  // To be let in is another matter: who is in gets another link.
  joinRoom: {
    allowed: everybody,
    ask: (actor) => actor.asks('joinRoom', { name: 'Ann', context: aContext(actor).snapshot() }),
  },
  renewIceServers: { allowed: everybody, ask: (actor) => actor.asks('renewIceServers') },
  leaveRoom: { allowed: everybody, ask: (actor) => actor.asks('leaveRoom') },
  // Any guest may, unless told otherwise.
  createRoom: { allowed: everybody, ask: (actor) => actor.execute('createRoom', { roomId: 'other' }) },
  changeSettings: {
    allowed: moderators,
    ask: (actor) => actor.asks('changeSettings', { settings: { isLocked: true } }),
  },
  raiseHand: { allowed: everybody, ask: (actor) => actor.asks('raiseHand', { isRaised: true }) },
  muteParticipant: {
    allowed: moderators,
    ask: (actor, { id }) => actor.asks('muteParticipant', { participantId: id, source: 'camera' }),
  },
  allowSources: {
    allowed: moderators,
    ask: (actor, { id }) => actor.asks('allowSources', { participantId: id, sources: [] }),
  },
  setRole: {
    allowed: moderators,
    ask: (actor, { id }) => actor.asks('setRole', { participantId: id, role: 'listener' }),
  },
  removeParticipant: {
    allowed: moderators,
    ask: (actor, { id }) => actor.asks('removeParticipant', { participantId: id }),
  },
  decideAdmission: {
    allowed: moderators,
    ask: async (actor, _bob, conference) => {
      conference.conference.onJoinRoom(() => ({ admit: 'wait' }));
      joins(conference, 'Cyd').catch(() => undefined);
      await settle();
      const [waiting] = conference.conference.room(actor.room.data.roomId)?.lobby.waiting ?? [];
      return actor.asks('decideAdmission', { participantId: waiting?.id, isAdmitted: false });
    },
  },
  inviteUsers: {
    allowed: moderators,
    ask: (actor) => actor.asks('inviteUsers', { users: ['user://acme.test/nobody'] }),
  },
  createGuestToken: { allowed: moderators, ask: (actor) => actor.asks('createGuestToken') },
  openPrivateChat: {
    allowed: everybody,
    ask: (actor, { id }) => actor.asks('openPrivateChat', { participantId: id }),
  },
  startRecording: { allowed: moderators, ask: (actor) => actor.asks('startRecording') },
  stopRecording: { allowed: moderators, ask: (actor) => actor.asks('stopRecording') },
  listRecordings: { allowed: moderators, ask: (actor) => actor.asks('listRecordings') },
  startBroadcast: { allowed: moderators, ask: (actor) => actor.asks('startBroadcast') },
  stopBroadcast: { allowed: moderators, ask: (actor) => actor.asks('stopBroadcast') },
  closeRoom: { allowed: [true, false, false, false], ask: (actor) => actor.asks('closeRoom') },
};

describe('[C16] role by method', () => {
  const cases = (Object.keys(conferenceMethods) as ConferenceMethod[]).flatMap((method) =>
    roles.map((role, index) => ({ role, method, isAllowed: table[method].allowed[index] === true })),
  );
  test.each(cases)('$role, $method: $isAllowed', async ({ role, method, isAllowed }) => {
    const { conference, actor, bob } = await aRoomWith(role);
    const asked = table[method].ask(actor, bob, conference);
    if (isAllowed) await asked;
    else await expect(asked).rejects.toMatchObject({ code: 'not-authorized' });
  });

  test.each((Object.keys(conferenceMethods) as ConferenceMethod[]).filter(isOfTheRoom))(
    'nobody who is not in the room: %s',
    async (method) => {
      const { conference, bob } = await aRoomWith('participant');
      const eve = aClient(conference, 'Eve');
      const asks = (name: string, about: object = {}) => eve.execute(name, { roomId: 'standup', ...about });
      const asked = table[method].ask({ ...bob, ...eve, asks }, bob, conference);
      await expect(asked).rejects.toMatchObject({ code: 'not-authorized' });
    },
  );
});

function isOfTheRoom(method: ConferenceMethod): boolean {
  return !['joinRoom', 'leaveRoom', 'createRoom'].includes(method);
}

test('[C16] who is not there cannot be meant, and a room that is not there not be asked', async () => {
  const { actor, bob } = await aRoomWith('owner');
  const nobody = { participantId: 'n0b0d', source: 'camera' };
  await expect(actor.asks('muteParticipant', nobody)).rejects.toMatchObject({
    code: 'participant-not-found',
  });
  await expect(bob.asks('muteParticipant', nobody)).rejects.toMatchObject({ code: 'not-authorized' });
  await expect(actor.execute('raiseHand', { roomId: 'other', isRaised: true })).rejects.toMatchObject({
    code: 'room-not-found',
  });
});

test('[C17] whose visit creates the room owns it, and others get the room’s default role', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  await ann.asks('changeSettings', { settings: { defaultRole: 'listener' } });
  const bob = await joins(conference, 'Bob');
  expect([seenBy(ann, ann)?.role, seenBy(ann, bob)?.role]).toEqual(['owner', 'listener']);
});

test('[C17] guests create no rooms where they may not, nor does a token for another room', async () => {
  const conference = await aConference({}, { mayGuestsCreateRooms: false });
  await expect(joins(conference, 'Eve')).rejects.toMatchObject({ code: 'room-not-found' });
  const eve = aClient(conference, 'Eve');
  await expect(eve.execute('createRoom', { roomId: 'standup' })).rejects.toMatchObject({
    code: 'not-authorized',
  });
  await joins(conference, 'Ann', { identity: known('Ann') });
  await joins(conference, 'Bob');
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 2 });
  const other = known('Cyd', { room: conference.conference.room('standup' as never)?.id });
  const cyd = joins(conference, 'Cyd', { identity: other, room: 'elsewhere' });
  await expect(cyd).rejects.toMatchObject({ code: 'token-for-another-room' });
});

test('[C17] a room may be opened ahead of a visit, is its opener’s, and does not wait for ever', async () => {
  const conference = await aConference({ enterWithinMs: 60_000 });
  const ann = aClient(conference, 'Ann', undefined, known('Ann'));
  await ann.execute('createRoom', { roomId: 'standup', settings: { title: 'Daily', guests: 'refused' } });
  await expect(joins(conference, 'Eve')).rejects.toMatchObject({ code: 'guests-refused' });
  await expect(ann.execute('createRoom', { roomId: 'standup' })).rejects.toMatchObject({
    code: 'room-exists',
  });
  const inside = await joins(conference, 'Ann', { client: ann });
  expect(inside.room.data.settings).toMatchObject({ title: 'Daily', guests: 'refused' });
  expect(seenBy(inside, inside)?.role).toBe('owner');
  await ann.execute('createRoom', { roomId: 'later' });
  conference.clock.advance(60_000);
  expect(conference.conference.dump()).toMatchObject({ rooms: 1, participants: 1 });
});

test('[C17] the application gives rooms their owners, settings and topology, and people their role', async () => {
  const conference = await aConference();
  conference.conference.createRoom('standup' as never, {
    settings: { title: 'Daily', defaultRole: 'listener' },
    owners: ['user://acme.test/ann'],
  });
  conference.conference.onJoinRoom(({ name }) =>
    name === 'Mod' ? { admit: true, role: 'moderator' } : { admit: true },
  );
  const bob = await joins(conference, 'Bob');
  const mod = await joins(conference, 'Mod');
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  expect([bob, mod, ann].map((person) => seenBy(bob, person)?.role)).toEqual([
    'listener',
    'moderator',
    'owner',
  ]);
});

test('[C19] the room of a last owner who leaves goes to who moderates, and comes back with them', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  const bob = await joins(conference, 'Bob');
  const cyd = await joins(conference, 'Cyd');
  await ann.asks('setRole', { participantId: cyd.id, role: 'moderator' });
  await ann.asks('leaveRoom');
  await settle();
  expect([seenBy(bob, bob)?.role, seenBy(bob, cyd)?.role]).toEqual(['participant', 'owner']);
  cyd.runtime.close();
  await settle();
  expect(seenBy(bob, bob)?.role).toBe('owner');
  const again = await joins(conference, 'Ann', { identity: known('Ann') });
  expect(seenBy(again, again)?.role).toBe('owner');
});

const told = (visitor: Visitor) => seenBy(visitor, visitor)?.may;
const plain = ['chat', 'createRooms'];

test('[C45] who joins is told what they may do, as role and token leave it', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  expect(told(ann)).toEqual(['chat', 'invite', 'moderate', 'own', 'createRooms']);
  const bob = await joins(conference, 'Bob');
  expect(told(bob)).toEqual(plain);
  const cyd = await joins(conference, 'Cyd', { identity: known('Cyd', { moderate: true, invite: false }) });
  expect(told(cyd)).toEqual(['chat', 'moderate', 'createRooms']);
  const dan = await joins(conference, 'Dan', { identity: known('Dan', { data: false, createRooms: false }) });
  expect(told(dan)).toEqual([]);
});

test('[C45] whose token is for one room opens no others, and is told so', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann', {
    identity: known('Ann', { room: 'standup' as RoomId, createRooms: true }),
  });
  expect(told(ann)).not.toContain('createRooms');
});

test('[C45] where guests open no rooms they are told so', async () => {
  const conference = await aConference({}, { mayGuestsCreateRooms: false });
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  const bob = await joins(conference, 'Bob');
  expect([told(ann), told(bob)].map((may) => may?.includes('createRooms'))).toEqual([true, false]);
});

test('[C45] whose role changes is told again, as everybody is; whose role does not, of nothing', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob', { identity: known('Bob', { data: false }) });
  const before = bob.room.version;
  await ann.asks('setRole', { participantId: bob.id, role: 'moderator' });
  await settle();
  expect(told(bob)).toEqual(['invite', 'moderate', 'createRooms']);
  expect(bob.room.version - before).toBe(2);
  await ann.asks('muteParticipant', { participantId: bob.id, source: 'camera' });
  await settle();
  expect(bob.room.version - before).toBe(3);
});

test('[C45] who inherits the room, and who takes a place over, is told', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob', { identity: known('Bob', { data: false }) });
  const again = await joins(conference, 'Bob', { identity: known('Bob'), participantId: bob.id });
  expect(told(again)).toEqual(plain);
  await ann.asks('leaveRoom');
  await settle();
  expect(told(again)).toEqual(expect.arrayContaining(['chat', 'moderate', 'own']));
});
