/** Lines of a chat as people read them: what one person wrote in one go stands under one name and time. */
import type { ChatMessage } from '@plenum/client';
import type { Failure } from './error-words.ts';

/** A line of one's own that the server does not have yet. */
export interface Outgoing {
  readonly id: string;
  readonly text: string;
  /** The server has it; it will be among the messages in a moment. */
  readonly isAccepted: boolean;
  /** Set when it could not be sent. */
  readonly failure: Failure | undefined;
}

export type ChatLine =
  | { readonly kind: 'message'; readonly id: string; readonly message: ChatMessage }
  | { readonly kind: 'outgoing'; readonly id: string; readonly outgoing: Outgoing };

export interface ChatGroup {
  /** Of its first line: stays while lines are added. */
  readonly id: string;
  readonly authorName: string;
  readonly isOwn: boolean;
  /** ISO 8601; absent while nothing of it has been sent. */
  readonly created: string | undefined;
  readonly lines: readonly ChatLine[];
}

/** After a longer pause the name and the time are said again. */
const longestPauseMs = 5 * 60_000;

export function groupLines(
  messages: readonly ChatMessage[],
  outgoing: readonly Outgoing[],
): readonly ChatGroup[] {
  const groups: (ChatGroup & { readonly lines: ChatLine[] })[] = [];
  let last: ChatMessage | undefined;
  for (const message of messages) {
    const line: ChatLine = { kind: 'message', id: message.id, message };
    if (last !== undefined && goesOn(last, message)) groups.at(-1)?.lines.push(line);
    else groups.push({ ...headOf(message), lines: [line] });
    last = message;
  }
  if (outgoing.length > 0) groups.push(outgoingGroup(outgoing));
  return groups;
}

function goesOn(last: ChatMessage, next: ChatMessage): boolean {
  const pauseMs = Date.parse(next.created) - Date.parse(last.created);
  return last.participantId === next.participantId && pauseMs <= longestPauseMs;
}

function headOf({ id, authorName, isOwn, created }: ChatMessage): Omit<ChatGroup, 'lines'> {
  return { id, authorName, isOwn, created };
}

function outgoingGroup(outgoing: readonly Outgoing[]): ChatGroup & { readonly lines: ChatLine[] } {
  const lines = outgoing.map((one): ChatLine => ({ kind: 'outgoing', id: one.id, outgoing: one }));
  return { id: 'outgoing', authorName: 'You', isOwn: true, created: undefined, lines };
}

/** The first words, for a notice in one line. */
export function firstWords(text: string, most = 120): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length <= most ? line : `${[...line].slice(0, most - 1).join('')}…`;
}
