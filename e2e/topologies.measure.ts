/**
 * What each participant sends and receives in a mesh and through the media server, beside the documents' formulas, and how old the
 * pictures are that they see. `MEASURE_RECORD` names the file to which each row is added as a line of JSON.
 */
import { appendFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { type Flow, type FlowSource, type Passage, passageOf } from './harness/flow.ts';
import { installClock, readFlow } from './harness/flow-probe.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';
import { aWrtcParticipant, type WrtcVisit } from './harness/wrtc-participant.ts';

const watchMs = 10_000;
/** Sixteen people on two cores come one after the other, and need a while. */
const patience = { timeout: 120_000, interval: 1_000 };

const rooms = [
  ['mesh', 2, 'Chromium'],
  ['mesh', 3, 'Chromium'],
  ['mesh', 4, 'Chromium'],
  ['mesh', 5, 'Chromium'],
  ['mesh', 4, 'wrtc'],
  ['mesh', 6, 'wrtc'],
  ['mesh', 8, 'wrtc'],
  ['sfu', 2, 'Chromium'],
  ['sfu', 3, 'Chromium'],
  ['sfu', 4, 'Chromium'],
  ['sfu', 5, 'Chromium'],
  ['sfu', 4, 'wrtc'],
  ['sfu', 8, 'wrtc'],
  ['sfu', 16, 'wrtc'],
] as const;

type Topology = WrtcVisit['topology'];
type Join = (visit: WrtcVisit) => Promise<FlowSource>;

test.each(rooms)('%s of %i in %s', async (topology, size, place) => {
  const server = await aServer({ flags: ['--limits-mesh-max', '8'] });
  const join = place === 'wrtc' ? aWrtcParticipant : await aWayIntoPages();
  const people: FlowSource[] = [];
  for (let index = 0; index < size; index++) {
    const visit = { serverUrl: server.url, room: 'standup', name: `Person ${index + 1}`, topology };
    people.push(await join({ ...visit, tone: 300 + 100 * index }));
  }
  await untilAllSeeAll(people);
  const row = {
    topology,
    people: size,
    place,
    formula: formulaFor(topology, size),
    ...(await measure(people)),
  };
  const record = process.env['MEASURE_RECORD'];
  if (record !== undefined) appendFileSync(record, `${JSON.stringify(row)}\n`);
  process.stdout.write(`${formatRow(row)}\n`);
});

/** Each person is a page of one browser, with the meeting app. */
async function aWayIntoPages(): Promise<Join> {
  const browser = await aBrowser({ flags: ['--autoplay-policy=no-user-gesture-required'] });
  return async ({ serverUrl, room, name, topology, tone }) => {
    const page = await aPage(browser);
    await installClock(page, { tone });
    const person = new MeetingPage(page, serverUrl, room, { query: `?topology=${topology}` });
    await person.open();
    await person.join(name);
    return { readFlow: () => readFlow(page) };
  };
}

/** Resolves when the picture of each of the others goes on arriving everywhere. */
async function untilAllSeeAll(people: readonly FlowSource[]): Promise<void> {
  let before = await readFlows(people);
  const seen = async () => {
    const now = await readFlows(people);
    const passages = passagesOf(before, now);
    before = now;
    return passages.map(({ down }) => down);
  };
  await expect.poll(seen, patience).toEqual(people.map(() => people.length - 1));
}

interface Measured {
  /** Of each participant, on average. */
  readonly passage: Passage;
  readonly latencyMs: { readonly p50: number | undefined; readonly p95: number | undefined };
  readonly frames: number;
  /** Share of both cores' time that was not idle. */
  readonly busy: number;
}

async function measure(people: readonly FlowSource[]): Promise<Measured> {
  const [before, coresBefore] = [await readFlows(people), coreTime()];
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  const [coresAfter, after] = [coreTime(), await readFlows(people)];
  const latencies = after.flatMap(({ latencies: found }) => found).toSorted((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)];
  return {
    passage: meanOf(passagesOf(before, after)),
    latencyMs: { p50: at(0.5), p95: at(0.95) },
    frames: latencies.length,
    busy: (coresAfter.busyMs - coresBefore.busyMs) / (coresAfter.allMs - coresBefore.allMs),
  };
}

function readFlows(people: readonly FlowSource[]): Promise<readonly Flow[]> {
  return Promise.all(people.map((person) => person.readFlow()));
}

function passagesOf(before: readonly Flow[], after: readonly Flow[]): readonly Passage[] {
  return after.map((now, index) => passageOf(before[index] ?? now, now));
}

function meanOf(passages: readonly Passage[]): Passage {
  const mean = (of: keyof Passage) =>
    passages.reduce((sum, passage) => sum + passage[of], 0) / passages.length;
  return {
    up: mean('up'),
    down: mean('down'),
    soundsUp: mean('soundsUp'),
    soundsDown: mean('soundsDown'),
    upKbps: mean('upKbps'),
    downKbps: mean('downKbps'),
  };
}

function coreTime(): { readonly busyMs: number; readonly allMs: number } {
  const times = cpus().map((core) => core.times);
  const allMs = times.flatMap((one) => Object.values(one)).reduce((sum, ms) => sum + ms, 0);
  return { allMs, busyMs: allMs - times.reduce((sum, { idle }) => sum + idle, 0) };
}

/** Pictures up and down of each participant, as they have to be. */
function formulaFor(topology: Topology, size: number): { readonly up: number; readonly down: number } {
  return { up: topology === 'mesh' ? size - 1 : 1, down: size - 1 };
}

type Row = Measured & {
  readonly topology: Topology;
  readonly people: number;
  readonly place: string;
  readonly formula: { readonly up: number; readonly down: number };
};

function formatRow({ topology, people, place, formula, passage, latencyMs, busy }: Row): string {
  const { up, down, soundsUp, soundsDown, upKbps, downKbps } = passage;
  const pair = (one: number | undefined, other: number | undefined, digits: number) =>
    [one, other].map((value) => value?.toFixed(digits) ?? '–').join(' / ');
  const cells = [
    topology,
    people,
    place,
    pair(formula.up, formula.down, 0),
    pair(up, down, 1),
    pair(soundsUp, soundsDown, 1),
    pair(upKbps, downKbps, 0),
    pair(latencyMs.p50, latencyMs.p95, 0),
    `${(100 * busy).toFixed(0)} %`,
  ];
  return `| ${cells.join(' | ')} |`;
}
