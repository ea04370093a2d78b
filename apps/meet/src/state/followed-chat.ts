/** The private chat with one person, whichever there is: after a server restart the one before is gone. */
import type { Chat, ChatMessage, ParticipantId, PrivateChat, Room } from '@plenum/client';
import { signal } from './signal.ts';

export interface FollowedChat extends Chat {
  close(): void;
}

export function followPrivateChat(
  room: Pick<Room, 'privateChats' | 'openPrivateChat'>,
  participantId: ParticipantId,
): FollowedChat {
  const messages = signal<readonly ChatMessage[]>([]);
  let followed: PrivateChat | undefined;
  let stopFollowed: (() => void) | undefined;
  /** Of chats that have ended: what was said one may still read. */
  let earlier: readonly ChatMessage[] = [];
  const show = () => messages.set([...earlier, ...(followed?.messages.current ?? [])]);
  const follow = () => {
    const chat = room.privateChats.current.find((one) => one.participantId === participantId);
    if (chat === followed) return;
    stopFollowed?.();
    earlier = messages.current;
    followed = chat;
    stopFollowed = chat?.messages.subscribe(show);
    show();
  };
  const stop = room.privateChats.subscribe(follow);
  follow();
  return {
    messages,
    async send(text) {
      const chat = followed ?? (await room.openPrivateChat(participantId));
      await chat.send(text);
    },
    async remove(messageId) {
      if (earlier.every(({ id }) => id !== messageId)) return followed?.remove(messageId);
      earlier = earlier.filter(({ id }) => id !== messageId);
      show();
    },
    close() {
      stop();
      stopFollowed?.();
    },
  };
}
