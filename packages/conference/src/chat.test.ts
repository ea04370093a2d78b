/** The chat and other resources, which everybody sees. */
import { childOf } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import {
  aClient,
  joins,
  known,
  resourcesOf,
  textsOf,
  twoPeople,
  writes,
} from './testing/conference-fixture.ts';

test('[C30] what somebody writes reaches everybody, and the server says who wrote it and when', async () => {
  const { conference, ann, bob } = await twoPeople();
  const chat = await resourcesOf(bob);
  await writes(ann, 'create', `${ann.id}-1`, '  Hello.  ');
  await settle();
  expect(chat.data.resources).toEqual({
    [`${ann.id}-1`]: {
      type: 'chat',
      content: 'Hello.',
      author: expect.stringMatching(/^user:\/\/acme\.test\/guest-/),
      authorName: 'Ann',
      participantId: ann.id,
      created: conference.clock.isoTime(),
    },
  });
});

test('[C30] who comes late has the history, also of those who have left', async () => {
  const { conference, ann, bob } = await twoPeople();
  await writes(ann, 'create', `${ann.id}-1`, 'One.');
  await writes(bob, 'create', `${bob.id}-1`, 'Two.');
  await ann.asks('leaveRoom');
  const cyd = await joins(conference, 'Cyd');
  expect(textsOf(await resourcesOf(cyd))).toEqual(['One.', 'Two.']);
});

test('[C31] only in one’s own name, and the same request again does no harm', async () => {
  const { ann, bob } = await twoPeople();
  const refused = { code: 'not-authorized' };
  await expect(writes(bob, 'create', `${ann.id}-1`, 'I am Ann.')).rejects.toMatchObject(refused);
  await writes(ann, 'create', `${ann.id}-1`, 'Hello.');
  await writes(ann, 'create', `${ann.id}-1`, 'Hello.');
  expect(textsOf(await resourcesOf(bob))).toEqual(['Hello.']);
  await expect(writes(ann, 'create', `${ann.id}-1`, 'Else.')).rejects.toMatchObject({ code: 'bad-request' });
});

test('[C32] who wrote it changes and removes it; moderators remove it', async () => {
  const { ann, bob } = await twoPeople();
  const chat = await resourcesOf(ann);
  for (const number of [1, 2]) await writes(bob, 'create', `${bob.id}-${number}`, `Line ${number}.`);
  await writes(ann, 'create', `${ann.id}-1`, 'Mine.');
  await writes(bob, 'update', `${bob.id}-1`, 'Line one.');
  await writes(bob, 'delete', `${bob.id}-2`);
  await settle();
  expect(textsOf(chat)).toEqual(['Line one.', 'Mine.']);
  expect(chat.data.resources[`${bob.id}-1`]).toHaveProperty('lastModified');
  const refused = { code: 'not-authorized' };
  await expect(writes(bob, 'delete', `${ann.id}-1`)).rejects.toMatchObject(refused);
  await expect(writes(ann, 'update', `${bob.id}-1`, 'Not me.')).rejects.toMatchObject(refused);
  await writes(ann, 'delete', `${bob.id}-1`);
  await settle();
  expect(textsOf(chat)).toEqual(['Mine.']);
  await expect(writes(ann, 'delete', `${bob.id}-1`)).rejects.toMatchObject({ code: 'resource-not-found' });
});

test('[C32] what a user wrote stays theirs when they leave and come again', async () => {
  const { conference, ann } = await twoPeople();
  const identity = known('Cyd');
  const cyd = await joins(conference, 'Cyd', { identity });
  await writes(cyd, 'create', `${cyd.id}-1`, 'Before.');
  await cyd.asks('leaveRoom');
  const again = await joins(conference, 'Cyd', { identity });
  expect(again.id).not.toBe(cyd.id);
  await expect(writes(ann, 'update', `${cyd.id}-1`, 'Not me.')).rejects.toMatchObject({
    code: 'not-authorized',
  });
  await writes(again, 'update', `${cyd.id}-1`, 'After.');
  await writes(again, 'delete', `${cyd.id}-1`);
});

test.each([
  ['an id that is none', 'x y', 'Hello.'],
  ['nothing', 'ID-1', '  '],
  ['too much', 'ID-1', 'a'.repeat(4_001)],
])('[C31] %s is refused', async (_what, id, content) => {
  const { ann } = await twoPeople();
  const asked = writes(ann, 'create', id.replace('ID', ann.id), content);
  await expect(asked).rejects.toMatchObject({ code: 'bad-request' });
});

test('[C31] nobody outside the room, and nobody whose token says so, writes or reads along', async () => {
  const { conference, ann } = await twoPeople();
  const eve = aClient(conference, 'Eve');
  const outside = { ...ann, ...eve };
  await expect(writes(outside, 'create', `${ann.id}-1`, 'Hello.')).rejects.toMatchObject({
    code: 'not-authorized',
  });
  await expect(resourcesOf(outside)).rejects.toMatchObject({ code: 'not-authorized' });
  const identity = known('Tom', { role: 'listener', data: false });
  const tom = await joins(conference, 'Tom', { identity });
  await resourcesOf(tom);
  await expect(writes(tom, 'create', `${tom.id}-1`, 'Hello.')).rejects.toMatchObject({
    code: 'not-authorized',
  });
});

test('[C33] who writes without end is slowed', async () => {
  const { conference, ann, bob } = await twoPeople();
  const write = (number: number) => writes(ann, 'create', `${ann.id}-${number}`, `Line ${number}.`);
  for (let number = 1; number <= 10; number++) await write(number);
  await expect(write(11)).rejects.toMatchObject({ code: 'rate-limited' });
  await writes(bob, 'create', `${bob.id}-1`, 'Still here.');
  conference.clock.advance(1_000);
  await write(11);
  await write(12);
  await expect(write(13)).rejects.toMatchObject({ code: 'rate-limited' });
});

test('[C33] of a long talk the end is kept, by lines and by length', async () => {
  const { conference, ann, bob } = await twoPeople();
  for (let number = 1; number <= 503; number++) {
    conference.clock.advance(500);
    await writes(ann, 'create', `${ann.id}-${number}`, `${number}`);
  }
  const chat = await resourcesOf(bob);
  expect(Object.keys(chat.data.resources)).toHaveLength(500);
  expect(textsOf(chat)[0]).toBe('4');
  for (let number = 1; number <= 126; number++) {
    conference.clock.advance(500);
    await writes(bob, 'create', `${bob.id}-${number}`, 'a'.repeat(4_000));
  }
  await settle();
  expect(textsOf(chat)).toHaveLength(125);
});

test('[C30] the children of a room end with it', async () => {
  const { conference, ann, bob } = await twoPeople();
  await resourcesOf(ann);
  await ann.asks('openPrivateChat', { participantId: bob.id });
  await ann.asks('closeRoom');
  for (const { runtime } of [ann, bob]) runtime.close();
  await settle();
  expect(await conference.counts()).toMatchObject({ subscriptions: 0, communicationObjects: 0 });
  expect(childOf(ann.room.url, 'resources')).toBe('comm://acme.test/standup/children/resources');
});
