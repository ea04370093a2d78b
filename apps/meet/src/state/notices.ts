/** Short notices over the stage: what others did that concerns oneself, and what did not work. */
import { errorDetails, errorWords, toFailure } from './error-words.ts';
import type { PanelName } from './panels.ts';
import { type Signal, signal } from './signal.ts';

export interface CallNotice {
  readonly id: number;
  /** `news` goes by itself, a `problem` stays until it is dismissed. */
  readonly kind: 'news' | 'problem';
  readonly title: string;
  readonly text: string;
  readonly details: string | undefined;
  /** Where it is seen: there it need not be told. */
  readonly panel?: PanelName | undefined;
}

export interface Notices {
  /** Oldest first. */
  readonly items: Signal<readonly CallNotice[]>;
  tell(title: string, text?: string, panel?: PanelName): void;
  /** Waits for what was asked; a failure is told under that title. */
  attempt(asked: Promise<unknown>, failureTitle: string): Promise<boolean>;
  /** A failure of what nobody here asked for. */
  fail(title: string, error: unknown): void;
  dismiss(id: number): void;
}

/** More would cover the people. */
const mostNotices = 3;

export function createNotices(): Notices {
  const items = signal<readonly CallNotice[]>([]);
  let lastId = 0;
  const add = (notice: Omit<CallNotice, 'id'>) => {
    lastId += 1;
    // The same said twice is said once, the newer time.
    const others = items.current.filter(({ title }) => title !== notice.title);
    items.set([...others, { id: lastId, ...notice }].slice(-mostNotices));
  };
  const fail = (title: string, error: unknown) => {
    const failure = toFailure(error);
    const { happened } = refusalWords[failure.code] ?? errorWords(failure);
    add({ kind: 'problem', title, text: happened, details: errorDetails(failure) });
  };
  return {
    items,
    fail,
    tell(title, text = '', panel = undefined) {
      add({ kind: 'news', title, text, details: undefined, panel });
    },
    async attempt(asked, failureTitle) {
      try {
        await asked;
        return true;
      } catch (error) {
        fail(failureTitle, error);
        return false;
      }
    },
    dismiss(id) {
      items.set(items.current.filter((notice) => notice.id !== id));
    },
  };
}

/** Within a call some codes mean another thing than while joining. */
const refusalWords: Readonly<Record<string, { readonly happened: string }>> = {
  'not-authorized': { happened: 'You may not do that, or not any more.' },
  'participant-not-found': { happened: 'They have left the room.' },
  'rate-limited': { happened: 'That was too much at once. Wait a moment, then try again.' },
  disconnected: { happened: 'The server cannot be reached at the moment. Try again when you are back.' },
  'session-lost': { happened: 'The server cannot be reached at the moment. Try again when you are back.' },
  'recording-unavailable': { happened: 'Nothing is recorded in this room.' },
  'broadcast-unavailable': { happened: 'Nothing is broadcast from this room.' },
  'broadcast-failed': { happened: 'The server could not make the live stream any more.' },
  'storage-full': { happened: 'The server has no space left for recordings.' },
  'storage-failed': { happened: 'The server cannot write to its disk.' },
  'too-many-files': {
    happened:
      'It has as many files as it may have. Who shares or comes in from now on is only in another one: stop it, and start again.',
  },
  'mixer-unavailable': {
    happened: 'The part of the server that puts everybody together is missing, or has too much to do.',
  },
  'capacity-exceeded': { happened: 'The room is full.' },
};
