/** A mix of two who send from Chromium is written by the real mixer, and read back with FFmpeg. */
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MixerProcess } from '@plenum/mixer/process';
import { readMedia } from '@plenum/mixer/testing';
import type { ConferenceError, Source } from '@plenum/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { MediaConnection, MediaMix, MediaRouter, MediaTracks, RecordedPart } from '../media-server.ts';
import { openChromium, type PeerPage } from '../testing/browsers.ts';
import { startRealServer } from '../testing/real-server.ts';

const quiet = { info: () => undefined, warn: () => undefined };
/** A machine that has much to do takes its time. */
const slow = { timeout: 40_000, interval: 200 };
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
  await connection.answer(
    await page.call<string>('answer', `sender-${peers}`, connection.offer, publications),
  );
  for (const source of sources) await connection.setPublishing(source, true);
  return connection;
}

async function record(mix: MediaMix, path: string) {
  const began = Promise.withResolvers<RecordedPart>();
  const failed = Promise.withResolvers<ConferenceError>();
  const recording = mix.record({
    path,
    keyFrameEveryMs: 1_000,
    onBegan: began.resolve,
    onFailed: failed.resolve,
  });
  return { recording, began: began.promise, failed: failed.promise };
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
  const { recording, began } = await record(mix, join(folder, 'part-1'));
  const { path, wallMs } = await began;
  await untilLongerThan(path, 4_000);
  const recordedMs = Date.now() - wallMs;
  await recording.stop();
  await expectPlayable(path, recordedMs - chunkMs);
  const { tracks } = await readMedia(path);
  const picture = tracks.find(({ kind }) => kind === 'picture');
  expect(picture?.size).toBe('1280x720');
  expect(picture?.keyFrames).toBeGreaterThanOrEqual(4);
  expect(Math.abs((await lengthOf(path)) - recordedMs)).toBeLessThan(chunkMs);
});

test('[C62] of a mixer that is killed a part that can be played is left, and another goes on', async () => {
  const { mixer, folder, aMix, ended } = await twoWhoSend();
  const first = await record(await aMix(), join(folder, 'part-1'));
  const { path: firstPath } = await first.began;
  await untilLongerThan(firstPath, 2_000);
  process.kill(mixer.pid ?? 0, 'SIGKILL');
  await vi.waitFor(() => expect(ended.map(({ code }) => code)).toEqual(['mixer-unavailable']), slow);
  await first.recording.stop();
  await expectPlayable(firstPath, 1_900);
  // Only what is whole says how long it is.
  expect((await readMedia(firstPath)).durationMs).toBeUndefined();
  const second = await record(await aMix(), join(folder, 'part-2'));
  const { path: secondPath } = await second.began;
  await untilLongerThan(secondPath, 1_000);
  await second.recording.stop();
  await expectPlayable(secondPath, 900);
});

test('[C62] a mix that is closed leaves its recording whole', async () => {
  const { folder, aMix } = await twoWhoSend();
  const mix = await aMix();
  const { recording, began } = await record(mix, join(folder, 'part-1'));
  const { path } = await began;
  await untilLongerThan(path, 1_000);
  mix.close();
  await recording.stop();
  // Its last cluster says how long all of it is.
  await vi.waitFor(async () => expect((await readMedia(path)).durationMs).toBeGreaterThan(1_000), slow);
});

test('[C62] a disk that is full, and a folder that is not there, are told apart; the mix goes on', async () => {
  const { folder, aMix } = await twoWhoSend();
  const mix = await aMix();
  await symlink('/dev/full', join(folder, 'full.webm'));
  const full = await record(mix, join(folder, 'full'));
  expect((await full.failed).code).toBe('storage-full');
  const nowhere = await record(mix, join(folder, 'nowhere', 'part-1'));
  expect((await nowhere.failed).code).toBe('storage-failed');
  const another = await record(mix, join(folder, 'part-1'));
  await another.recording.stop();
  expect((await stat(folder)).isDirectory()).toBe(true);
});

test('[C62] mixes that are closed in the midst of everything disturb no other', async () => {
  const { mixer, folder, aMix, ended } = await twoWhoSend();
  await aMix();
  const { pid } = mixer;
  // Each way of ending at each moment, once.
  for (let number = 0; number < 6; number += 1) {
    const mix = await aMix();
    const { recording, began } = await record(mix, join(folder, `part-${number}`));
    if (number % 3 === 0) await began;
    if (number % 2 === 0) void recording.stop();
    mix.close();
  }
  await aMix();
  expect(mixer.pid).toBe(pid);
  expect(ended).toEqual([]);
});

function recordTrack(tracks: MediaTracks, connection: MediaConnection, source: Source, path: string) {
  const began = Promise.withResolvers<RecordedPart>();
  const failed = Promise.withResolvers<ConferenceError>();
  const options = { path, onBegan: began.resolve, onFailed: failed.resolve };
  const recording = tracks.record({ connection, source }, options);
  return { recording, began: began.promise, failed: failed.promise };
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
  const begun = await Promise.all(files.map(({ began }) => began));
  const lengths = () =>
    Promise.all(begun.map(async ({ path }) => (await readMedia(path)).tracks[0]?.timesMs.at(-1) ?? 0));
  await vi.waitFor(async () => expect(Math.min(...(await lengths()))).toBeGreaterThan(3_000), slow);
  await Promise.all(files.map(({ recording }) => recording.stop()));
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
  expect((await full.failed).code).toBe('storage-full');
  const { recording, began } = recordTrack(tracks, ann, 'camera', join(folder, 'camera'));
  const { path } = await began;
  await untilLongerThan(path, 2_000);
  process.kill(mixer.pid ?? 0, 'SIGKILL');
  expect((await ended.promise).code).toBe('mixer-unavailable');
  await recording.stop();
  const { tracks: written } = await readMedia(path);
  expect(written[0]?.timesMs.at(-1)).toBeGreaterThanOrEqual(1_900);
  expect(written[0]?.errors).toBe(0);
});
