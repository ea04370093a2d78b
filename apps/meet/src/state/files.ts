/** Files that go to others or come from them, as cards in the order in which they were offered. */
import type { FileDelivery, FileTransfer, IncomingFile, ParticipantId, Room } from '@plenum/client';
import { errorWords, toFailure } from './error-words.ts';
import { fileErrorWords } from './file-words.ts';
import type { Notices } from './notices.ts';
import { derived, type Signal, sameItems, signal } from './signal.ts';

export type FileCard =
  | { readonly kind: 'incoming'; readonly key: string; readonly file: IncomingFile }
  | { readonly kind: 'outgoing'; readonly key: string; readonly transfer: FileTransfer };

export interface FilesModel {
  readonly cards: Signal<readonly FileCard[]>;
  /** Of others, that wait for a word. */
  readonly offered: Signal<number>;
  /** Offers files to everybody, or to one. */
  send(files: Iterable<File>, to?: ParticipantId): void;
  /** Takes a card away. */
  dismiss(key: string): void;
  /** Called for each file that somebody offers. */
  onOffered(listener: (file: IncomingFile) => void): () => void;
  close(): void;
}

export interface FilesOptions {
  readonly room: Pick<Room, 'files' | 'sendFile'>;
  readonly notices: Notices;
}

export function createFiles({ room, notices }: FilesOptions): FilesModel {
  const cards = signal<readonly FileCard[]>([], sameItems);
  const offered = signal(0);
  const listeners = new Set<(file: IncomingFile) => void>();
  const stops: (() => void)[] = [];
  let known: ReadonlySet<string> = new Set();
  let lastKey = 0;

  const count = () =>
    offered.set(room.files.current.filter(({ state }) => state.current.name === 'offered').length);
  const learn = (files: readonly IncomingFile[]) => {
    const fresh = files.filter(({ id }) => !known.has(id));
    known = new Set([...known, ...fresh.map(({ id }) => id)]);
    for (const file of fresh) {
      stops.push(file.state.subscribe(count));
      cards.set([...cards.current, { kind: 'incoming', key: file.id, file }]);
    }
    count();
    for (const file of fresh) for (const listener of listeners) listener(file);
  };
  stops.push(room.files.subscribe(learn));
  learn(room.files.current);

  const sendOne = (file: File, to: ParticipantId | undefined) => {
    try {
      const transfer = room.sendFile(file, to === undefined ? undefined : [to]);
      lastKey += 1;
      cards.set([...cards.current, { kind: 'outgoing', key: `own-${lastKey}`, transfer }]);
    } catch (error) {
      const failure = toFailure(error);
      const words = fileErrorWords(failure.code) ?? errorWords(failure).happened;
      notices.tell(`“${file.name}” could not be sent`, words);
    }
  };

  return {
    cards,
    offered,
    send(files, to) {
      for (const file of files) sendOne(file, to);
    },
    dismiss: (key) => cards.set(cards.current.filter((card) => card.key !== key)),
    onOffered(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}

/** How far a file is, for all who receive it. */
export interface TransferProgress {
  /** `waiting`: nobody has taken it yet. */
  readonly phase: 'waiting' | 'sending' | 'over';
  /** Of those who have taken it, from 0 to 1: the mean. */
  readonly fraction: number;
  readonly isPaused: boolean;
  readonly done: number;
  readonly total: number;
}

export function progressOf({
  receivers,
  size,
}: Pick<FileTransfer, 'receivers' | 'size'>): Signal<TransferProgress> {
  return derived(
    [receivers],
    () => {
      const deliveries = receivers.current.map(({ delivery }) => delivery);
      const taken = deliveries.filter(({ name }) => name === 'sending' || name === 'verified');
      const fractions = taken.map((delivery) => fractionOf(delivery, size));
      const isSending = deliveries.some(({ name }) => name === 'sending');
      const isWaiting = deliveries.some(({ name }) => name === 'offered');
      return {
        phase: isSending ? 'sending' : isWaiting ? 'waiting' : 'over',
        fraction: fractions.reduce((sum, one) => sum + one, 0) / Math.max(1, fractions.length),
        isPaused: deliveries.some((one) => one.name === 'sending' && one.pausedBy === 'here'),
        done: deliveries.filter(({ name }) => name === 'verified').length,
        total: deliveries.length,
      } as const;
    },
    isSame,
  );
}

function isSame(a: TransferProgress, b: TransferProgress): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function fractionOf(delivery: FileDelivery, size: number): number {
  if (delivery.name === 'verified') return 1;
  return delivery.name === 'sending' && size > 0 ? delivery.bytes / size : 0;
}
