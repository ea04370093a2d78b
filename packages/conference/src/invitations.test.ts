/** Ringing at people, and what they answer. */
import type { MessageHandler } from '@plenum/hyperty';
import { ConferenceError, type InvitationResult, invitationSchema, type UserUrl } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import {
  aClient,
  aConference,
  type Conference,
  joins,
  known,
  seenBy,
  standup,
  type Visitor,
} from './testing/conference-fixture.ts';

type Answer = 'accepts' | 'declines' | 'is silent';

/** A page that can be rung at, by its own address and by its user's. */
async function aPhone(conference: Conference, name: string, answer: Answer) {
  const client = aClient(conference, name);
  const rung: v.InferOutput<typeof invitationSchema>[] = [];
  const answers: Readonly<Record<Answer, MessageHandler>> = {
    accepts: () => ({ code: 200 }),
    declines: () => {
      throw new ConferenceError('declined', 'Busy.');
    },
    'is silent': () => undefined,
  };
  client.runtime.bus.listen(client.url, (message, progress) => {
    if (message.type !== 'create') throw new ConferenceError('unknown-method');
    rung.push(v.parse(invitationSchema, message.body.value));
    return answers[answer](message, progress);
  });
  return { ...client, rung };
}

async function aRoom() {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  await ann.asks('changeSettings', { settings: { title: 'Daily', isLocked: true, guests: 'refused' } });
  return { conference, ann };
}

function results(asked: Promise<unknown>): Promise<readonly InvitationResult[]> {
  return asked.then((value) => (value as { results: readonly InvitationResult[] }).results);
}

const invites = (ann: Visitor, users: readonly string[]) => results(ann.asks('inviteUsers', { users }));

test('[C40] who accepts is told of who invites and where to, and passes lock, lobby and policy', async () => {
  const { conference, ann } = await aRoom();
  const bob = await aPhone(conference, 'Bob', 'accepts');
  await expect(joins(conference, 'Bob', { client: bob })).rejects.toMatchObject({ code: 'room-locked' });
  expect(await invites(ann, [bob.url])).toEqual([{ user: bob.url, outcome: 'accepted' }]);
  expect(bob.rung).toEqual([
    {
      roomId: 'standup',
      title: 'Daily',
      from: { name: 'Ann', userURL: seenBy(ann, ann)?.userURL },
    },
  ]);
  const inside = await joins(conference, 'Bob', { client: bob });
  expect(seenBy(ann, inside)?.name).toBe('Bob');
});

test('[C40] who declines says why, and who is not there is unreachable', async () => {
  const { conference, ann } = await aRoom();
  const cyd = await aPhone(conference, 'Cyd', 'declines');
  const nowhere = [
    'user://acme.test/nobody',
    'hyperty://acme.test/nobody/client',
    'user://elsewhere.test/dan',
    'hyperty://acme.test/conference',
    'comm://acme.test/standup',
    'what?',
  ];
  expect(await invites(ann, [cyd.url, ...nowhere])).toEqual([
    { user: cyd.url, outcome: 'declined', reason: 'Busy.' },
    ...nowhere.map((user) => ({ user, outcome: 'unreachable' })),
  ]);
});

test('[C40] who does not answer in a minute does not; meanwhile the inviter is told to wait', async () => {
  const { conference, ann } = await aRoom();
  const dan = await aPhone(conference, 'Dan', 'is silent');
  let provisional = 0;
  const params = { roomId: 'standup', users: [dan.url] };
  const asked = results(ann.execute('inviteUsers', params, { onProgress: () => provisional++ }));
  for (let seconds = 0; seconds < 60; seconds += 5) {
    await settle();
    conference.clock.advance(5_000);
  }
  expect(await asked).toEqual([{ user: dan.url, outcome: 'unanswered' }]);
  expect(provisional).toBeGreaterThanOrEqual(12);
});

test('[C40] all of a user’s hyperties ring, and the first to accept answers', async () => {
  const { conference, ann } = await aRoom();
  const phones = [
    await aPhone(conference, 'Eve', 'is silent'),
    await aPhone(conference, 'Eve', 'declines'),
    await aPhone(conference, 'Eve', 'accepts'),
  ];
  const eve: UserUrl = 'user://acme.test/eve';
  conference.phoneBook.set(
    eve,
    phones.map(({ url }) => url),
  );
  expect(await invites(ann, [eve])).toEqual([{ user: eve, outcome: 'accepted' }]);
  expect(phones.map(({ rung }) => rung.length)).toEqual([1, 1, 1]);
  const inside = await joins(conference, 'Eve', { identity: known('Eve') });
  expect(seenBy(ann, inside)?.userURL).toBe(eve);
});

test('[C40] nobody rings at half the town', async () => {
  const { conference, ann } = await aRoom();
  const many = Array.from({ length: 32 }, (_, index) => `user://acme.test/n${index}`);
  await invites(ann, many);
  await invites(ann, many);
  await expect(invites(ann, ['user://acme.test/one-more'])).rejects.toMatchObject({ code: 'rate-limited' });
  conference.clock.advance(1_000);
  await invites(ann, ['user://acme.test/one-more']);
});

test('[C40] when the room ends, it rings no more', async () => {
  const { conference, ann } = await aRoom();
  const dan = await aPhone(conference, 'Dan', 'is silent');
  const asked = invites(ann, [dan.url]);
  await settle();
  await ann.asks('closeRoom');
  expect(await asked).toEqual([{ user: dan.url, outcome: 'unanswered' }]);
  await settle();
  expect(await conference.counts()).toMatchObject({ rooms: 0 });
});

test('[C40] the application forwards invitations in the room’s name', async () => {
  const { conference } = await aRoom();
  const bob = await aPhone(conference, 'Bob', 'accepts');
  expect(await conference.conference.addParticipant(standup, bob.url)).toEqual({
    user: bob.url,
    outcome: 'accepted',
  });
  expect(bob.rung).toMatchObject([
    { roomId: 'standup', from: { name: 'Daily', userURL: 'user://acme.test/conference' } },
  ]);
  await joins(conference, 'Bob', { client: bob });
});

test('[C41] a link for guests is a token for this room, as a guest, for a time', async () => {
  const claims: unknown[] = [];
  const mintGuestToken = async (asked: unknown) => {
    claims.push(asked);
    return 'a-token';
  };
  const conference = await aConference({}, { mintGuestToken });
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  const expires = '2026-01-01T00:01:00.000Z';
  const asked = ann.asks('createGuestToken', { role: 'listener', validForSeconds: 60 });
  expect(await asked).toEqual({ token: 'a-token', expires });
  const invitedBy = 'user://acme.test/ann';
  expect(claims).toEqual([{ roomId: 'standup', role: 'listener', expires, invitedBy }]);
  await ann.asks('changeSettings', { settings: { guests: 'refused' } });
  const identity = { isGuest: true, grant: { room: standup, role: 'listener' as const } };
  const guest = await joins(conference, 'Guest', { identity });
  expect(seenBy(ann, guest)?.role).toBe('listener');
});

test('[C41] without who makes tokens there are none', async () => {
  const { ann } = await aRoom();
  await expect(ann.asks('createGuestToken')).rejects.toMatchObject({ code: 'unknown-method' });
});
