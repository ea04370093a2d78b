import { expect, test } from 'vitest';
import { reportOn } from './report.ts';
import type { Viewing } from './viewer.ts';

const aViewing = (playlistsAtMs: number[], failures = 0): PromiseSettledResult<Viewing> => ({
  status: 'fulfilled',
  value: { playlistsAtMs, bytes: { media: 900, playlists: 100 }, failures },
});

test('gaps are between the playlists of one, and bytes for each', () => {
  const lost: PromiseSettledResult<Viewing> = { status: 'rejected', reason: new Error('gone') };
  expect(reportOn([aViewing([0, 300, 620]), aViewing([100, 420, 1_000], 2), lost], 1_000)).toEqual({
    people: 3,
    lost: 1,
    failures: 2,
    kbps: 8,
    playlistsPerSecond: 6,
    gapMs: { median: 320, p99: 320, longest: 580 },
  });
});
