/** Chats with history and traffic. */
import {
  type ChatMessage,
  ConferenceError,
  type Participant,
  type ParticipantId,
  type PrivateChat,
} from '@plenum/client';
import { signal } from '../src/state/signal.ts';
import { codeOf } from './query.ts';

const lines = [
  'Morning everyone!',
  'Can you hear me now? I switched to the headset.',
  'Yes, loud and clear',
  'The numbers from last week are here: https://example.org/reports/2026/week-47?view=summary#totals (sheet two).',
  'Thanks!',
  'I will be five minutes late to the next one, so please start without me. The only thing I want to add is that the second experiment needs another week, since the first half of the data was recorded with the wrong clock.',
  '👍',
  'שלום, אני כאן',
  'Shall we postpone the review then?',
  'Fine by me\nTuesday at ten?',
];

export interface FakeChat extends PrivateChat {
  write(author: Participant | undefined, text?: string): void;
  /** The history. */
  restore(messages: readonly ChatMessage[]): void;
}

interface FakeChatOptions {
  readonly query: URLSearchParams;
  readonly self: () => Participant;
  readonly participantId: ParticipantId;
}

export function createFakeChat({ query, self, participantId }: FakeChatOptions): FakeChat {
  const messages = signal<readonly ChatMessage[]>([]);
  let last = 0;
  const lineOf = (author: Participant, text: string, created: Date): ChatMessage => ({
    id: `${author.id}-${++last}`,
    text,
    participantId: author.id,
    authorName: author.name,
    isOwn: author.isLocal,
    created: created.toISOString(),
  });
  const write = (author: Participant | undefined, text = lines[last % lines.length] ?? '') => {
    if (author !== undefined) messages.set([...messages.current, lineOf(author, text, new Date())]);
  };
  return {
    participantId,
    messages,
    write,
    restore: (all) => messages.set(all),
    async send(text) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const code = codeOf(query, 'nosend');
      if (code !== undefined) throw new ConferenceError(code);
      write(self(), text);
    },
    async remove(id) {
      messages.set(messages.current.filter((message) => message.id !== id));
    },
  };
}

/** Everybody's chat with lines of the last half hour, and with more to come where there is traffic. */
export function fillChat(chat: FakeChat, query: URLSearchParams, people: () => readonly Participant[]): void {
  const count = Number(query.get('history') ?? 0);
  const writer = (index: number) => people()[Math.floor(index * 0.7) % Math.min(4, people().length)];
  // All at once, as a snapshot comes.
  const all: ChatMessage[] = [];
  for (let index = 0; index < count; index++) {
    const author = writer(index);
    if (author === undefined) continue;
    all.push({
      id: `history-${index}`,
      text: lines[index % lines.length] ?? '',
      participantId: author.id,
      authorName: author.name,
      isOwn: author.isLocal,
      created: new Date(Date.now() - (count - index) * 90_000).toISOString(),
    });
  }
  if (all.length > 0) chat.restore(all);
  const every = Number(query.get('traffic') ?? 0);
  let next = 1;
  if (every > 0) setInterval(() => chat.write(people()[1 + (next++ % (people().length - 1))]), every);
}
