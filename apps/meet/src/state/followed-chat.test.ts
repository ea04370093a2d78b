import type { ParticipantId } from '@plenum/client';
import { expect, test } from 'vitest';
import { aMessage, createFakeChat } from './fake-chat.ts';
import { createFakeMedia } from './fake-media.ts';
import { createFakeRoom } from './fake-room.ts';
import { followPrivateChat } from './followed-chat.ts';

test('what was said stays to be read when the other has left, and what comes after stands below', async () => {
  const room = createFakeRoom(createFakeMedia());
  const [first, second] = [createFakeChat('ben'), createFakeChat('ben')];
  const followed = followPrivateChat(room, 'ben' as ParticipantId);
  const ids = () => followed.messages.current.map(({ id }) => id);
  room.privateChats.set([first]);
  first.arrive(aMessage('1'));
  first.arrive(aMessage('2'));
  room.privateChats.set([]);
  expect(ids()).toEqual(['1', '2']);
  room.privateChats.set([second]);
  second.arrive(aMessage('3'));
  expect(ids()).toEqual(['1', '2', '3']);
  await followed.remove('1');
  expect(ids()).toEqual(['2', '3']);
  followed.close();
  second.arrive(aMessage('4'));
  expect(ids()).toEqual(['2', '3']);
});
