/**
 * What each participant sends and receives in a mesh and through the media server, beside the documents' formulas, and how old the
 * pictures are that they see. `MEASURE_RECORD` names the file to which each row is added as a line of JSON.
 */
import { appendFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { layOut } from '@plenum/mixer';
import { expect, onTestFinished, test } from 'vitest';
import { LoadClient } from '../bench/load-client/load-client.ts';
import { aBrowser, aPage } from './harness/chromium.ts';
import { type Flow, type FlowSource, type Passage, passageOf } from './harness/flow.ts';
import { type ClockPlace, installClock, readFlow } from './harness/flow-probe.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import { NativeParticipant } from './harness/native-participant.ts';
import { aServer, type TestServer } from './harness/server.ts';
import { aWrtcParticipant, type WrtcVisit } from './harness/wrtc-participant.ts';

const roomName = 'standup';
const idleMs = 3_000;
const watchMs = 10_000;
/** Sixteen people on two cores come one after the other, and need a while. */
const patience = { timeout: 120_000, interval: 1_000 };

interface RoomPlan {
  readonly topology: 'mesh' | 'sfu' | 'mcu';
  readonly people: number;
  /** What those run in who are measured. */
  readonly place: 'Chromium' | 'wrtc';
  /** So many of the people only send packets of the same size: real ones would be more than two cores bear. */
  readonly natives?: number;
  /** For the same reason. */
  readonly isWithoutSound?: boolean;
}

const rooms: readonly RoomPlan[] = [
  { topology: 'mesh', people: 2, place: 'Chromium' },
  { topology: 'mesh', people: 3, place: 'Chromium' },
  { topology: 'mesh', people: 4, place: 'Chromium' },
  { topology: 'mesh', people: 5, place: 'Chromium' },
  { topology: 'mesh', people: 4, place: 'wrtc' },
  { topology: 'mesh', people: 6, place: 'wrtc' },
  { topology: 'mesh', people: 8, place: 'wrtc', isWithoutSound: true },
  { topology: 'sfu', people: 2, place: 'Chromium' },
  { topology: 'sfu', people: 3, place: 'Chromium' },
  { topology: 'sfu', people: 4, place: 'Chromium' },
  { topology: 'sfu', people: 5, place: 'Chromium' },
  { topology: 'sfu', people: 4, place: 'wrtc' },
  { topology: 'sfu', people: 8, place: 'wrtc' },
  { topology: 'sfu', people: 8, place: 'wrtc', isWithoutSound: true },
  { topology: 'sfu', people: 16, place: 'wrtc', natives: 12 },
  { topology: 'mcu', people: 2, place: 'Chromium' },
  { topology: 'mcu', people: 3, place: 'Chromium' },
  { topology: 'mcu', people: 4, place: 'Chromium' },
  { topology: 'mcu', people: 5, place: 'Chromium' },
  { topology: 'mcu', people: 4, place: 'wrtc' },
  { topology: 'mcu', people: 8, place: 'wrtc' },
  { topology: 'mcu', people: 16, place: 'wrtc', natives: 12 },
];

type Join = (
  visit: WrtcVisit & { readonly places: readonly ClockPlace[] | undefined },
) => Promise<FlowSource>;

test.each(rooms.map((plan) => [nameOf(plan), plan] as const))('%s', async (_, plan) => {
  const { topology, place, natives = 0, isWithoutSound = false } = plan;
  const busyBefore = await busyFor(idleMs);
  const server = await aServer({ flags: ['--limits-mesh-max', '8'] });
  await aCompanyOfNatives(server, natives);
  const join = place === 'wrtc' ? aWrtcParticipant : await aWayIntoPages();
  const people: FlowSource[] = [];
  for (let index = natives; index < plan.people; index++) {
    const tone = isWithoutSound ? undefined : 300 + 100 * index;
    const name = `Person ${index + 1}`;
    const places = topology === 'mcu' ? clockPlaces(plan.people, index) : undefined;
    people.push(await join({ serverUrl: server.url, room: roomName, name, topology, tone, places }));
  }
  await untilAllSee(people, formulaFor(plan).down);
  const row = { ...plan, formula: formulaFor(plan), busyBefore, ...(await measure(people)) };
  const record = process.env['MEASURE_RECORD'];
  if (record !== undefined) appendFileSync(record, `${JSON.stringify(row)}\n`);
  process.stdout.write(`${formatRow(row)}\n`);
});

function nameOf({ topology, people, place, natives = 0, isWithoutSound = false }: RoomPlan): string {
  const company = natives === 0 ? '' : `, ${natives} native`;
  return `${topology} of ${people} in ${place}${company}${isWithoutSound ? ', no sound' : ''}`;
}

/** They send as much as the clocks of the others. */
async function aCompanyOfNatives(server: TestServer, size: number): Promise<void> {
  if (size === 0) return;
  const loadClient = await LoadClient.start();
  onTestFinished(() => loadClient.close());
  const shape = { framesPerSecond: 10, packetsPerFrame: 1, payloadMin: 300, payloadMax: 420 };
  for (let index = 0; index < size; index++) {
    const name = `Person ${index + 1}`;
    const camera = { simulcast: true, shape };
    const person = await NativeParticipant.join({
      serverUrl: server.url,
      room: roomName,
      name,
      loadClient,
      camera,
    });
    onTestFinished(() => person.vanish());
  }
}

/** Each person is a page of one browser, with the meeting app. */
async function aWayIntoPages(): Promise<Join> {
  const browser = await aBrowser({ flags: ['--autoplay-policy=no-user-gesture-required'] });
  return async ({ serverUrl, room, name, topology, tone, places }) => {
    const page = await aPage(browser);
    await installClock(page, { tone: tone ?? 0, ...(places === undefined ? {} : { places }) });
    const person = new MeetingPage(page, serverUrl, room, { query: `?topology=${topology}` });
    await person.open();
    await person.join(name);
    return { readFlow: () => readFlow(page) };
  };
}

/** Where the clocks of all others are in the one picture. */
function clockPlaces(people: number, own: number): readonly ClockPlace[] {
  const [width, height] = [1_280, 720];
  return layOut('grid', people, { width, height })
    .filter((_, index) => index !== own)
    .map((place) => ({
      left: place.left / width,
      top: place.top / height,
      width: place.width / width,
      height: place.height / height,
    }));
}

/** Resolves when so many pictures go on arriving at each of these. */
async function untilAllSee(people: readonly FlowSource[], pictures: number): Promise<void> {
  let before = await readFlows(people);
  const seen = async () => {
    const now = await readFlows(people);
    const passages = passagesOf(before, now);
    before = now;
    return passages.map(({ down }) => down);
  };
  await expect.poll(seen, patience).toEqual(people.map(() => pictures));
}

interface Measured {
  /** Of each participant, on average. */
  readonly passage: Passage;
  readonly latencyMs: { readonly p50: number | undefined; readonly p95: number | undefined };
  readonly frames: number;
  readonly busy: number;
}

async function measure(people: readonly FlowSource[]): Promise<Measured> {
  const before = await readFlows(people);
  const busy = await busyFor(watchMs);
  const after = await readFlows(people);
  const latencies = after.flatMap(({ latencies: found }) => found).toSorted((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)];
  return {
    passage: meanOf(passagesOf(before, after)),
    latencyMs: { p50: at(0.5), p95: at(0.95) },
    frames: latencies.length,
    busy,
  };
}

/** Share of all cores' time from now on that was not idle. */
async function busyFor(ms: number): Promise<number> {
  const before = coreTime();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = coreTime();
  return (after.busyMs - before.busyMs) / (after.allMs - before.allMs);
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
function formulaFor({ topology, people }: RoomPlan): Row['formula'] {
  return { up: topology === 'mesh' ? people - 1 : 1, down: topology === 'mcu' ? 1 : people - 1 };
}

interface Row extends RoomPlan, Measured {
  readonly formula: { readonly up: number; readonly down: number };
  /** What other work took before anybody came. */
  readonly busyBefore: number;
}

function formatRow(row: Row): string {
  const { topology, people, formula, passage, latencyMs, busy, busyBefore } = row;
  const { up, down, soundsUp, soundsDown, upKbps, downKbps } = passage;
  const pair = (one: number | undefined, other: number | undefined, digits: number) =>
    [one, other].map((value) => value?.toFixed(digits) ?? '–').join(' / ');
  const cells = [
    topology,
    people,
    nameOf(row).replace(/^.* in /, ''),
    pair(formula.up, formula.down, 0),
    pair(up, down, 1),
    pair(soundsUp, soundsDown, 1),
    pair(upKbps, downKbps, 0),
    pair(latencyMs.p50, latencyMs.p95, 0),
    ...[busy, busyBefore].map((share) => `${(100 * share).toFixed(0)} %`),
  ];
  return `| ${cells.join(' | ')} |`;
}
