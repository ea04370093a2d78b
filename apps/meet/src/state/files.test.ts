import { ConferenceError, type ParticipantId } from '@plenum/client';
import { expect, test } from 'vitest';
import { anIncomingFile, aTransfer, createFakeData } from './fake-files.ts';
import { createFiles, progressOf } from './files.ts';
import { createNotices } from './notices.ts';

const ben = 'ben' as ParticipantId;
const cleo = 'cleo' as ParticipantId;

function aModel(others: readonly ParticipantId[] = [ben]) {
  const data = createFakeData(() => others);
  const notices = createNotices();
  return { data, notices, files: createFiles({ room: data.room, notices }) };
}

test('what comes and what goes are cards in the order of their offers', () => {
  const { data, files } = aModel();
  data.offer(anIncomingFile({ id: 'a', name: 'plan.pdf' }));
  files.send([new File(['x'], 'notes.txt')]);
  data.offer(anIncomingFile({ id: 'b' }));
  expect(files.cards.current.map(({ key }) => key)).toEqual(['a', 'own-1', 'b']);
  files.dismiss('a');
  expect(files.cards.current.map(({ key }) => key)).toEqual(['own-1', 'b']);
});

test('what waits for a word is counted, and told once', () => {
  const { data, files } = aModel();
  const told: string[] = [];
  files.onOffered(({ name }) => told.push(name));
  const file = anIncomingFile();
  data.offer(file);
  expect(files.offered.current).toBe(1);
  file.accept();
  expect(files.offered.current).toBe(0);
  expect(told).toEqual(['plan.pdf']);
});

test('a file goes to everybody, or to one', () => {
  const { data, files } = aModel([ben, cleo]);
  files.send([new File(['x'], 'a'), new File(['x'], 'b')]);
  files.send([new File(['x'], 'c')], cleo);
  expect(data.sent.map(({ receivers }) => receivers.current.length)).toEqual([2, 2, 1]);
});

test('with nobody there one is told so', () => {
  const { notices, files } = aModel([]);
  files.send([new File(['x'], 'a.txt')]);
  expect(notices.items.current[0]).toMatchObject({
    title: '“a.txt” could not be sent',
    text: 'There is nobody else in the call.',
  });
});

test('the progress of several is the mean of those who have taken it', () => {
  const transfer = aTransfer(new File([new Uint8Array(100)], 'a'), [ben, cleo]);
  const progress = progressOf(transfer);
  expect(progress.current).toMatchObject({ phase: 'waiting', fraction: 0, total: 2 });
  transfer.receivers.set([
    { participantId: ben, delivery: { name: 'sending', bytes: 50, pausedBy: undefined } },
    { participantId: cleo, delivery: { name: 'verified' } },
  ]);
  expect(progress.current).toEqual({ phase: 'sending', fraction: 0.75, isPaused: false, done: 1, total: 2 });
  transfer.pause();
  expect(progress.current.isPaused).toBe(true);
  transfer.set({ name: 'failed', error: new ConferenceError('participant-left') });
  expect(progress.current).toMatchObject({ phase: 'over', done: 0 });
});
