import { expect, test } from 'vitest';
import { RoomRecordings } from './room-recordings.ts';

function someRecordings() {
  const told: string[] = [];
  const recordings = new RoomRecordings<{ readonly type: 'record' }>(({ type }) => void told.push(type));
  const listener = { onBegan: () => undefined, onFailed: () => expect.unreachable() };
  return { told, recordings, begin: () => recordings.begin(() => ({ type: 'record' }), listener) };
}

test('[C62] what is begun in a room that has just ended is over at once', async () => {
  const { recordings, begin } = someRecordings();
  recordings.close();
  await begin().stop();
});

test('[C62] of what was told to stop nothing is a failure any more', async () => {
  const { told, recordings, begin } = someRecordings();
  const recording = begin();
  const stopped = recording.stop();
  recordings.handle({ type: 'recording-failed', recording: 1, reason: 'full', isDiskFull: true });
  await stopped;
  await recording.stop();
  expect(told).toEqual(['record', 'stop-recording']);
});
