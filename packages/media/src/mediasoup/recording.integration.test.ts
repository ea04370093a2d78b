/** A mix of two who send from Chromium is written by the real mixer, and read back with FFmpeg. */
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MixerProcess } from '@plenum/mixer/process';
import { readMedia } from '@plenum/mixer/testing';
import type { ConferenceError, Source } from '@plenum/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type {
  MediaConnection,
  MediaMix,
  MediaRouter,
  MediaTracks,
  MixRecording,
  MixRecordingOptions,
  RecordedPart,
} from '../media-server.ts';
import { openChromium, type PeerPage } from '../testing/browsers.ts';
import { startRealServer } from '../testing/real-server.ts';

const quiet = { info: () => undefined, warn: () => undefined };
/** A machine that has much to do takes its time. */
const slow = { timeout: 40_000, interval: 200 };
// So that what did not come in time is named before the test is.
vi.setConfig({ testTimeout: 180_000 });
const chunkMs = 700;
const frameMs = 40;

let page: PeerPage;
let peers = 0;
beforeAll(async () => {
  page = await openChromium();
  await page.call('capture');
}, 120_000);
afterAll(() => page.close());

async function twoWhoSend() {
  const mixer = new MixerProcess({ logger: quiet, budget: 200 });
  const { server } = await startRealServer('127.0.0.1', mixer);
  const folder = await mkdtemp(join(tmpdir(), 'plenum-recording-'));
  onTestFinished(async () => {
    await server.close();
    await mixer.close();
    await rm(folder, { recursive: true, force: true });
  });
  const router = await server.createRouter({ onSpeakers: () => undefined, onClosed: () => undefined });
  const people = [await aSender(router), await aSender(router)];
  const ended: ConferenceError[] = [];
  const aMix = async () => {
    const mix = await router.createMix({ codec: 'vp8', people: 2, onEnded: (reason) => ended.push(reason) });
    mix.arrange({
      layout: 'grid',
      entries: people.map((connection, index) => ({
        id: `${index}`,
        name: `Person ${index}`,
        sound: { connection, source: 'microphone' },
        picture: { connection, source: 'camera', maxLayer: 0 },
      })),
    });
    return mix;
  };
  return { mixer, folder, router, people, aMix, ended };
}

async function aSender(router: MediaRouter): Promise<MediaConnection> {
  const sources = ['camera', 'microphone'] as const;
  const connection = await router.createConnection({
    sources,
    slots: { audio: 1, video: 1 },
    onStatus: () => undefined,
  });
  const publications = [...connection.publishOn].map(([source, mid]) => ({ source, mid, hasTrack: true }));
  peers += 1;
  const id = `sender-${peers}`;
  // What nobody takes any more would be encoded for as long as the page is open, at the cost of what is measured next.
  onTestFinished(() => page.call('close', id));
  await connection.answer(await page.call<string>('answer', id, connection.offer, publications));
  for (const source of sources) await connection.setPublishing(source, true);
  return connection;
}

/** A file, and what becomes of it: it does not begin where it fails. */
function follow(begin: (events: Pick<MixRecordingOptions, 'onBegan' | 'onFailed'>) => MixRecording) {
  const began = Promise.withResolvers<RecordedPart>();
  const failed = Promise.withResolvers<ConferenceError>();
  // Who waits for the failure does not for the beginning.
  began.promise.catch(() => undefined);
  const onFailed = (reason: ConferenceError) => {
    failed.resolve(reason);
    began.reject(reason);
  };
  const recording = begin({ onBegan: began.resolve, onFailed });
  return {
    began: () => inTime('the beginning of a file', began.promise),
    failed: () => inTime('the failure of a file', failed.promise),
    stop: () => inTime('the end of a file', recording.stop()),
  };
}

async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} did not come in time`)), slow.timeout);
  return Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}

function record(mix: MediaMix, path: string) {
  return follow((events) => mix.record({ path, keyFrameEveryMs: 1_000, ...events }));
}

/** Milliseconds from the first to the end of the last picture. */
async function lengthOf(path: string): Promise<number> {
  const { tracks } = await readMedia(path);
  const times = tracks.find(({ kind }) => kind === 'picture')?.timesMs ?? [];
  return (times.at(-1) ?? 0) + frameMs;
}

async function untilLongerThan(path: string, ms: number): Promise<void> {
  await vi.waitFor(async () => expect(await lengthOf(path)).toBeGreaterThan(ms), slow);
}

async function expectPlayable(path: string, leastMs: number): Promise<void> {
  const { tracks } = await readMedia(path);
  expect(tracks.map(({ kind }) => kind).toSorted()).toEqual(['picture', 'sound']);
  for (const { timesMs, errors, decoded } of tracks) {
    expect(timesMs.at(-1)).toBeGreaterThanOrEqual(leastMs);
    expect(errors).toBe(0);
    expect(decoded).toBeGreaterThanOrEqual(timesMs.length - 1);
  }
}

test('[C61] what is stopped is whole: as long as it was recorded, with places to jump to', async () => {
  const { folder, aMix } = await twoWhoSend();
  const mix = await aMix();
  const { began, stop } = record(mix, join(folder, 'part-1'));
  const { path, wallMs } = await began();
  await untilLongerThan(path, 4_000);
  const recordedMs = Date.now() - wallMs;
  await stop();
  await expectPlayable(path, recordedMs - chunkMs);
  const { tracks } = await readMedia(path);
  const picture = tracks.find(({ kind }) => kind === 'picture');
  expect(picture?.size).toBe('1280x720');
  expect(picture?.keyFrames).toBeGreaterThanOrEqual(4);
  expect(Math.abs((await lengthOf(path)) - recordedMs)).toBeLessThan(chunkMs);
});

test('[C62] of a mixer that is killed a part that can be played is left, and another goes on', async () => {
  const { mixer, folder, aMix, ended } = await twoWhoSend();
  const first = record(await aMix(), join(folder, 'part-1'));
  const { path: firstPath } = await first.began();
  await untilLongerThan(firstPath, 2_000);
  process.kill(mixer.pid ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(ended.map(({ code }) => code)).toEqual(['mixer-unavailable']), slow);
  await first.stop();
  await expectPlayable(firstPath, 1_900);
  // Only what is whole says how long it is.
  expect((await readMedia(firstPath)).durationMs).toBeUndefined();
  const second = record(await aMix(), join(folder, 'part-2'));
  const { path: secondPath } = await second.began();
  await untilLongerThan(secondPath, 1_000);
  await second.stop();
  await expectPlayable(secondPath, 900);
});

test('[C62] a mix that is closed leaves its recording whole', async () => {
  const { folder, aMix } = await twoWhoSend();
  const mix = await aMix();
  const { began, stop } = record(mix, join(folder, 'part-1'));
  const { path } = await began();
  await untilLongerThan(path, 1_000);
  mix.close();
  await stop();
  // Its last cluster says how long all of it is.
  await vi.waitFor(async () => expect((await readMedia(path)).durationMs).toBeGreaterThan(1_000), slow);
});

test('[C62] a disk that is full, and a folder that is not there, are told apart; the mix goes on', async () => {
  const { folder, aMix } = await twoWhoSend();
  const mix = await aMix();
  await symlink('/dev/full', join(folder, 'full.webm'));
  const full = record(mix, join(folder, 'full'));
  expect((await full.failed()).code).toBe('storage-full');
  const nowhere = record(mix, join(folder, 'nowhere', 'part-1'));
  expect((await nowhere.failed()).code).toBe('storage-failed');
  const another = record(mix, join(folder, 'part-1'));
  await another.stop();
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test('[C62] mixes that are closed in the midst of everything disturb no other', async () => {
  const { mixer, folder, aMix, ended } = await twoWhoSend();
  await aMix();
  const { pid } = mixer;
  // Each way of ending at each moment, once.
  for (let number = 0; number < 6; number += 1) {
    const mix = await aMix();
    const { began, stop } = record(mix, join(folder, `part-${number}`));
    if (number % 3 === 0) await began();
    if (number % 2 === 0) void stop();
    mix.close();
  }
  await aMix();
  expect(mixer.pid).toBe(pid);
  expect(ended).toEqual([]);
});

function recordTrack(tracks: MediaTracks, connection: MediaConnection, source: Source, path: string) {
  return follow((events) => tracks.record({ connection, source }, { path, ...events }));
}

test('[C72] single sources are written as they come, each with its beginning on one clock, and nothing is encoded', async () => {
  const { folder, router, people } = await twoWhoSend();
  const tracks = await router.openTracks({ people: 2, onEnded: () => undefined });
  const files = people.flatMap((connection, index) =>
    (['camera', 'microphone'] as const).map((source) => ({
      source,
      ...recordTrack(tracks, connection, source, join(folder, `${index}-${source}`)),
    })),
  );
  const begun = await Promise.all(files.map(({ began }) => began()));
  const lengths = () =>
    Promise.all(begun.map(async ({ path }) => (await readMedia(path)).tracks[0]?.timesMs.at(-1) ?? 0));
  await vi.waitFor(async () => expect(Math.min(...(await lengths()))).toBeGreaterThan(3_000), slow);
  await Promise.all(files.map(({ stop }) => stop()));
  const stoppedMs = Date.now();
  for (const [index, { path, wallMs }] of begun.entries()) {
    const { tracks: written, durationMs } = await readMedia(path);
    expect(written).toHaveLength(1);
    const [track] = written;
    expect(track?.kind).toBe(files[index]?.source === 'camera' ? 'picture' : 'sound');
    expect(track?.errors).toBe(0);
    expect(track?.decoded).toBeGreaterThanOrEqual((track?.timesMs.length ?? 0) - 1);
    // Where it began and for how long it lasts come to when it was stopped.
    expect(Math.abs(wallMs + (durationMs ?? 0) - stoppedMs)).toBeLessThan(1_000);
  }
});

test('[C72] of a process that is killed each file plays until less than a second before, and a full disk is told', async () => {
  const { mixer, folder, router, people } = await twoWhoSend();
  const ended = Promise.withResolvers<ConferenceError>();
  const tracks = await router.openTracks({ people: 2, onEnded: ended.resolve });
  await symlink('/dev/full', join(folder, 'full.webm'));
  const [ann, ben] = people;
  if (ann === undefined || ben === undefined) throw new Error('nobody sends');
  const full = recordTrack(tracks, ben, 'camera', join(folder, 'full'));
  expect((await full.failed()).code).toBe('storage-full');
  const { began, stop } = recordTrack(tracks, ann, 'camera', join(folder, 'camera'));
  const { path } = await began();
  await untilLongerThan(path, 2_000);
  process.kill(mixer.pid ?? 0, 'SIGKILL');
  expect((await inTime('the end of the mixer', ended.promise)).code).toBe('mixer-unavailable');
  await stop();
  const { tracks: written } = await readMedia(path);
  expect(written[0]?.timesMs.at(-1)).toBeGreaterThanOrEqual(1_900);
  expect(written[0]?.errors).toBe(0);
});
