import { expect, test } from 'vitest';
import { createFakeMedia } from './fake-media.ts';
import { asModerator, createFakeRoom } from './fake-room.ts';
import { createNotices } from './notices.ts';
import { createRecording } from './recording.ts';
import { settled } from './settled.ts';

function aRecordedRoom() {
  const room = createFakeRoom(createFakeMedia());
  const notices = createNotices();
  return { room, notices, recording: createRecording({ room, notices }) };
}

const since = '2026-11-20T10:00:00.000Z';

test('the same entry starts it, and stops it while it runs', () => {
  const { room, recording } = aRecordedRoom();
  recording.toggle();
  room.recording.set({ since });
  expect(recording.isOn.current).toBe(true);
  recording.toggle();
  expect(room.asked).toEqual(['startRecording', 'stopRecording']);
});

test('a recording that ends by a failure is told in words, once', () => {
  const { room, notices, recording } = aRecordedRoom();
  room.recording.set({ since });
  room.recording.set({ since, endedBy: 'storage-full' });
  expect(recording.isOn.current).toBe(false);
  expect(notices.items.current).toMatchObject([
    { kind: 'problem', title: 'The recording ended', text: 'The server has no space left for recordings.' },
  ]);
});

test('who moderates is told once that not everything is recorded any more, and what to do', () => {
  const { room, notices, recording } = aRecordedRoom();
  room.recording.set({ since });
  room.recording.set({ since, limitedBy: 'too-many-files' });
  expect(notices.items.current).toEqual([]);
  room.recording.set({ since });
  room.permissions.set(asModerator);
  for (let times = 0; times < 2; times += 1) room.recording.set({ since, limitedBy: 'too-many-files' });
  expect(recording.isOn.current).toBe(true);
  expect(notices.items.current).toMatchObject([
    {
      kind: 'problem',
      title: 'Not everything is recorded any more',
      text: expect.stringMatching(/start again/),
    },
  ]);
});

test('what failed before one came in is not told', () => {
  const { room, notices } = aRecordedRoom();
  room.recording.set({ since, endedBy: 'storage-full' });
  expect(notices.items.current).toEqual([]);
});

test('who may not start it learns so', async () => {
  const { room, notices, recording } = aRecordedRoom();
  room.refuseWith('recording-unavailable');
  recording.toggle();
  await settled();
  expect(notices.items.current).toMatchObject([
    { title: 'The recording could not be started', text: 'Nothing is recorded in this room.' },
  ]);
});

test('where nothing can be recorded the list is empty, and what else goes wrong is told', async () => {
  const { room, notices, recording } = aRecordedRoom();
  room.refuseWith('recording-unavailable');
  recording.refresh();
  await settled();
  expect(recording.list.current).toEqual([]);
  expect(notices.items.current).toEqual([]);
  room.refuseWith('disconnected');
  recording.refresh();
  await settled();
  expect(notices.items.current).toMatchObject([{ title: 'The recordings could not be listed' }]);
});
