// The joins as Markdown tables.
import type { JoinResult, RoomResult } from './measure.ts';
import { percentile } from './percentile.ts';
import { type Step, stepNames } from './probe.ts';

export function formatJoins({ rooms, notes }: JoinResult): string {
  if (rooms.length === 0) return notes.map(formatNote).join('\n\n');
  const failures = rooms.flatMap((room) => room.failures.map((failure) => `${nameOf(room)}: ${failure}`));
  return [
    '### From the click on *Join* (ms)',
    timesTable(rooms),
    '### Where the time goes: middle join, ms since the click',
    stepsTable(rooms),
    ...[...notes, ...failures].map(formatNote),
  ].join('\n\n');
}

function formatNote(note: string): string {
  return `Note: ${note}.`;
}

function nameOf({ roundTripMs, others }: RoomResult): string {
  return `${networkOf(roundTripMs)}, ${others} others`;
}

function networkOf(roundTripMs: number | undefined): string {
  return roundTripMs === undefined ? 'loopback' : `${roundTripMs} ms`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const told: readonly (readonly [Step, string])[] = [
  ['connected', 'connected'],
  ['first frame', 'first picture'],
  ['all pictures', 'all pictures'],
];

function timesTable(rooms: readonly RoomResult[]): string {
  const head = ['round trip', 'others', 'they send', 'joins', 'until', 'p50', 'p95', 'min', 'max'];
  const rows = rooms.flatMap((room) => told.map(([step, words]) => timesRow(room, step, words)));
  return table([...head, 'machine busy'], rows);
}

function timesRow(room: RoomResult, step: Step, words: string): readonly string[] {
  const { roundTripMs, others, picture, joins, busy } = room;
  const times = timesOf(room, step);
  return [
    networkOf(roundTripMs),
    String(others),
    `${picture.height}p at ${picture.frameRate}`,
    String(joins.length),
    words,
    ...[0.5, 0.95, 0, 1].map((share) => percentile(times, share).toFixed(0)),
    `${(busy * 100).toFixed(0)} %`,
  ];
}

function stepsTable(rooms: readonly RoomResult[]): string {
  const steps = stepNames.slice(stepNames.indexOf('click') + 1);
  const head = ['step', ...rooms.map(({ roundTripMs, others }) => `${networkOf(roundTripMs)}, ${others}`)];
  const rows = steps.map((step) => [
    step,
    ...rooms.map((room) => percentile(timesOf(room, step), 0.5).toFixed(0)),
  ]);
  return table(head, rows);
}

function timesOf({ joins }: RoomResult, step: Step): readonly number[] {
  return joins.flatMap((steps) => steps[step] ?? []);
}
