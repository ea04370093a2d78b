import { expect, test } from 'vitest';
import { createFakeMedia } from './fake-media.ts';
import { aParticipant, createFakeRoom, someWaiting } from './fake-room.ts';
import { createModeration } from './moderation.ts';
import { createNotices } from './notices.ts';
import { settled } from './settled.ts';

function aModerator() {
  const room = createFakeRoom(createFakeMedia());
  const notices = createNotices();
  const moderation = createModeration(room, notices);
  return { room, notices, moderation, settled };
}

const ben = aParticipant('ben', { name: 'Ben', mayPublish: ['camera'] });

test('who is let in is off the list at once, and back on it if that failed', async () => {
  const { room, notices, moderation, settled } = aModerator();
  const [ann, eve] = [someWaiting('Ann'), someWaiting('Eve')];
  room.waiting.set([ann, eve]);
  room.refuseWith('disconnected');
  moderation.admit(ann);
  expect(moderation.waiting.current).toEqual([eve]);
  await settled();
  expect(moderation.waiting.current).toEqual([ann, eve]);
  expect(notices.items.current[0]?.title).toBe('Ann could not be let in');
});

test('all who wait are let in by one press', () => {
  const { room, moderation } = aModerator();
  room.waiting.set([someWaiting('Ann'), someWaiting('Eve')]);
  moderation.admitAll();
  expect(room.asked).toEqual(['admit Ann', 'admit Eve']);
});

test.each([
  ['mute', 'mute ben microphone'],
  ['stop-video', 'mute ben camera'],
  ['allow-speaking', 'allowSources ben camera,microphone'],
  ['forbid-speaking', 'allowSources ben camera'],
  ['lower-hand', 'raiseHand false ben'],
  ['make-moderator', 'setRole ben moderator'],
] as const)('%s asks the server for “%s”', (action, asked) => {
  const { room, moderation } = aModerator();
  room.setPeople([ben]);
  moderation.act(action, ben.id);
  expect(room.asked).toEqual([asked]);
});

test('a reason that was not given is not told', () => {
  const { room, moderation } = aModerator();
  moderation.remove(ben, { reason: ' ', isBanned: false });
  moderation.remove(ben, { reason: ' Noise ', isBanned: true });
  expect(room.asked).toEqual([
    'remove ben {"isBanned":false}',
    'remove ben {"isBanned":true,"reason":"Noise"}',
  ]);
});

test('what the server refuses is said in words', async () => {
  const { room, notices, moderation, settled } = aModerator();
  room.setPeople([ben]);
  room.refuseWith('not-authorized');
  moderation.act('mute', ben.id);
  await settled();
  expect(notices.items.current).toMatchObject([
    { kind: 'problem', title: 'Ben could not be muted', text: 'You may not do that, or not any more.' },
  ]);
});
