// Joins into rooms of several sizes, over several networks: what there is to measure, and in which order.
import { whyNoNetworkLab } from '@plenum/testkit/network-lab';
import { busyMsPerCore, raiseSession } from '../forwarding/process-usage.ts';
import { buildCompanyPage, fillRoom } from './company.ts';
import { joinOnce } from './joiner.ts';
import type { Picture } from './page/main.ts';
import type { Steps } from './probe.ts';
import { type Scene, setScene } from './scene.ts';

export interface JoinOptions {
  readonly joins?: number;
  /** How many others are in the room. */
  readonly others?: readonly number[];
  /** Milliseconds; none is loopback, without a network in between. */
  readonly roundTrips?: readonly (number | undefined)[];
  /** When to stop with fewer joins into one room, so that a machine in trouble still comes to an end. */
  readonly limitPerRoomMs?: number;
  readonly log?: (line: string) => void;
}

export interface RoomResult {
  readonly roundTripMs: number | undefined;
  readonly others: number;
  readonly picture: Picture;
  readonly joins: readonly Steps[];
  readonly failures: readonly string[];
  /** Share of the whole machine that was at work meanwhile, whoever's. */
  readonly busy: number;
}

export interface JoinResult {
  readonly rooms: readonly RoomResult[];
  readonly notes: readonly string[];
}

type Plan = Required<JoinOptions>;

// What the app captures by default. Its three encoders are as much as two cores can bear besides the joiner's own.
const fullPicture: Picture = { height: 720, frameRate: 30 };
// Small, but at the full rate: at five frames a second one waits up to 200 ms for the sender's next frame.
const smallPicture: Picture = { height: 180, frameRate: 30 };
const tolerableFailures = 3;

export async function measureJoins(options: JoinOptions = {}): Promise<JoinResult> {
  const restoreSession = await raiseSession();
  try {
    return await measureAll(planOf(options));
  } finally {
    await restoreSession();
  }
}

function planOf(options: JoinOptions): Plan {
  return {
    joins: options.joins ?? 30,
    others: options.others ?? [1, 4, 8],
    roundTrips: options.roundTrips ?? [undefined, 30, 100],
    limitPerRoomMs: options.limitPerRoomMs ?? 90_000,
    log: options.log ?? (() => undefined),
  };
}

async function measureAll(plan: Plan): Promise<JoinResult> {
  const rooms: RoomResult[] = [];
  const notes: string[] = [];
  await using page = await buildCompanyPage();
  for (const roundTripMs of plan.roundTrips) {
    const obstacle = roundTripMs === undefined ? undefined : await whyNoNetworkLab();
    if (obstacle !== undefined) {
      notes.push(`joins at ${roundTripMs} ms were skipped: ${obstacle}`);
      plan.log(notes.at(-1) ?? '');
      continue;
    }
    await using scene = await setScene(roundTripMs);
    for (const others of plan.others) rooms.push(await measureRoom(plan, scene, page.folder, others));
  }
  return { rooms, notes };
}

async function measureRoom(plan: Plan, scene: Scene, folder: string, others: number): Promise<RoomResult> {
  const { roundTripMs, serverUrl } = scene;
  const picture = others === 1 ? fullPicture : smallPicture;
  const room = `room-of-${others}`;
  const company = await fillRoom(scene.companyBrowser, folder, { serverUrl, room, count: others, picture });
  const attempt = () => joinOnce(scene.joinerBrowser, { serverUrl, room, others });
  // The first in a browser compiles the app, which later ones find compiled. What fails here fails again below.
  await attempt().catch(() => undefined);
  const before = await machineTime();
  const { joins, failures } = await repeat(plan, attempt);
  const after = await machineTime();
  await company.close();
  const busy = (after.busyMs - before.busyMs) / (after.possibleMs - before.possibleMs);
  plan.log(lineOf({ roundTripMs, others, joins, failures, busy, picture }));
  return { roundTripMs, others, picture, joins, failures, busy };
}

async function repeat(
  { joins, limitPerRoomMs }: Plan,
  attempt: () => Promise<Steps>,
): Promise<Pick<RoomResult, 'joins' | 'failures'>> {
  const done: Steps[] = [];
  const failures: string[] = [];
  const end = performance.now() + limitPerRoomMs;
  while (done.length < joins && failures.length < tolerableFailures && performance.now() < end) {
    try {
      done.push(await attempt());
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { joins: done, failures };
}

async function machineTime(): Promise<{ readonly busyMs: number; readonly possibleMs: number }> {
  const cores = await busyMsPerCore();
  return {
    busyMs: cores.reduce((sum, ms) => sum + ms, 0),
    possibleMs: performance.now() * cores.length,
  };
}

function lineOf({ roundTripMs, others, joins, failures, busy }: RoomResult): string {
  const network = roundTripMs === undefined ? 'loopback' : `${roundTripMs} ms`;
  const frames = joins.flatMap((steps) => steps['first frame'] ?? []).map(Math.round);
  return [
    `${network}, ${others} others: first frame after ${frames.join(' ')} ms;`,
    `machine busy ${(busy * 100).toFixed(0)} %`,
    ...failures.map((failure) => `; failed: ${failure}`),
  ].join(' ');
}
