import { expect, test } from 'vitest';
import type { IndexEntry } from './entries.ts';
import { summarize } from './summary.ts';

const start: IndexEntry = {
  type: 'recording-started',
  version: 1,
  roomId: 'room',
  startedAt: '2026-01-02T03:04:05.678Z',
};
const joined = (participantId: string, atMs: number, name = participantId): IndexEntry => ({
  type: 'participant-joined',
  participantId,
  name,
  atMs,
});
const at = (
  type: Exclude<
    IndexEntry['type'],
    | 'recording-started'
    | 'recording-ended'
    | 'part-started'
    | 'track-started'
    | 'track-left-out'
    | 'part-ended'
    | 'participant-joined'
    | 'moderator-present'
  >,
  participantId: string,
  atMs: number,
): IndexEntry => ({ type, participantId, atMs });

test('who was there, who spoke and who shared what', () => {
  const summary = summarize([
    start,
    joined('ann', 0, 'Ann'),
    joined('ben', 500, 'Ben'),
    at('speaking-started', 'ann', 600),
    at('speaking-stopped', 'ann', 1_600),
    at('screen-started', 'ben', 2_000),
    at('participant-left', 'ann', 3_000),
    joined('ann', 4_000, 'Ann K.'),
    at('speaking-started', 'ann', 4_100),
    at('screen-stopped', 'ben', 5_000),
    at('speaking-stopped', 'ann', 5_100),
    { type: 'recording-ended', atMs: 6_000 },
  ]);
  expect(summary).toMatchObject({ durationMs: 6_000, isEnded: true, startedAt: '2026-01-02T03:04:05.678Z' });
  expect(summary?.participants).toEqual([
    {
      participantId: 'ann',
      name: 'Ann K.',
      present: [
        { fromMs: 0, untilMs: 3_000 },
        { fromMs: 4_000, untilMs: 6_000 },
      ],
      spoke: [
        { fromMs: 600, untilMs: 1_600 },
        { fromMs: 4_100, untilMs: 5_100 },
      ],
      sharedScreen: [],
    },
    {
      participantId: 'ben',
      name: 'Ben',
      present: [{ fromMs: 500, untilMs: 6_000 }],
      spoke: [],
      sharedScreen: [{ fromMs: 2_000, untilMs: 5_000 }],
    },
  ]);
});

test('who leaves while they speak has stopped', () => {
  const summary = summarize([
    start,
    joined('ann', 0),
    at('speaking-started', 'ann', 100),
    at('speaking-started', 'ann', 200),
    at('participant-left', 'ann', 300),
    at('speaking-stopped', 'ann', 400),
  ]);
  expect(summary?.participants[0]?.spoke).toEqual([{ fromMs: 100, untilMs: 300 }]);
});

test('of a recording that was broken off everything lasts until the last that is known', () => {
  const summary = summarize([
    start,
    { type: 'part-started', file: 'mix-1.mp4', participantId: '', atMs: 50 },
    joined('ann', 100),
    { type: 'part-ended', file: 'mix-1.mp4', atMs: 700 },
    { type: 'part-started', file: 'mix-2.mp4', participantId: '', atMs: 800 },
    at('speaking-started', 'ann', 900),
  ]);
  expect(summary).toMatchObject({
    isEnded: false,
    durationMs: 900,
    files: [
      { file: 'mix-1.mp4', fromMs: 50, untilMs: 700 },
      { file: 'mix-2.mp4', fromMs: 800, untilMs: 900 },
    ],
    participants: [{ present: [{ fromMs: 100, untilMs: 900 }], spoke: [{ fromMs: 900, untilMs: 900 }] }],
  });
});

test('[C72] of a file with one source the index says whose it is, and when it was begun', () => {
  const summary = summarize([
    start,
    { type: 'track-started', file: 'track-1-camera.webm', participantId: 'ann', source: 'camera', atMs: 120 },
    { type: 'track-started', file: 'track-2-screen.webm', participantId: 'ben', source: 'screen', atMs: 400 },
    { type: 'part-ended', file: 'track-1-camera.webm', atMs: 900 },
    joined('cem', 1_000),
  ]);
  expect(summary?.files).toEqual([
    {
      file: 'track-1-camera.webm',
      participantId: 'ann',
      source: 'camera',
      fromMs: 120,
      untilMs: 900,
      isEnded: true,
    },
    {
      file: 'track-2-screen.webm',
      participantId: 'ben',
      source: 'screen',
      fromMs: 400,
      untilMs: 1_000,
      isEnded: false,
    },
  ]);
});

test('without its start it is no index', () => {
  expect(summarize([joined('ann', 0)])).toBeUndefined();
});

test('who moderated is told once each', () => {
  const present = { type: 'moderator-present', userUrl: 'user://acme.test/ann', atMs: 0 } as const;
  expect(summarize([start, present, { ...present, atMs: 9 }])?.moderators).toEqual(['user://acme.test/ann']);
});
