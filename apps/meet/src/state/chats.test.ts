import type { ParticipantId } from '@plenum/client';
import { expect, test } from 'vitest';
import { createChats } from './chats.ts';
import { aMessage, createFakeChat } from './fake-chat.ts';
import { createFakeMedia } from './fake-media.ts';
import { createFakeRoom } from './fake-room.ts';
import { createNotices } from './notices.ts';
import { createPanels } from './panels.ts';
import { settled } from './settled.ts';

const ben = 'ben' as ParticipantId;

function someChats() {
  const room = createFakeRoom(createFakeMedia());
  const panels = createPanels();
  const notices = createNotices();
  return { room, panels, notices, chats: createChats({ room, panels, notices }) };
}

test('the first words of what nobody looked at are shown', () => {
  const { room, chats } = someChats();
  room.chat.arrive(aMessage('1', { text: 'Hello\nyou' }));
  expect(chats.hint.current).toMatchObject({ authorName: 'Ben', text: 'Hello you', isPrivate: false });
  expect(chats.unread.current).toBe(1);
});

test('the hint leads to its chat', () => {
  const { room, chats, panels } = someChats();
  const chat = createFakeChat('ben');
  room.privateChats.set([chat]);
  chat.arrive(aMessage('1'));
  const { hint } = chats;
  expect(hint.current?.isPrivate).toBe(true);
  if (hint.current !== undefined) chats.show(hint.current.conversation);
  expect(panels.shown.current).toBe('chat');
  expect(chats.shown.current.participantId).toBe('ben');
  expect(hint.current).toBeUndefined();
});

test('a private chat that comes with its first line is unread', () => {
  const { room, chats } = someChats();
  const chat = createFakeChat('ben');
  chat.arrive(aMessage('1'));
  room.privateChats.set([chat]);
  expect(chats.unread.current).toBe(1);
  chats.privates.current[0]?.setViewed(true);
  expect(chats.unread.current).toBe(0);
});

test('a private chat opened twice is one chat', async () => {
  const { chats, panels } = someChats();
  await chats.openPrivate(ben, 'Ben');
  chats.show(chats.everyone);
  await chats.openPrivate(ben, 'Ben');
  expect(chats.privates.current).toHaveLength(1);
  expect(chats.shown.current).toBe(chats.privates.current[0]);
  expect(panels.shown.current).toBe('chat');
});

test('a private chat that cannot be opened says so', async () => {
  const { room, chats, notices, panels } = someChats();
  room.refuseWith('participant-not-found');
  await chats.openPrivate(ben, 'Ben');
  expect(notices.items.current[0]).toMatchObject({
    kind: 'problem',
    title: 'The chat with Ben could not be opened',
    text: 'They have left the room.',
  });
  expect(panels.shown.current).toBeUndefined();
});

test('after the server has forgotten a private chat, its draft is left and the next line opens it anew', async () => {
  const { room, chats } = someChats();
  await chats.openPrivate(ben, 'Ben');
  const [conversation] = chats.privates.current;
  conversation?.draft.set('Still here?');
  room.privateChats.set([]);
  expect(chats.shown.current).toBe(conversation);
  conversation?.send();
  await settled();
  expect(room.asked).toEqual(['openPrivateChat ben', 'openPrivateChat ben']);
  expect(conversation?.groups.current[0]?.lines).toMatchObject([{ message: { text: 'Still here?' } }]);
});
