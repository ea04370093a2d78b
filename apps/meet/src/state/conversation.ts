/** One chat as the views see it: its lines, what one is writing, and how much of it is unread. */
import type { Chat, ChatMessage, ParticipantId } from '@plenum/client';
import { type ChatGroup, groupLines, type Outgoing } from './chat-groups.ts';
import { toFailure } from './error-words.ts';
import { derived, derivedOnce, type Signal, signal, type WritableSignal } from './signal.ts';

/** UTF-16 units; the server takes no more. */
export const longestMessage = 4_000;

export interface Conversation {
  /** The other one of a private chat; undefined where everybody reads it. */
  readonly participantId: ParticipantId | undefined;
  readonly groups: Signal<readonly ChatGroup[]>;
  /** What others wrote since one last looked. */
  readonly unread: Signal<number>;
  /** What is being written; kept while the panel is closed. */
  readonly draft: WritableSignal<string>;
  /** Sends the draft, which is empty then. Nothing happens while it is blank or too long. */
  send(): void;
  /** Tries again to send what could not be sent. */
  retry(outgoingId: string): void;
  discard(outgoingId: string): void;
  remove(messageId: string): Promise<void>;
  /** Whether its end is on the screen: then nothing is unread. */
  setViewed(isViewed: boolean): void;
  close(): void;
}

export interface ConversationOptions {
  readonly chat: Chat;
  readonly participantId?: ParticipantId;
  /** Called with the newest of what others wrote while nobody looked. */
  readonly onUnread: (message: ChatMessage, conversation: Conversation) => void;
}

export function createConversation({ chat, participantId, onUnread }: ConversationOptions): Conversation {
  const outbox = createOutbox(chat);
  const unreadIds = signal<ReadonlySet<string>>(new Set());
  let known: ReadonlySet<string> = new Set();
  let isViewed = false;

  const handleMessages = (messages: readonly ChatMessage[]) => {
    const fresh = messages.filter(({ id }) => !known.has(id));
    // Before, nothing was known: several at once are the history, which nobody needs to be told of.
    const isHistory = known.size === 0 && fresh.length > 1;
    known = new Set(messages.map(({ id }) => id));
    outbox.handleArrived(fresh.filter(({ isOwn }) => isOwn));
    const news = isHistory || isViewed ? [] : fresh.filter(({ isOwn }) => !isOwn);
    const stillUnread = [...unreadIds.current].filter((id) => known.has(id));
    if (news.length > 0 || stillUnread.length < unreadIds.current.size) {
      unreadIds.set(new Set([...stillUnread, ...news.map(({ id }) => id)]));
    }
    const newest = news.at(-1);
    if (newest !== undefined) onUnread(newest, conversation);
  };
  const draft = signal('');
  const stop = chat.messages.subscribe(handleMessages);

  const conversation: Conversation = {
    participantId,
    groups: derivedOnce([chat.messages, outbox.lines], () =>
      groupLines(chat.messages.current, outbox.lines.current),
    ),
    unread: derived([unreadIds], () => unreadIds.current.size),
    draft,
    send() {
      const text = draft.current.trim();
      if (text === '' || text.length > longestMessage) return;
      draft.set('');
      outbox.send(text);
    },
    retry: outbox.retry,
    discard: outbox.discard,
    remove: (id) => chat.remove(id),
    setViewed(isNow) {
      isViewed = isNow;
      if (isNow && unreadIds.current.size > 0) unreadIds.set(new Set());
    },
    close: stop,
  };
  handleMessages(chat.messages.current);
  return conversation;
}

interface Outbox {
  readonly lines: Signal<readonly Outgoing[]>;
  send(text: string): void;
  retry(id: string): void;
  discard(id: string): void;
  /** The messages changed; these of one's own are new among them. */
  handleArrived(own: readonly ChatMessage[]): void;
}

/** A line stays here until it comes back as a message, so that it is never seen twice nor for a moment not at all. */
function createOutbox(chat: Chat): Outbox {
  const lines = signal<readonly Outgoing[]>([]);
  let lastId = 0;
  const drop = (id: string) => lines.set(lines.current.filter((line) => line.id !== id));
  const change = (id: string, changes: Partial<Outgoing>) =>
    lines.set(lines.current.map((line) => (line.id === id ? { ...line, ...changes } : line)));

  const deliver = async (id: string, text: string) => {
    try {
      await chat.send(text);
      change(id, { isAccepted: true });
    } catch (error) {
      change(id, { failure: toFailure(error) });
    }
  };
  return {
    lines,
    send(text) {
      lastId += 1;
      const id = `outgoing-${lastId}`;
      lines.set([...lines.current, { id, text, isAccepted: false, failure: undefined }]);
      void deliver(id, text);
    },
    retry(id) {
      const line = lines.current.find((one) => one.id === id);
      if (line?.failure === undefined) return;
      change(id, { failure: undefined });
      void deliver(id, line.text);
    },
    discard: drop,
    handleArrived(own) {
      // What the server has is in the messages by now, even if it has changed the text.
      for (const { id, isAccepted } of lines.current) if (isAccepted) drop(id);
      for (const { text } of own) {
        const line = lines.current.find((one) => one.text === text);
        if (line !== undefined) drop(line.id);
      }
    },
  };
}
