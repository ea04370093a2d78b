// Whether sound and picture stay together in the mixer: somebody's picture flashes and a tone sounds at the same moments, and of the
// one picture and the sound that come out of it the distance between the two is looked at all the while.
import { setTimeout as pass } from 'node:timers/promises';
import { type Onset, record, voiceMs } from '@plenum/mixer/testing';
import { openSocket, openWatcher, preferred } from '../mixer/measure.ts';
import { sendTo } from '../mixer/people.ts';
import { startPlenumRig } from '../mixer/plenum-rig.ts';

const flashEveryMs = 2_000;
const flashMs = 400;
/** In the middle, so that what is recorded begins with neither. */
const isOn = (ms: number) =>
  ms % flashEveryMs >= flashEveryMs / 2 && ms % flashEveryMs < flashEveryMs / 2 + flashMs;
/** Before it, somebody still comes. */
const settleMs = 5_000;

/** By how much a tone comes behind its flash, in ms: negative where it comes first. */
interface Distance {
  /** Since the begin. */
  readonly atMs: number;
  /** As packets come. */
  readonly arrived: number;
  /** As a browser plays them, by the mixer's reports. */
  readonly reported: number;
}

export async function proveDrift(seconds: number): Promise<readonly string[]> {
  const distances = await preferred(() => watch(1_000 * seconds));
  const [first, last] = [distances.at(0), distances.at(-1)];
  if (first === undefined || last === undefined)
    throw new Error('neither flashes nor tones came out of the mixer');
  // A tenth of them each, so that no single one counts: pictures come in steps of 40 ms.
  const share = Math.max(1, Math.floor(distances.length / 10));
  const [begin, end] = [distances.slice(0, share), distances.slice(-share)];
  return [
    '| | at the beginning (ms) | at the end (ms) | drift (ms) | lowest | highest |',
    '| --- | --- | --- | --- | --- | --- |',
    row('as packets come', ({ arrived }) => arrived, { begin, end, all: distances }),
    row('by the reports', ({ reported }) => reported, { begin, end, all: distances }),
    '',
    `${distances.length} flashes with their tones in ${((last.atMs - first.atMs) / 1_000).toFixed(0)} s; a tone behind its flash is positive.`,
  ];
}

interface Spans {
  readonly begin: readonly Distance[];
  readonly end: readonly Distance[];
  readonly all: readonly Distance[];
}

function row(name: string, of: (distance: Distance) => number, { begin, end, all }: Spans): string {
  const mean = (some: readonly Distance[]) => some.reduce((sum, each) => sum + of(each), 0) / some.length;
  const values = all.map(of);
  const figures = [mean(begin), mean(end), mean(end) - mean(begin), Math.min(...values), Math.max(...values)];
  return `| ${name} | ${figures.map((figure) => figure.toFixed(1)).join(' | ')} |`;
}

async function watch(lengthMs: number): Promise<readonly Distance[]> {
  const socket = await openSocket();
  // The second only listens: who speaks does not hear themselves.
  const people = 2;
  const watcher = await openWatcher(socket, people);
  const rig = await startPlenumRig({ people, speakers: 1, socket });
  const recording = await record(2 * flashEveryMs, isOn);
  const others = await record(2 * flashEveryMs, () => false);
  const begun = performance.now();
  const sending = sendTo(rig, { people, speakers: 1, first: recording, others });
  try {
    await pass(settleMs + lengthMs);
    return distancesOf(watcher.onsets, begun + settleMs);
  } finally {
    sending.stop();
    await rig.close();
    socket.close();
    watcher.close();
  }
}

function distancesOf(
  { picture, voice }: { readonly picture: readonly Onset[]; readonly voice: readonly Onset[] },
  fromMs: number,
): readonly Distance[] {
  const isNear = (one: Onset, other: Onset) => Math.abs(one.arrivedMs - other.arrivedMs) < flashEveryMs / 2;
  return picture.flatMap((flash) => {
    const tone = voice.find((each) => isNear(each, flash));
    if (flash.arrivedMs < fromMs || tone?.wallMs === undefined || flash.wallMs === undefined) return [];
    // What a packet holds was said before it was sent.
    const arrived = tone.arrivedMs - voiceMs - flash.arrivedMs;
    return [{ atMs: flash.arrivedMs - fromMs, arrived, reported: tone.wallMs - flash.wallMs }];
  });
}
