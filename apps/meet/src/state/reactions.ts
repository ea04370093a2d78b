/** Reactions: which float over whose tile, and what screen readers are told of them. */
import type { ParticipantId, Room } from '@plenum/client';
import { derived, type Signal, sameItems, signal } from './signal.ts';

/** What the palette offers, with words for who cannot see it. */
export const palette = [
  { emoji: '👍', word: 'Thumbs up' },
  { emoji: '👏', word: 'Applause' },
  { emoji: '❤️', word: 'Heart' },
  { emoji: '😂', word: 'Laughter' },
  { emoji: '😮', word: 'Surprise' },
  { emoji: '🎉', word: 'Party' },
] as const;

export interface FloatingReaction {
  readonly key: number;
  readonly from: ParticipantId;
  readonly emoji: string;
}

export interface Reactions {
  /** Of one person, those that float now. */
  of(id: ParticipantId): Signal<readonly FloatingReaction[]>;
  /** What was shown lately, in words; changes at most every few seconds. */
  readonly words: Signal<string>;
  react(emoji: string): void;
  /** It has floated away. */
  dismiss(key: number): void;
  close(): void;
}

export interface ReactionsOptions {
  readonly room: Pick<Room, 'react' | 'onReaction' | 'localParticipantId'>;
  readonly nameOf: (id: ParticipantId) => string | undefined;
  /** Calls back after so many milliseconds; what it returns cancels. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** More over one tile would cover the face. */
const mostAtOnce = 5;
/** A burst of applause is said once. */
const sayAfterMs = 1_500;
/** A view that is not drawn never says that it has floated away. */
const goneAfterMs = 6_000;

export function createReactions({ room, nameOf, after }: ReactionsOptions): Reactions {
  const floating = signal<readonly FloatingReaction[]>([]);
  const words = signal('');
  let unsaid = new Map<string, Set<string>>();
  let stopSaying: (() => void) | undefined;
  const stops = new Set<() => void>();
  let lastKey = 0;

  const dismiss = (key: number) => {
    if (floating.current.some((one) => one.key === key)) {
      floating.set(floating.current.filter((one) => one.key !== key));
    }
  };
  const say = () => {
    stopSaying = undefined;
    words.set([...unsaid].map(([word, names]) => `${word} from ${listNames([...names])}`).join(', '));
    unsaid = new Map();
  };
  const stopListening = room.onReaction(({ from, emoji }) => {
    lastKey += 1;
    const key = lastKey;
    const ofOthers = floating.current.filter((one) => one.from !== from);
    const own = [...floating.current.filter((one) => one.from === from), { key, from, emoji }];
    floating.set([...ofOthers, ...own.slice(-mostAtOnce)]);
    const stop = after(goneAfterMs, () => {
      stops.delete(stop);
      dismiss(key);
    });
    stops.add(stop);
    if (from === room.localParticipantId) return;
    const word = wordOf(emoji);
    unsaid.set(word, (unsaid.get(word) ?? new Set()).add(nameOf(from) ?? 'somebody'));
    stopSaying ??= after(sayAfterMs, say);
  });

  return {
    of: (id) => derived([floating], () => floating.current.filter(({ from }) => from === id), sameItems),
    words,
    react(emoji) {
      try {
        room.react(emoji);
      } catch {
        // Too many at once, or not allowed any more: nothing is lost by one that does not show.
      }
    },
    dismiss,
    close() {
      stopListening();
      stopSaying?.();
      for (const stop of stops) stop();
    },
  };
}

function wordOf(emoji: string): string {
  return palette.find((one) => one.emoji === emoji)?.word ?? emoji;
}

function listNames(names: readonly string[]): string {
  const [first = '', second] = names;
  if (second === undefined) return first;
  return names.length === 2 ? `${first} and ${second}` : `${first} and ${names.length - 1} others`;
}
