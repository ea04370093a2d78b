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
  const follow = () => {
    const chat = room.privateChats.current.find((one) => one.participantId === participantId);
    if (chat === followed) return;
    stopFollowed?.();
    followed = chat;
    stopFollowed = chat?.messages.subscribe(messages.set);
    messages.set(chat?.messages.current ?? []);
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
      await followed?.remove(messageId);
    },
    close() {
      stop();
      stopFollowed?.();
    },
  };
}
