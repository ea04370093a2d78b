// The cost of mixing a room, and how long a picture and a voice take through it: our mixer beside GStreamer doing the same.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pass } from 'node:timers/promises';
import { layOut } from '@plenum/mixer';
import { type Onset, record, Watcher } from '@plenum/mixer/testing';
import { whyNoGStreamer } from '@plenum/testkit/gstreamer';
import {
  busyMsPerCore,
  cpuUsage,
  raisePriority,
  raiseSession,
  residentBytes,
} from '../forwarding/process-usage.ts';
import { startGStreamerRig } from './gstreamer-rig.ts';
import { type People, sendTo } from './people.ts';
import { startPlenumRig } from './plenum-rig.ts';
import {
  encoding,
  loopback,
  type MixerName,
  type MixRig,
  mixedPicture,
  type RigOptions,
  ssrcsOf,
} from './rig.ts';

export interface MixerOptions {
  readonly log: (line: string) => void;
  readonly people?: readonly number[];
  readonly repeats?: number;
  readonly warmUpMs?: number;
  readonly measureMs?: number;
}

export interface MixerRun {
  readonly mixer: MixerName;
  readonly people: number;
  /** Of one core, of the process that mixes. */
  readonly corePercent: number;
  /** Of all cores, by everything on the machine. */
  readonly busyPercent: number;
  readonly residentMb: number;
  /** Each second. */
  readonly pictures: number;
  readonly voices: number;
  /** Milliseconds from the packet in to the packet out, of each that was marked. */
  readonly pictureMs: readonly number[];
  readonly voiceMs: readonly number[];
}

export interface MixerResult {
  readonly runs: readonly MixerRun[];
  readonly notes: readonly string[];
}

const speakersAtMost = 4;
const recordedMs = 4_000;
/** Marks come and go by this; ms. */
const markEveryMs = 400;
const isMarked = (ms: number) => ms % markEveryMs >= markEveryMs / 2;

const rigs: Readonly<Record<MixerName, (options: RigOptions) => Promise<MixRig>>> = {
  plenum: startPlenumRig,
  gstreamer: startGStreamerRig,
};

export async function measureMixers({ log, ...options }: MixerOptions): Promise<MixerResult> {
  const { people = [4, 9, 16], repeats = 2, warmUpMs = 6_000, measureMs = 20_000 } = options;
  const obstacle = await whyNoGStreamer();
  const mixers: readonly MixerName[] = obstacle === undefined ? ['plenum', 'gstreamer'] : ['plenum'];
  const [first, others] = [await record(recordedMs, isMarked), await record(recordedMs, () => false)];
  const scenes = people.map((count) => ({
    people: count,
    speakers: Math.min(count, speakersAtMost),
    first,
    others,
  }));
  const runs: MixerRun[] = [];
  await preferred(async () => {
    for (const scene of scenes.flatMap((each) => Array<People>(repeats).fill(each))) {
      for (const mixer of mixers) {
        const run = await measureOne(mixer, scene, { warmUpMs, measureMs });
        log(`${mixer}, ${scene.people} people: ${run.corePercent.toFixed(1)} % of a core`);
        runs.push(run);
      }
    }
  });
  return { runs, notes: obstacle === undefined ? [] : [`nothing was compared: ${obstacle}`] };
}

/** Before other work on the machine, where that is permitted: so that who sends, and who mixes, is on time. */
export async function preferred<T>(measure: () => Promise<T>): Promise<T> {
  const restore = await raiseSession();
  // What is started from now on inherits it.
  raisePriority(process.pid);
  return measure().finally(restore);
}

interface Window {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

async function measureOne(mixer: MixerName, scene: People, window: Window): Promise<MixerRun> {
  const socket = await openSocket();
  const watcher = await openWatcher(socket, scene.people);
  const rig = await rigs[mixer]({ ...scene, socket });
  const sending = sendTo(rig, scene);
  try {
    await pass(window.warmUpMs);
    const before = await readUsage(rig.pid, watcher);
    await pass(window.measureMs);
    const after = await readUsage(rig.pid, watcher);
    const ms = after.at - before.at;
    const since = (onsets: readonly Onset[]) => onsets.filter(({ arrivedMs }) => arrivedMs > before.at);
    return {
      mixer,
      people: scene.people,
      corePercent: (100 * (after.cpuMs - before.cpuMs)) / ms,
      busyPercent: (100 * (after.busyMs - before.busyMs)) / ms / after.cores,
      residentMb: (await residentBytes(rig.pid)) / 1e6,
      pictures: (1_000 * (after.pictures - before.pictures)) / ms,
      voices: (1_000 * (after.voices - before.voices)) / ms,
      pictureMs: delays(since(watcher.onsets.picture), onsetsSent(sending.sentAt.picture, 40)),
      voiceMs: delays(since(watcher.onsets.voice), onsetsSent(sending.sentAt.voice, 20)),
    };
  } finally {
    sending.stop();
    await rig.close();
    socket.close();
    watcher.close();
  }
}

export async function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4_000_000 });
  socket.bind(0, loopback);
  await once(socket, 'listening');
  return socket;
}

/** Looks at the first, as the second. */
export async function openWatcher(socket: Socket, people: number): Promise<Watcher> {
  const place = layOut('grid', people, encoding)[0];
  if (place === undefined) throw new Error('nobody is there');
  const at = { left: place.left + place.width / 2, top: place.top + place.height / 2 };
  const watcher = await Watcher.open({ picture: mixedPicture, voice: { ssrc: ssrcsOf(1).hears }, at });
  socket.on('message', (datagram) => watcher.handleDatagram(datagram, performance.now()));
  return watcher;
}

async function readUsage(pid: number, { counts }: Watcher) {
  const { cpuMs } = await cpuUsage(pid);
  const busy = await busyMsPerCore();
  const busyMs = busy.reduce((sum, ms) => sum + ms, 0);
  return { at: performance.now(), cpuMs, busyMs, cores: busy.length, ...counts };
}

/** When those were sent that became bright, or heard. */
function onsetsSent(sentAt: ReadonlyMap<number, number>, periodMs: number): readonly number[] {
  const isOnset = (count: number) => isMarked(count * periodMs) && !isMarked((count - 1) * periodMs);
  return [...sentAt].filter(([count]) => count > 0 && isOnset(count)).map(([, at]) => at);
}

/** From the last that was sent before. */
function delays(arrived: readonly Onset[], sent: readonly number[]): readonly number[] {
  return arrived.flatMap(({ arrivedMs }) => {
    const from = sent.findLast((at) => at <= arrivedMs);
    return from === undefined ? [] : [arrivedMs - from];
  });
}
