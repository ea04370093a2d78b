// Draws what each topology costs one participant, for docs/performance.md, from docs/performance/topologies.json. With a record that
// `MEASURE_RECORD=FILE npm run measure -- e2e/topologies.measure.ts` has written, also takes its figures into that file.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const topologies = ['mesh', 'sfu', 'mcu'] as const;
type Topology = (typeof topologies)[number];

interface Row {
  readonly topology: Topology;
  readonly people: number;
  readonly measuredIn: string;
  /** Of one participant. */
  readonly pictures: { readonly up: number; readonly down: number };
  readonly kbps: { readonly up: number; readonly down: number };
  readonly latencyMs?: { readonly p50: number; readonly p95: number };
}

/** As the measuring program writes it. */
interface RecordedRow {
  readonly topology: Topology;
  readonly people: number;
  readonly place: string;
  readonly natives?: number;
  readonly isWithoutSound?: boolean;
  readonly passage: {
    readonly up: number;
    readonly down: number;
    readonly upKbps: number;
    readonly downKbps: number;
  };
  readonly latencyMs: { readonly p50?: number; readonly p95?: number };
}

function rowOf(line: string): Row {
  const { topology, people, place, natives, isWithoutSound, passage, latencyMs } = JSON.parse(
    line,
  ) as RecordedRow;
  const company = natives === undefined ? '' : `, ${natives} native`;
  const { p50, p95 } = latencyMs;
  return {
    topology,
    people,
    measuredIn: `${place}${company}${isWithoutSound === true ? ', no sound' : ''}`,
    pictures: { up: Math.round(passage.up), down: Math.round(passage.down) },
    kbps: { up: Math.round(passage.upKbps), down: Math.round(passage.downKbps) },
    ...(p50 === undefined || p95 === undefined
      ? {}
      : { latencyMs: { p50: Math.round(p50), p95: Math.round(p95) } }),
  };
}

interface Panel {
  readonly title: string;
  /** Undefined where it was not measured. */
  readonly of: (row: Row) => number | undefined;
  /** What the documents' formula gives. */
  readonly computed?: (topology: Topology, people: number) => number;
}

const panels: readonly Panel[] = [
  {
    title: 'pictures sent',
    of: ({ pictures }) => pictures.up,
    computed: (topology, people) => (topology === 'mesh' ? people - 1 : 1),
  },
  {
    title: 'pictures received',
    of: ({ pictures }) => pictures.down,
    computed: (topology, people) => (topology === 'mcu' ? 1 : people - 1),
  },
  { title: 'kbit/s sent', of: ({ kbps, measuredIn }) => (hasSound(measuredIn) ? kbps.up : undefined) },
  { title: 'kbit/s received', of: ({ kbps, measuredIn }) => (hasSound(measuredIn) ? kbps.down : undefined) },
  {
    title: 'glass to glass in Chromium, ms (middle)',
    of: ({ latencyMs, measuredIn }) => (measuredIn === 'Chromium' ? latencyMs?.p50 : undefined),
  },
];

function hasSound(measuredIn: string): boolean {
  return !measuredIn.endsWith('no sound');
}

/** Where two have the same figure both are to be seen. */
const beside: Readonly<Record<Topology, number>> = { mesh: -4, sfu: 0, mcu: 4 };
const most = 16;
const [panelWidth, panelHeight, gap, left, top] = [310, 130, 50, 48, 64];
const columns = 2;

function draw(rows: readonly Row[]): string {
  const width = left + columns * (panelWidth + gap);
  const height = top + Math.ceil(panels.length / columns) * (panelHeight + gap);
  const drawn = panels.map((panel, index) => {
    const x = left + (index % columns) * (panelWidth + gap);
    return drawPanel(panel, rows, x, top + Math.floor(index / columns) * (panelHeight + gap));
  });
  const keys = topologies.map((topology, index) => {
    const x = left + 120 * index;
    return `<circle class="${topology}" cx="${x + 5}" cy="32" r="4"/><text x="${x + 14}" y="36">${topology}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="What each topology costs one participant">
<style>
  text { font: 12px system-ui, sans-serif; fill: #334; }
  .title { font-size: 14px; font-weight: 600; }
  .axis { stroke: #99a; stroke-width: 1; }
  .computed { fill: none; stroke-width: 1.5; stroke-dasharray: 4 3; opacity: 0.7; }
  circle.mesh { fill: #b3541e; } .computed.mesh { stroke: #b3541e; }
  circle.sfu { fill: #0b7d6e; } .computed.sfu { stroke: #0b7d6e; }
  circle.mcu { fill: #4a5bbf; } .computed.mcu { stroke: #4a5bbf; }
  @media (prefers-color-scheme: dark) {
    text { fill: #ccd; }
    circle.mesh { fill: #f0965a; } .computed.mesh { stroke: #f0965a; }
    circle.sfu { fill: #4fc7b7; } .computed.sfu { stroke: #4fc7b7; }
    circle.mcu { fill: #9aa8ff; } .computed.mcu { stroke: #9aa8ff; }
  }
</style>
<text class="title" x="${left}" y="18">What one participant sends and receives, by the number of people</text>
${keys.join('\n')}
<text x="${left + 360}" y="36">● measured, - - computed by the documents' formulas</text>
${drawn.join('\n')}
</svg>
`;
}

function drawPanel({ title, of, computed }: Panel, rows: readonly Row[], x: number, y: number): string {
  const measured = rows.flatMap((row) => {
    const value = of(row);
    return value === undefined ? [] : [{ ...row, value }];
  });
  const formulas = topologies.map((topology) => computed?.(topology, most) ?? 0);
  const highest = Math.max(...measured.map(({ value }) => value), ...formulas);
  const atPeople = (people: number) => Math.round(x + ((people - 1) / (most - 1)) * panelWidth);
  const atValue = (value: number) => Math.round(y + panelHeight * (1 - value / (1.05 * highest)));
  const dots = measured.map(
    ({ topology, people, value, measuredIn }) =>
      `<circle class="${topology}" cx="${atPeople(people) + beside[topology]}" cy="${atValue(value)}" r="4"><title>${topology}, ${people} people, ${measuredIn}: ${value}</title></circle>`,
  );
  const lines = topologies.flatMap((topology) => {
    if (computed === undefined) return [];
    const points = Array.from({ length: most - 1 }, (_, index) => index + 2).map(
      (people) => `${atPeople(people)},${atValue(computed(topology, people))}`,
    );
    return [`<polyline class="computed ${topology}" points="${points.join(' ')}"/>`];
  });
  const ticks = [2, 4, 8, 16].map(
    (people) =>
      `<text x="${atPeople(people)}" y="${y + panelHeight + 16}" text-anchor="middle">${people}</text>`,
  );
  return [
    `<text x="${x}" y="${y - 6}">${title}</text>`,
    `<text x="${x - 6}" y="${atValue(highest) + 4}" text-anchor="end">${highest}</text>`,
    `<line class="axis" x1="${x}" x2="${x + panelWidth}" y1="${y + panelHeight}" y2="${y + panelHeight}"/>`,
    ...lines,
    ...dots,
    ...ticks,
  ].join('\n');
}

const file = 'docs/performance/topologies.json';
const { positionals } = parseArgs({ allowPositionals: true });
const [record] = positionals;
if (record !== undefined) {
  const recorded = readFileSync(record, 'utf8').trim().split('\n').map(rowOf);
  writeFileSync(file, `${JSON.stringify(recorded, undefined, 2)}\n`);
}
const rows = JSON.parse(readFileSync(file, 'utf8')) as readonly Row[];
writeFileSync('docs/performance/topologies.svg', draw(rows));
