/** Private chats, which two people see. */
import {
  type DataObjectUrl,
  type ResourceCollectionSnapshot,
  type RoomId,
  resourceCollectionSnapshotSchema,
} from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
  aClient,
  aConference,
  joins,
  known,
  resourcesOf,
  standup,
  textsOf,
  twoPeople,
  type Visitor,
  writes,
} from './testing/conference-fixture.ts';

/** Takes the private chats that somebody is told of. */
function listensForChats(visitor: Visitor) {
  const chats: ResourceCollectionSnapshot[] = [];
  visitor.runtime.bus.listen(visitor.url, (message) => {
    if (message.type === 'create') chats.push(parseCollection(message.body.value));
    return { code: 200 };
  });
  return chats;
}

function parseCollection(value: unknown): ResourceCollectionSnapshot {
  return v.parse(resourceCollectionSnapshotSchema, value);
}

function adopt(visitor: Visitor, snapshot: ResourceCollectionSnapshot) {
  return visitor.runtime.syncher.adopt(snapshot, visitor.url, parseCollection);
}

test('[C34] a private chat reaches the two and nobody else', async () => {
  const { conference, ann, bob } = await twoPeople();
  const cyd = await joins(conference, 'Cyd', { identity: known('Cyd', { role: 'moderator' }) });
  const told = listensForChats(bob);
  const opened = parseCollection(await ann.asks('openPrivateChat', { participantId: bob.id }));
  await settle();
  expect(told.map(({ url, data }) => ({ url, data }))).toEqual([
    { url: opened.url, data: { resources: {}, members: [ann.id, bob.id] } },
  ]);
  const [snapshot = opened] = told;
  const [byAnn, byBob] = [adopt(ann, opened), adopt(bob, snapshot)];
  await writes(ann, 'create', `${ann.id}-1`, 'Psst.', opened.url);
  await writes(bob, 'create', `${bob.id}-1`, 'What?', opened.url);
  await settle();
  expect([textsOf(byAnn), textsOf(byBob)]).toEqual([
    ['Psst.', 'What?'],
    ['Psst.', 'What?'],
  ]);
  const refused = { code: 'not-authorized' };
  // Ann owns the room, but what is said in private is nobody's to moderate.
  const deleting = writes(ann, 'delete', `${bob.id}-1`, undefined, opened.url);
  await expect(deleting).rejects.toMatchObject(refused);
  await expect(writes(cyd, 'create', `${cyd.id}-1`, 'Hello?', opened.url)).rejects.toMatchObject(refused);
  await expect(writes(cyd, 'delete', `${ann.id}-1`, undefined, opened.url)).rejects.toMatchObject(refused);
  await expect(resourcesOf(cyd, opened.url.split('/').at(-1))).rejects.toMatchObject(refused);
});

test('[C34] there is one chat of two people, whoever opens it, and it ends when one has left', async () => {
  const { ann, bob } = await twoPeople();
  listensForChats(bob);
  const opened = parseCollection(await ann.asks('openPrivateChat', { participantId: bob.id }));
  const same = parseCollection(await bob.asks('openPrivateChat', { participantId: ann.id }));
  expect(same.url).toBe(opened.url);
  await settle();
  const copy = adopt(ann, opened);
  let isDeleted = false;
  copy.on('deleted', () => {
    isDeleted = true;
  });
  await bob.asks('leaveRoom');
  await settle();
  expect(isDeleted).toBe(true);
});

test('[C34] who got lost and comes back by another session is told of their private chats', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob', { identity: known('Bob') });
  listensForChats(bob);
  const { url } = parseCollection(await ann.asks('openPrivateChat', { participantId: bob.id }));
  await writes(ann, 'create', `${ann.id}-1`, 'Psst.', url);
  bob.runtime.close();
  await settle();
  const client = aClient(conference, 'Bob', undefined, known('Bob'));
  const told: DataObjectUrl[] = [];
  client.runtime.bus.listen(client.url, (message) => {
    if (message.type === 'create') told.push(parseCollection(message.body.value).url);
    return { code: 200 };
  });
  await joins(conference, 'Bob', { client, participantId: bob.id });
  conference.clock.advance(1);
  await settle();
  expect(told).toEqual([url]);
});

/** As many people as there are names, and the first of them asks the others for private chats. */
async function people(limits: Parameters<typeof aConference>[0], ...names: readonly string[]) {
  const conference = await aConference(limits);
  const visitors: Visitor[] = [];
  for (const name of names) visitors.push(await joins(conference, name));
  const opens = (opener: number, other: number) =>
    visitors[opener]?.asks('openPrivateChat', { participantId: visitors[other]?.id });
  return { conference, visitors, opens };
}

const tooMany = { code: 'capacity-exceeded' };

test('[C34] nobody opens private chats without end', async () => {
  const { opens, visitors } = await people({ privateChatsPerParticipant: 1 }, 'Ann', 'Bob', 'Cyd');
  await opens(0, 1);
  await opens(0, 1);
  await expect(opens(0, 2)).rejects.toMatchObject(tooMany);
  await visitors[1]?.asks('leaveRoom');
  await opens(0, 2);
});

test('[C34] a private chat counts for who opened it, and for nobody else', async () => {
  const { opens } = await people({ privateChatsPerParticipant: 1 }, 'Ann', 'Bob', 'Cyd', 'Dan');
  await opens(1, 0);
  await opens(2, 0);
  await opens(0, 3);
  await expect(opens(0, 3)).resolves.toBeDefined();
  await expect(opens(2, 3)).rejects.toMatchObject(tooMany);
});

test('[C34] a room has only so many private chats', async () => {
  const { opens, visitors } = await people({ privateChatsPerRoom: 1 }, 'Ann', 'Bob', 'Cyd');
  await opens(0, 1);
  await expect(opens(1, 2)).rejects.toMatchObject(tooMany);
  await expect(opens(1, 0)).resolves.toBeDefined();
  await visitors[0]?.asks('leaveRoom');
  await opens(1, 2);
});

test('[C34] a full room ends the chats of people who all got lost, before it refuses one', async () => {
  const names = ['Ann', 'Bob', 'Cyd', 'Dan'] as const;
  const { opens, visitors, conference } = await people({ privateChatsPerRoom: 1 }, ...names);
  await opens(0, 1);
  visitors[0]?.runtime.close();
  await settle();
  await expect(opens(2, 3)).rejects.toMatchObject(tooMany);
  visitors[1]?.runtime.close();
  await settle();
  await opens(2, 3);
  expect(conference.conference.room('standup' as RoomId)?.privateChats.size).toBe(1);
});

test('[C34] of a private chat less is kept than of the room’s', async () => {
  const { conference, ann, bob } = await twoPeople();
  listensForChats(bob);
  const opened = parseCollection(await ann.asks('openPrivateChat', { participantId: bob.id }));
  const chat = adopt(ann, opened);
  for (let number = 1; number <= 14; number++) {
    conference.clock.advance(500);
    await writes(ann, 'create', `${ann.id}-${number}`, 'a'.repeat(4_000), opened.url);
  }
  await settle();
  expect(textsOf(chat)).toHaveLength(12);
});

test('[C34] only who is in the room can be in a private chat', async () => {
  const { conference, ann, bob } = await twoPeople();
  const opens = (participantId: string) => ann.asks('openPrivateChat', { participantId });
  const missing = { code: 'participant-not-found' };
  await expect(opens('n0b0d')).rejects.toMatchObject(missing);
  bob.runtime.close();
  await settle();
  await expect(opens(bob.id)).rejects.toMatchObject(missing);
  await ann.asks('changeSettings', { settings: { hasLobby: true } });
  const cyd = joins(conference, 'Cyd');
  cyd.catch(() => undefined);
  await settle();
  const [waiting] = conference.conference.room(standup)?.lobby.waiting ?? [];
  await expect(opens(waiting?.id ?? '')).rejects.toMatchObject(missing);
  Object.assign(conference.router(), { createConnection: () => new Promise(() => undefined) });
  await ann.asks('decideAdmission', { participantId: waiting?.id, isAdmitted: true });
  await settle();
  await expect(opens(waiting?.id ?? '')).rejects.toMatchObject(missing);
  expect(conference.conference.room(standup)?.privateChats.size).toBe(0);
});
