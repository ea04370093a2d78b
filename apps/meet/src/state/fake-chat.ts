/** A chat for tests: keeps what is sent, refuses as told, and others write as told. */
import {
  type Chat,
  type ChatMessage,
  ConferenceError,
  type ErrorCode,
  type ParticipantId,
  type PrivateChat,
} from '@plenum/client';
import { signal } from './signal.ts';

export function aMessage(id: string, facts: Partial<ChatMessage> = {}): ChatMessage {
  return {
    id,
    text: id,
    participantId: 'ben' as ParticipantId,
    authorName: 'Ben',
    isOwn: false,
    created: '2026-11-20T10:00:00.000Z',
    ...facts,
  };
}

export interface FakeChat extends PrivateChat {
  /** Others wrote. */
  arrive(...messages: readonly ChatMessage[]): void;
  failWith(code: ErrorCode | undefined): void;
  /** From now on what is sent is taken, but comes back only by `arrive`. */
  holdBack(): void;
}

export function createFakeChat(participantId = 'ben'): FakeChat {
  const messages = signal<readonly ChatMessage[]>([]);
  let code: ErrorCode | undefined;
  let isHeldBack = false;
  const arrive = (...fresh: readonly ChatMessage[]) => messages.set([...messages.current, ...fresh]);
  return {
    participantId: participantId as ParticipantId,
    messages,
    arrive,
    failWith(next) {
      code = next;
    },
    holdBack() {
      isHeldBack = true;
    },
    async send(text) {
      if (code !== undefined) throw new ConferenceError(code);
      if (!isHeldBack) arrive(aMessage(`own-${messages.current.length}`, { text, isOwn: true, ...own }));
    },
    async remove(id) {
      messages.set(messages.current.filter((message) => message.id !== id));
    },
  } satisfies FakeChat & Chat;
}

const own = { participantId: 'self' as ParticipantId, authorName: 'Ann' };
