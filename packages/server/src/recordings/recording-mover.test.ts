import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Logger } from '@plenum/hyperty';
import { FakeClock } from '@plenum/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aFolder } from '../testing/running-server.ts';
import { listRecordings, readRecording } from './kept-recordings.ts';
import { RecordingFolder } from './recording-folder.ts';
import { RecordingMover } from './recording-mover.ts';
import { aRecording } from './testing/a-recording.ts';
import { MemoryStore } from './testing/memory-store.ts';
import { first, second, zurich } from './testing/storage-contract.ts';

function aMover() {
  const folder = new RecordingFolder(aFolder());
  const store = new MemoryStore();
  const clock = new FakeClock();
  const lines: string[] = [];
  const log =
    (level: string) =>
    (message: string, fields: object = {}) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  const logger: Logger = {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: () => logger,
  };
  const begin = () => {
    const mover = new RecordingMover({ folder, store, clock, logger, random: () => 1 });
    onTestFinished(() => mover.close());
    return mover;
  };
  return { folder, store, clock, lines, begin, mover: begin() };
}

const refused = Object.assign(new Error('Check your key.'), {
  name: 'SignatureDoesNotMatch',
  $metadata: { httpStatusCode: 403 },
  // Of what the client throws the rest is nobody's business.
  StringToSign: 'only-this-store-knows-it',
});

test('[C77] what is whole goes to the store, its index last, and leaves the folder', async () => {
  const { folder, store, mover } = aMover();
  await mover.start();
  await aRecording(folder, first);
  mover.add(first);
  await vi.waitFor(() => expect(mover.dump()).toEqual({ waiting: 0, moved: 1 }));
  expect(store.added).toEqual([`${first.id}/part-1.webm`, `${first.id}/index.json`]);
  expect(await folder.all()).toEqual([]);
  expect(mover.problem).toBeUndefined();
  expect(await readRecording(store, first)).toMatchObject({
    durationMs: 9_000,
    isEnded: true,
    files: [{ name: 'part-1.webm', bytes: 10 }],
    moderators: ['user://acme.test/ann'],
  });
});

test('[C77] what an earlier process left goes too, and of what it had sent only the rest', async () => {
  const { folder, store, mover } = aMover();
  await aRecording(folder, first);
  await aRecording(folder, second);
  store.put({ ...first, name: 'part-1.webm' }, new TextEncoder().encode('abcdefghij'));
  store.put({ ...second, name: 'part-1.webm' }, new TextEncoder().encode('abc'));
  await mover.start();
  await vi.waitFor(() => expect(mover.dump()).toEqual({ waiting: 0, moved: 2 }));
  expect(store.added).toEqual([
    `${first.id}/index.json`,
    `${second.id}/part-1.webm`,
    `${second.id}/index.json`,
  ]);
});

test('[C77] one that was broken off lasts there as long as its file was written', async () => {
  const { folder, store, mover } = aMover();
  await aRecording(folder, first, { isEnded: false });
  // Within a word, as a process is killed.
  await appendFile(folder.pathOf({ ...first, name: 'index.json' }), ',\n{"type":"speaking-sta');
  const before = await readRecording(folder, first);
  expect(before).toMatchObject({ durationMs: 9_000, isEnded: false });
  await mover.start();
  await vi.waitFor(() => expect(mover.dump().moved).toBe(1));
  expect(await readRecording(store, first)).toEqual(before);
});

test('[C77] meanwhile it is listed once, with all of its files', async () => {
  const { folder, store, mover } = aMover();
  const place = (storage: RecordingFolder | MemoryStore) => ({
    ids: (roomId: typeof zurich) => storage.ids(roomId),
    read: (recording: typeof first) => readRecording(storage, recording),
  });
  const listed = () => listRecordings([place(folder), place(store)], zurich);
  await aRecording(folder, first);
  const before = await listed();
  expect(before).toHaveLength(1);
  const seen: (typeof before)[] = [];
  store.onAdding = async () => void seen.push(await listed());
  await mover.start();
  await vi.waitFor(() => expect(mover.dump().moved).toBe(1));
  seen.push(await listed());
  expect(seen).toEqual([before, before, before]);
});

test('[C78] while the store does not answer recordings stay, it is asked ever later, and then they go by themselves', async () => {
  const { folder, store, clock, lines, mover } = aMover();
  store.problem = new Error('connect ECONNREFUSED');
  await aRecording(folder, first);
  await mover.start();
  expect(mover.problem).toMatchObject({ code: 'store-unreachable' });
  let asked = 0;
  const files = store.files.bind(store);
  store.files = (recording) => {
    asked += 1;
    return files(recording);
  };
  const waits = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300].map((seconds) => seconds * 1_000);
  for (const [tries, waitMs] of waits.entries()) {
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
    clock.advance(waitMs - 1);
    expect(asked).toBe(tries);
    clock.advance(1);
    await vi.waitFor(() => expect(asked).toBe(tries + 1));
  }
  expect(await folder.all()).toEqual([first]);
  // The same is told once.
  expect(lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
  store.problem = undefined;
  await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
  clock.advance(300_000);
  await vi.waitFor(() => expect(mover.dump()).toEqual({ waiting: 0, moved: 1 }));
  await vi.waitFor(() => expect(mover.problem).toBeUndefined());
  expect(await folder.all()).toEqual([]);
  expect(lines.at(-1)).toContain('recordings go to the store again');
});

test('[C79] what the store says is told with a code, and nothing else of what it was asked', async () => {
  const { store, lines, mover } = aMover();
  store.problem = refused;
  await mover.start();
  expect(lines).toEqual([
    expect.stringContaining('error recordings stay in the folder {"code":"store-refused"'),
  ]);
  expect(lines[0]).toContain('SignatureDoesNotMatch: Check your key.');
  expect(lines.join()).not.toContain('only-this-store-knows-it');
});

test('[C78] one that cannot be read here is in nobody’s way', async () => {
  const { folder, store, clock, mover } = aMover();
  await aRecording(folder, first);
  await aRecording(folder, second);
  // It grows again and again.
  store.onAdding = async (name) => {
    const path = folder.pathOf({ ...first, name: 'part-1.webm' });
    if (name === 'index.json') await appendFile(path, 'more').catch(() => undefined);
  };
  await mover.start();
  await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
  expect(mover.problem).toMatchObject({
    code: 'storage-failed',
    reason: expect.stringContaining('still being written'),
  });
  clock.advance(1_000);
  await vi.waitFor(() => expect(mover.dump()).toMatchObject({ waiting: 1, moved: 1 }));
  expect(await folder.all()).toEqual([first]);
  store.onAdding = () => undefined;
  await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
  clock.advance(5_000);
  await vi.waitFor(() => expect(mover.dump()).toEqual({ waiting: 0, moved: 2 }));
  expect(await store.stat({ ...first, name: 'part-1.webm' })).toMatchObject({
    bytes: expect.toSatisfy((bytes: number) => bytes > 10),
  });
});

test('[C77] what is no recording stays where it is', async () => {
  const { folder, store, mover } = aMover();
  await mkdir(join(folder.path, zurich, 'notes'), { recursive: true });
  await writeFile(join(folder.path, zurich, 'notes', 'a.json'), '{}');
  await mover.start();
  await vi.waitFor(() => expect(mover.dump()).toEqual({ waiting: 0, moved: 0 }));
  expect(store.added).toEqual([]);
  expect(await readdir(join(folder.path, zurich, 'notes'))).toEqual(['a.json']);
});

test('[C78] what is under way when the server stops goes after the next start', async () => {
  const { folder, store, begin, mover } = aMover();
  await aRecording(folder, first);
  const sending = Promise.withResolvers<void>();
  const sent = Promise.withResolvers<void>();
  store.onAdding = () => {
    sending.resolve();
    return sent.promise;
  };
  await mover.start();
  await sending.promise;
  const closed = mover.close();
  sent.resolve();
  await closed;
  expect(store.isClosed).toBe(true);
  expect(await folder.all()).toEqual([first]);
  store.onAdding = () => undefined;
  const next = begin();
  await next.start();
  await vi.waitFor(() => expect(next.dump()).toEqual({ waiting: 0, moved: 1 }));
  const content = await store.open({ ...first, name: 'part-1.webm' });
  expect(content && (await text(content))).toBe('abcdefghij');
});
