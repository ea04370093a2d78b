import type { ParticipantId } from '@plenum/client';
import { expect, test, vi } from 'vitest';
import type { ChatGroup } from './chat-groups.ts';
import { createConversation, longestMessage } from './conversation.ts';
import { aMessage, createFakeChat } from './fake-chat.ts';
import { settled } from './settled.ts';

function aConversation() {
  const chat = createFakeChat();
  const onUnread = vi.fn();
  const conversation = createConversation({ chat, onUnread });
  const write = (text: string) => {
    conversation.draft.set(text);
    conversation.send();
  };
  return { chat, conversation, onUnread, settled, write };
}

const textsOf = (groups: readonly ChatGroup[]) =>
  groups.flatMap(({ lines }) =>
    lines.map((line) => (line.kind === 'message' ? line.message.text : `(${line.outgoing.text})`)),
  );

test('what others write is unread until one looks', () => {
  const { chat, conversation, onUnread } = aConversation();
  chat.arrive(aMessage('1'));
  chat.arrive(aMessage('2'), aMessage('3'));
  expect(conversation.unread.current).toBe(3);
  expect(onUnread.mock.calls.map(([message]) => message.id)).toEqual(['1', '3']);
  conversation.setViewed(true);
  expect(conversation.unread.current).toBe(0);
  chat.arrive(aMessage('4'));
  expect(conversation.unread.current).toBe(0);
  conversation.setViewed(false);
  chat.arrive(aMessage('5'));
  expect(conversation.unread.current).toBe(1);
});

test('the history of before one came is neither unread nor told', () => {
  const { chat, conversation, onUnread } = aConversation();
  chat.arrive(aMessage('1'), aMessage('2'), aMessage('3'));
  expect(conversation.unread.current).toBe(0);
  expect(onUnread).not.toHaveBeenCalled();
});

test('the groups stay the same while nothing changes, for views that compare them', () => {
  const { chat, conversation } = aConversation();
  chat.arrive(aMessage('1'));
  expect(conversation.groups.current).toBe(conversation.groups.current);
});

test('what was removed is no longer unread', async () => {
  const { chat, conversation } = aConversation();
  chat.arrive(aMessage('1'));
  await conversation.remove('1');
  expect(conversation.unread.current).toBe(0);
  expect(conversation.groups.current).toEqual([]);
});

test('one’s own words are there at once, and once', async () => {
  const { chat, conversation, settled, write } = aConversation();
  chat.holdBack();
  write('  Hello ');
  expect(conversation.draft.current).toBe('');
  expect(textsOf(conversation.groups.current)).toEqual(['(Hello)']);
  await settled();
  expect(textsOf(conversation.groups.current)).toEqual(['(Hello)']);
  chat.arrive(aMessage('1', { text: 'Hello', isOwn: true, participantId: 'self' as ParticipantId }));
  expect(textsOf(conversation.groups.current)).toEqual(['Hello']);
});

test('words that come back before the server has confirmed them are seen once', async () => {
  const { conversation, settled, write } = aConversation();
  write('Hello');
  expect(textsOf(conversation.groups.current)).toEqual(['Hello']);
  await settled();
  expect(textsOf(conversation.groups.current)).toEqual(['Hello']);
  expect(conversation.unread.current).toBe(0);
});

test('words that could not be sent stay, and can be sent again', async () => {
  const { chat, conversation, settled, write } = aConversation();
  chat.failWith('rate-limited');
  write('Hello');
  await settled();
  const line = conversation.groups.current[0]?.lines[0];
  expect(line).toMatchObject({ outgoing: { text: 'Hello', failure: { code: 'rate-limited' } } });
  chat.failWith(undefined);
  conversation.retry(line?.id ?? '');
  await settled();
  expect(textsOf(conversation.groups.current)).toEqual(['Hello']);
});

test('words that could not be sent can be thrown away', async () => {
  const { chat, conversation, settled, write } = aConversation();
  chat.failWith('disconnected');
  write('Hello');
  await settled();
  conversation.discard(conversation.groups.current[0]?.lines[0]?.id ?? '');
  expect(conversation.groups.current).toEqual([]);
});

test.each([
  ['blank', '  \n '],
  ['too long', 'x'.repeat(longestMessage + 1)],
])('a %s draft is not sent, and stays', (_what, text) => {
  const { conversation, write } = aConversation();
  write(text);
  expect(conversation.draft.current).toBe(text);
  expect(conversation.groups.current).toEqual([]);
});
