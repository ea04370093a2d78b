// What mixing costs, as a Markdown table.
import { percentile } from '../join/percentile.ts';
import type { MixerResult, MixerRun } from './measure.ts';
import type { MixerName } from './rig.ts';

const names: Readonly<Record<MixerName, string>> = { plenum: 'Plenum', gstreamer: 'GStreamer' };

export function formatMixers({ runs, notes }: MixerResult): string {
  const head = ['people', 'mixer', 'core %', 'of GStreamer', 'memory (MB)', 'pictures/s', 'sounds/s'];
  const late = ['picture p50', 'p95 (ms)', 'sound p50', 'p95 (ms)', 'machine busy'];
  const rows = runs.map((run) => rowOf(run, runs));
  const table = [[...head, ...late], [...head, ...late].map(() => '---'), ...rows];
  return [
    table.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    ...notes.map((note) => `Note: ${note}.`),
  ].join('\n\n');
}

function rowOf(run: MixerRun, runs: readonly MixerRun[]): readonly string[] {
  const { mixer, people, corePercent, residentMb, pictures, voices, busyPercent } = run;
  const late = (ms: readonly number[], share: number) =>
    ms.length === 0 ? '-' : percentile(ms, share).toFixed(0);
  return [
    String(people),
    names[mixer],
    corePercent.toFixed(1),
    mixer === 'plenum' ? ratioTo(run, runs) : '',
    residentMb.toFixed(0),
    pictures.toFixed(1),
    voices.toFixed(1),
    late(run.pictureMs, 0.5),
    late(run.pictureMs, 0.95),
    late(run.voiceMs, 0.5),
    late(run.voiceMs, 0.95),
    `${busyPercent.toFixed(0)} %`,
  ];
}

/** To the run of the other that came next. */
function ratioTo(run: MixerRun, runs: readonly MixerRun[]): string {
  const other = runs[runs.indexOf(run) + 1];
  const isSame = other?.mixer === 'gstreamer' && other.people === run.people;
  return isSame ? (run.corePercent / other.corePercent).toFixed(2) : '';
}
