import { expect, test } from 'vitest';
import type { MixerRun } from './measure.ts';
import { formatMixers } from './report.ts';

const run = (mixer: MixerRun['mixer'], corePercent: number, pictureMs: readonly number[]): MixerRun => ({
  mixer,
  people: 9,
  corePercent,
  busyPercent: 61,
  residentMb: 140.4,
  pictures: 25,
  voices: 50,
  pictureMs,
  voiceMs: [40, 50, 60],
});

test('a run of ours is held against the run of the other beside it, and what was not seen is no figure', () => {
  const text = formatMixers({
    runs: [run('plenum', 30, [20, 30, 40]), run('gstreamer', 40, []), run('plenum', 31, [20])],
    notes: ['it rained'],
  });
  expect(text).toContain('| 9 | Plenum | 30.0 | 0.75 | 140 | 25.0 | 50.0 | 30 |');
  expect(text).toContain('| 9 | GStreamer | 40.0 |  | 140 | 25.0 | 50.0 | - | - |');
  expect(text).toContain('| 9 | Plenum | 31.0 |  |');
  expect(text).toContain('Note: it rained.');
});
