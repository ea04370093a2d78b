import type { RoomId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { viewRecordings } from './recordings.ts';

test('[C61] each file has an address on the server, below its base path, with the pass in it', () => {
  const recording = {
    id: '20260102T030405678Z',
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 2_000,
    isEnded: true,
    participants: ['Ann'],
  };
  const file = { name: 'part-1.webm', fromMs: 0, untilMs: 2_000, bytes: 1_000 };
  const answer = { recordings: [{ ...recording, files: [file] }], token: 'a.b.c', expires: '' };
  const where = { roomId: 'zürich' as RoomId, serverUrl: 'wss://example.org/meet/' };
  const url = 'https://example.org/meet/recordings/z%C3%BCrich/20260102T030405678Z/part-1.webm?token=a.b.c';
  expect(viewRecordings(answer, where)).toEqual([{ ...recording, parts: [{ ...file, url }] }]);
  const track = { ...file, participant: 'Ann', source: 'camera' } as const;
  const ofOne = { ...answer, recordings: [{ ...recording, files: [track] }] };
  expect(viewRecordings(ofOne, where)).toEqual([{ ...recording, parts: [{ ...track, url }] }]);
});
