import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { silentLogger } from '@plenum/hyperty';
import { createTokenService } from '@plenum/messaging-node/tokens';
import { type ConferenceError, parseRoomId } from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { aFolder } from '../testing/running-server.ts';
import { FolderArchive } from './folder-archive.ts';
import { RecordingFolder } from './recording-folder.ts';
import type { RecordingKey } from './recording-storage.ts';

const roomId = parseRoomId('zürich');
const startedAt = '2026-01-02T03:04:05.678Z';
const id = '20260102T030405678Z';

interface Given {
  readonly reserve?: number;
  readonly quota?: number | undefined;
  readonly folder?: string;
}

function anArchive({ reserve = 0, quota, folder = aFolder() }: Given = {}) {
  const clock = new FakeClock();
  const tokens = createTokenService({
    key: new Uint8Array(32),
    domain: 'acme.test',
    now: () => Date.parse(clock.isoTime()),
  });
  const logged: string[] = [];
  const whole: RecordingKey[] = [];
  const options = {
    folder: new RecordingFolder(folder),
    onWhole: (recording: RecordingKey) => void whole.push(recording),
    reserve,
    quota,
    tokens,
    clock,
    logger: { ...silentLogger, warn: (message: string) => logged.push(message) },
  };
  const archive = new FolderArchive(options);
  onTestFinished(() => archive.close());
  const failures: ConferenceError[] = [];
  const begin = () => archive.begin({ roomId, startedAt, onFailed: (reason) => failures.push(reason) });
  return { clock, options, folder, tokens, archive, begin, failures, logged, whole };
}

test('[C61] a recording is in a folder of its own, and listed with its files and who was there', async () => {
  const { folder, archive, begin } = anArchive();
  const place = await begin();
  expect(place.pathOf('part-1')).toBe(join(folder, 'zürich', id, 'part-1'));
  await writeFile(`${place.pathOf('part-1')}.webm`, 'media');
  place.note({ type: 'part-started', file: 'part-1.webm', participantId: '', atMs: 0 });
  place.note({ type: 'moderator-present', userUrl: 'user://acme.test/ann', atMs: 0 });
  place.note({
    type: 'participant-joined',
    participantId: 'p1' as never,
    name: 'Ann',
    atMs: 5,
  });
  place.note({ type: 'part-ended', file: 'part-1.webm', atMs: 900 });
  place.note({ type: 'recording-ended', atMs: 1_000 });
  await place.close();
  expect(await archive.list(roomId)).toEqual([
    {
      id,
      startedAt,
      durationMs: 1_000,
      isEnded: true,
      participants: ['Ann'],
      files: [{ name: 'part-1.webm', fromMs: 0, untilMs: 900, bytes: 5 }],
      moderators: ['user://acme.test/ann'],
    },
  ]);
  expect(JSON.parse(await readFile(join(folder, 'zürich', id, 'index.json'), 'utf8'))).toHaveLength(6);
});

test('[C72] of a file with one source the list says whose it is, and of what', async () => {
  const { archive, begin } = anArchive();
  const place = await begin();
  const participantId = 'p1' as never;
  await writeFile(`${place.pathOf('track-1-camera')}.webm`, 'media');
  place.note({ type: 'participant-joined', participantId, name: 'Ann', atMs: 0 });
  place.note({
    type: 'track-started',
    file: 'track-1-camera.webm',
    participantId,
    source: 'camera',
    atMs: 70,
  });
  place.note({ type: 'part-ended', file: 'track-1-camera.webm', atMs: 900 });
  place.note({ type: 'recording-ended', atMs: 1_000 });
  await place.close();
  const file = { name: 'track-1-camera.webm', fromMs: 70, untilMs: 900, bytes: 5 };
  expect((await archive.list(roomId))[0]?.files).toEqual([{ ...file, participant: 'Ann', source: 'camera' }]);
});

test('[C62] one that was broken off lasts as long as its file was written', async () => {
  const { archive, begin } = anArchive();
  const place = await begin();
  await writeFile(`${place.pathOf('part-1')}.webm`, 'media');
  place.note({ type: 'part-started', file: 'part-1.webm', participantId: '', atMs: 0 });
  await place.close();
  const [listed] = await archive.list(roomId);
  expect(listed?.isEnded).toBe(false);
  // The test's files were written long after this date.
  expect(listed?.durationMs).toBeGreaterThan(60_000);
});

test('[C61] where nothing was recorded, or what is there is something else, nothing is listed', async () => {
  const { folder, archive } = anArchive();
  expect(await archive.list(roomId)).toEqual([]);
  await mkdir(join(folder, 'zürich', 'odd'), { recursive: true });
  await writeFile(join(folder, 'zürich', 'file'), '');
  expect(await archive.list(roomId)).toEqual([]);
});

test('[C62] with too little space left none begins, and one that runs ends', async () => {
  const none = anArchive({ reserve: Number.MAX_SAFE_INTEGER });
  await expect(none.begin()).rejects.toMatchObject({ code: 'storage-full' });
  const { clock, options, begin, failures } = anArchive();
  await begin();
  options.reserve = Number.MAX_SAFE_INTEGER;
  clock.advance(10_000);
  await vi.waitFor(() => expect(failures.map(({ code }) => code)).toEqual(['storage-full']));
});

test('[C71] with as many octets as all recordings may have none begins, those that run end, and it goes on where some are deleted', async () => {
  const { clock, folder, archive, begin, failures } = anArchive({ quota: 2_000 });
  const place = await begin();
  await writeFile(`${place.pathOf('part-1')}.webm`, 'x'.repeat(1_000));
  clock.advance(10_000);
  await mkdir(join(folder, 'another', 'one'), { recursive: true });
  await writeFile(join(folder, 'another', 'one', 'part-1.webm'), 'x'.repeat(1_000));
  await vi.waitFor(() => {
    clock.advance(10_000);
    expect(failures.map(({ code }) => code)).toEqual(['storage-full']);
  });
  await place.close();
  await expect(
    archive.begin({ roomId, startedAt: '2026-01-03T00:00:00.000Z', onFailed: () => undefined }),
  ).rejects.toMatchObject({ code: 'storage-full' });
  await rm(join(folder, 'another'), { recursive: true });
  await archive.begin({ roomId, startedAt: '2026-01-03T00:00:00.000Z', onFailed: () => undefined });
  expect(failures).toHaveLength(1);
});

test('[C71] a recording goes on while its disk cannot be looked at, and is looked at again', async () => {
  const { clock, options, folder, begin, failures, logged } = anArchive({ quota: 2_000 });
  const place = await begin();
  await rename(folder, `${folder}-away`);
  clock.advance(10_000);
  await vi.waitFor(() => expect(logged).toEqual(['the space for recordings is not known']));
  expect(failures).toEqual([]);
  await rename(`${folder}-away`, folder);
  await writeFile(`${place.pathOf('part-1')}.webm`, 'x'.repeat(options.quota ?? 0));
  await vi.waitFor(() => {
    clock.advance(10_000);
    expect(failures.map(({ code }) => code)).toEqual(['storage-full']);
  });
});

test('[C78] what somebody may still write to is not taken for whole', async () => {
  const { begin, whole } = anArchive();
  const place = await begin();
  await place.close(false);
  expect(whole).toEqual([]);
});

test('[C77] what is written to its end is told once', async () => {
  const { begin, whole } = anArchive();
  const place = await begin();
  expect(whole).toEqual([]);
  await place.close();
  await place.close();
  expect(whole).toEqual([{ roomId, id }]);
});

test('[C70] of what was discarded nothing stays', async () => {
  const { folder, archive, begin, whole } = anArchive();
  const place = await begin();
  await writeFile(`${place.pathOf('part-1')}.webm`, 'media');
  await place.discard();
  expect(whole).toEqual([]);
  expect(await readdir(join(folder, 'zürich'))).toEqual([]);
  expect(await archive.list(roomId)).toEqual([]);
});

test('[C61] an index has its limits, and still says which files there are and who may see them', async () => {
  const { folder, begin } = anArchive();
  const place = await begin();
  const participantId = 'p1' as never;
  for (let atMs = 0; atMs < 50_100; atMs++) place.note({ type: 'speaking-started', participantId, atMs });
  place.note({ type: 'part-started', file: 'part-2.webm', participantId: '', atMs: 50_100 });
  place.note({ type: 'recording-ended', atMs: 50_200 });
  await place.close();
  const entries: unknown[] = JSON.parse(await readFile(join(folder, 'zürich', id, 'index.json'), 'utf8'));
  // And its beginning.
  expect(entries).toHaveLength(50_003);
});

test('[C61] names are listed once each, and of a room with very many recordings the latest', async () => {
  const { folder, archive } = anArchive();
  const write = async (day: number) => {
    const startedAt = new Date(Date.UTC(2026, 0, day)).toISOString();
    const place = join(folder, 'zürich', startedAt.replaceAll(/[-:.]/g, ''));
    await mkdir(place, { recursive: true });
    const entries = [
      { type: 'recording-started', version: 1, roomId, startedAt },
      ...['p1', 'p2'].map((one) => ({
        type: 'participant-joined',
        participantId: one,
        name: 'Ann',
        atMs: 0,
      })),
      ...Array.from({ length: 50 }, (_, at) => ({
        type: 'participant-joined',
        participantId: `q${at}`,
        name: `Q${at}`,
        atMs: 0,
      })),
    ];
    await writeFile(
      join(place, 'index.json'),
      `[\n${entries.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`,
    );
  };
  for (let day = 1; day <= 205; day++) await write(day);
  const listed = await archive.list(roomId);
  expect(listed).toHaveLength(200);
  expect(listed[0]?.startedAt).toBe('2026-07-24T00:00:00.000Z');
  expect(listed[0]?.participants).toHaveLength(25);
  expect(listed[0]?.participants.slice(0, 2)).toEqual(['Ann', 'Q0']);
});

test('[C62] a folder that cannot be made is told', async () => {
  const folder = join(aFolder(), 'file');
  await writeFile(folder, '');
  await chmod(folder, 0o400);
  await expect(anArchive({ folder }).begin()).rejects.toMatchObject({ code: 'storage-failed' });
});

test('[C61] a pass is good for what it names', async () => {
  const { archive, tokens } = anArchive();
  const { token, expires } = await archive.mintPass({ roomId, recordings: [id] });
  expect(await tokens.verifyRecordingPass(token)).toEqual({
    roomId,
    recordings: [id],
    expires: Date.parse(expires),
  });
});
