/** All chats of the call: everybody's, and the private ones. Which of them is shown, and what is unread. */
import type { ChatMessage, ParticipantId, Room } from '@plenum/client';
import { firstWords } from './chat-groups.ts';
import { type Conversation, createConversation } from './conversation.ts';
import { followPrivateChat } from './followed-chat.ts';
import type { Notices } from './notices.ts';
import type { Panels } from './panels.ts';
import { derived, type Signal, signal } from './signal.ts';

export interface ChatHint {
  readonly messageId: string;
  readonly authorName: string;
  /** The first words. */
  readonly text: string;
  readonly isPrivate: boolean;
  readonly conversation: Conversation;
}

export interface Chats {
  readonly everyone: Conversation;
  /** In order of opening. */
  readonly privates: Signal<readonly Conversation[]>;
  readonly shown: Signal<Conversation>;
  /** Of all of them. */
  readonly unread: Signal<number>;
  /** The newest line that nobody looked at, to be shown for a moment. */
  readonly hint: Signal<ChatHint | undefined>;
  show(conversation: Conversation): void;
  dismissHint(): void;
  /** Opens the panel at the chat with that person. */
  openPrivate(participantId: ParticipantId, name: string): Promise<void>;
  close(): void;
}

export interface ChatsOptions {
  readonly room: Pick<Room, 'chat' | 'privateChats' | 'openPrivateChat'>;
  readonly panels: Panels;
  readonly notices: Notices;
}

export function createChats({ room, panels, notices }: ChatsOptions): Chats {
  const hint = signal<ChatHint | undefined>(undefined);
  const hintOf = (message: ChatMessage, conversation: Conversation) => {
    const { id: messageId, authorName, text } = message;
    const isPrivate = conversation.participantId !== undefined;
    hint.set({ messageId, authorName, text: firstWords(text), isPrivate, conversation });
  };
  const everyone = createConversation({ chat: room.chat, onUnread: hintOf });
  const privates = trackPrivates(room, hintOf);
  const unread = signal(0);
  const countUnread = () => unread.set(sum([everyone, ...privates.all.current]));
  const stopCounting = countWith(everyone, privates.all, countUnread);
  const chosen = signal(everyone);
  const shown = derived([chosen, privates.all], () =>
    privates.all.current.includes(chosen.current) ? chosen.current : everyone,
  );

  return {
    everyone,
    privates: privates.all,
    shown,
    unread,
    hint,
    show(conversation) {
      chosen.set(conversation);
      hint.set(undefined);
      panels.open('chat');
    },
    dismissHint: () => hint.set(undefined),
    async openPrivate(participantId, name) {
      const opening = room.openPrivateChat(participantId);
      if (!(await notices.attempt(opening, `The chat with ${name} could not be opened`))) return;
      const conversation = privates.conversationWith(participantId);
      chosen.set(conversation);
      panels.open('chat');
    },
    close() {
      stopCounting();
      everyone.close();
      privates.close();
    },
  };
}

function sum(conversations: readonly Conversation[]): number {
  return conversations.reduce((total, { unread }) => total + unread.current, 0);
}

function countWith(
  everyone: Conversation,
  privates: Signal<readonly Conversation[]>,
  count: () => void,
): () => void {
  let stops: (() => void)[] = [];
  const listen = () => {
    for (const stop of stops) stop();
    stops = [everyone, ...privates.current].map(({ unread }) => unread.subscribe(count));
    count();
  };
  const stopPrivates = privates.subscribe(listen);
  listen();
  return () => {
    stopPrivates();
    for (const stop of stops) stop();
  };
}

/** One conversation with each person, the same even if the server has forgotten what was said and begins anew. */
function trackPrivates(
  room: ChatsOptions['room'],
  onUnread: (message: ChatMessage, conversation: Conversation) => void,
) {
  const known = new Map<ParticipantId, Conversation>();
  const all = signal<readonly Conversation[]>([]);
  const stops: (() => void)[] = [];
  const conversationWith = (participantId: ParticipantId): Conversation => {
    const before = known.get(participantId);
    if (before !== undefined) return before;
    const chat = followPrivateChat(room, participantId);
    const conversation = createConversation({ chat, participantId, onUnread });
    stops.push(conversation.close, chat.close);
    known.set(participantId, conversation);
    all.set([...known.values()]);
    return conversation;
  };
  const update = () => {
    for (const { participantId } of room.privateChats.current) conversationWith(participantId);
  };
  stops.push(room.privateChats.subscribe(update));
  update();
  return {
    all,
    conversationWith,
    close() {
      for (const stop of stops) stop();
    },
  };
}
