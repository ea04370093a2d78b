// Draws what arrived over a line that got worse for a while, for docs/performance.md. With a record that
// `MEASURE_RECORD=FILE npm run measure -- e2e/line.measure.ts` has written, also takes its figures into docs/performance/line.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

interface Picture {
  readonly id: string;
  readonly height: number;
  readonly frames: number;
}

interface Sample {
  readonly phase: 'before' | 'fault' | 'after';
  readonly at: number;
  readonly samples: number;
  readonly concealed: number;
  readonly concealedSilence: number;
  readonly audioBytes: number;
  readonly videoBytes: number;
  readonly pictures: readonly Picture[];
}

/** One second. */
interface Second {
  /** Since the line got worse. */
  readonly at: number;
  readonly picturesKbps: number;
  readonly soundKbps: number;
  /** Frames, over all pictures. */
  readonly frames: number;
  /** Lines of all pictures that moved. */
  readonly lines: number;
  /** Percent of what was heard. */
  readonly concealed: number;
}

interface Fault {
  readonly name: string;
  /** Seconds. */
  readonly lasted: number;
  readonly seconds: readonly Second[];
}

const folder = 'docs/performance';

function fileName({ name }: Fault): string {
  return `line-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.svg`;
}

function summarise(line: string): Fault {
  const { name, samples } = JSON.parse(line) as { name: string; samples: readonly Sample[] };
  const beginOf = (phase: Sample['phase']) => samples.find((sample) => sample.phase === phase)?.at ?? 0;
  const begin = beginOf('fault');
  const seconds: Second[] = [];
  let from = samples[0];
  for (const to of samples) {
    if (from === undefined || to.at - from.at < 1_000) continue;
    seconds.push(between(from, to, begin));
    from = to;
  }
  return { name, lasted: Math.round((beginOf('after') - begin) / 1_000), seconds };
}

function between(from: Sample, to: Sample, begin: number): Second {
  const ms = to.at - from.at;
  const framesBefore = new Map(from.pictures.map(({ id, frames }) => [id, frames]));
  const moved = to.pictures.map(({ id, frames, height }) => ({
    frames: Math.max(0, frames - (framesBefore.get(id) ?? 0)),
    height,
  }));
  const concealed = (sample: Sample) => sample.concealed - sample.concealedSilence;
  const heard = to.samples - from.samples;
  return {
    at: round((from.at - begin) / 1_000),
    picturesKbps: round((8 * (to.videoBytes - from.videoBytes)) / ms),
    soundKbps: round((8 * (to.audioBytes - from.audioBytes)) / ms),
    frames: round((1_000 * moved.reduce((sum, { frames }) => sum + frames, 0)) / ms),
    lines: moved.reduce((sum, { frames, height }) => sum + (frames > 0 ? height : 0), 0),
    concealed: heard === 0 ? 0 : round(Math.max(0, (100 * (concealed(to) - concealed(from))) / heard)),
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

interface Panel {
  readonly title: string;
  readonly of: (second: Second) => number;
}

const panels: readonly Panel[] = [
  { title: 'pictures, kbit/s', of: ({ picturesKbps }) => picturesKbps },
  { title: 'pictures, frames a second', of: ({ frames }) => frames },
  { title: 'pictures that move, lines', of: ({ lines }) => lines },
  { title: 'sound, kbit/s', of: ({ soundKbps }) => soundKbps },
  { title: 'sound that was made up, %', of: ({ concealed }) => concealed },
];

const width = 720;
const panelHeight = 84;
const gap = 26;
const left = 48;
const top = 44;

function draw(fault: Fault): string {
  const { name, lasted, seconds } = fault;
  const first = Math.min(...seconds.map(({ at }) => at));
  const last = Math.max(...seconds.map(({ at }) => at));
  const x = (at: number) => round(left + ((at - first) / (last - first)) * (width - left - 12));
  const height = top + panels.length * (panelHeight + gap) + 16;
  const drawn = panels.map((panel, index) => drawPanel(panel, seconds, x, top + index * (panelHeight + gap)));
  const ticks = Array.from({ length: Math.floor(last / 10) + 3 }, (_, index) => (index - 2) * 10)
    .filter((at) => at >= first && at <= last)
    .map((at) => `<text x="${x(at)}" y="${height - 8}" text-anchor="middle">${at} s</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${name}">
<style>
  text { font: 12px system-ui, sans-serif; fill: #334; }
  .title { font-size: 14px; font-weight: 600; }
  .fault { fill: #f2c9c4; opacity: 0.6; }
  .axis { stroke: #99a; stroke-width: 1; }
  .curve { fill: none; stroke: #0b7d6e; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #ccd; }
    .fault { fill: #6a2f2a; }
    .curve { stroke: #4fc7b7; }
  }
</style>
<text class="title" x="${left}" y="20">${name}, for ${lasted} s</text>
<rect class="fault" x="${x(0)}" y="${top - 14}" width="${round(x(lasted) - x(0))}" height="${height - top - 10}"/>
${drawn.join('\n')}
${ticks.join('\n')}
</svg>
`;
}

function drawPanel(
  { title, of }: Panel,
  seconds: readonly Second[],
  x: (at: number) => number,
  y: number,
): string {
  const most = Math.max(1, ...seconds.map(of));
  const points = seconds.map(
    (second) => `${x(second.at)},${round(y + panelHeight * (1 - of(second) / most))}`,
  );
  return [
    `<text x="${left}" y="${y - 4}">${title}</text>`,
    `<text x="${left - 6}" y="${y + 10}" text-anchor="end">${Math.round(most)}</text>`,
    `<line class="axis" x1="${left}" x2="${width - 12}" y1="${y + panelHeight}" y2="${y + panelHeight}"/>`,
    `<polyline class="curve" points="${points.join(' ')}"/>`,
  ].join('\n');
}

const { positionals } = parseArgs({ allowPositionals: true });
const [record] = positionals;
if (record !== undefined) {
  const faults = readFileSync(record, 'utf8').trim().split('\n').map(summarise);
  writeFileSync(`${folder}/line.json`, `${JSON.stringify(faults, undefined, 2)}\n`);
}
const faults = JSON.parse(readFileSync(`${folder}/line.json`, 'utf8')) as readonly Fault[];
for (const fault of faults) writeFileSync(`${folder}/${fileName(fault)}`, draw(fault));
