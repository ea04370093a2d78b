/** Files and reactions of a room that is not there: they do at once what is asked of them. */
import {
  ConferenceError,
  type FileDelivery,
  type FileTransfer,
  type IncomingFile,
  type IncomingFileState,
  type ParticipantId,
  type Reaction,
  type Room,
} from '@plenum/client';
import { signal } from './signal.ts';

/** A file that somebody offers. */
export function anIncomingFile(
  about: Partial<Pick<IncomingFile, 'id' | 'from' | 'name' | 'size'>> = {},
  initial: IncomingFileState = { name: 'offered' },
) {
  const state = signal<IncomingFileState>(initial);
  const change = (next: IncomingFileState) => () => state.set(next);
  const receiving = { name: 'receiving', bytes: 0, pausedBy: undefined } as const;
  return {
    id: 'file-1',
    from: 'ben' as ParticipantId,
    name: 'plan.pdf',
    size: 2_400_000,
    type: 'application/pdf',
    state,
    accept: change(receiving),
    decline: change({ name: 'declined' }),
    pause: change({ ...receiving, pausedBy: 'here' }),
    resume: change(receiving),
    cancel: change({ name: 'cancelled', by: 'here' }),
    ...about,
  };
}

/** A file that one sends to some. */
export function aTransfer(file: Blob & { readonly name?: string }, to: readonly ParticipantId[]) {
  const all = (delivery: FileDelivery) => to.map((participantId) => ({ participantId, delivery }));
  const receivers = signal(all({ name: 'offered' }));
  const sending = { name: 'sending', bytes: 0, pausedBy: undefined } as const;
  return {
    name: file.name ?? 'file',
    size: file.size,
    type: file.type,
    receivers,
    set: (delivery: FileDelivery) => receivers.set(all(delivery)),
    pause: () => receivers.set(all({ ...sending, pausedBy: 'here' })),
    resume: () => receivers.set(all(sending)),
    cancel: () => receivers.set(all({ name: 'cancelled', by: 'here' })),
  };
}

/** The part of a room that is about files and reactions. */
export function createFakeData(others: () => readonly ParticipantId[]) {
  const files = signal<readonly IncomingFile[]>([]);
  const listeners = new Set<(reaction: Reaction) => void>();
  const show = (reaction: Reaction) => {
    for (const listener of listeners) listener(reaction);
  };
  const sent: ReturnType<typeof aTransfer>[] = [];
  const room: Pick<Room, 'files' | 'sendFile' | 'react' | 'onReaction' | 'signalCursor' | 'onCursor'> = {
    files,
    sendFile(file, to = others()): FileTransfer {
      if (to.length === 0) throw new ConferenceError('participant-not-found');
      const transfer = aTransfer(file, to);
      sent.push(transfer);
      return transfer;
    },
    react: (emoji) => show({ from: 'self' as ParticipantId, emoji }),
    onReaction(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    signalCursor: () => undefined,
    onCursor: () => () => undefined,
  };
  return { room, sent, show, offer: (file: IncomingFile) => files.set([...files.current, file]) };
}
