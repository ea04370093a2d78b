import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { aFolder } from '../testing/running-server.ts';
import { checkStorage } from './storage-limits.ts';

/** Folders that may not be read: whoever runs the tests may read everything. */
const locked = vi.hoisted(() => new Set<string>());
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const refusal = (path: string) => Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' });
  return {
    ...real,
    readdir: (path: string, options: never) =>
      locked.has(path) ? Promise.reject(refusal(path)) : real.readdir(path, options),
  };
});

const full = { code: 'storage-full' };

async function aRecordingOf(octets: number) {
  const folder = aFolder();
  const room = join(folder, 'room');
  await mkdir(join(room, 'one'), { recursive: true });
  await writeFile(join(room, 'one', 'part-1.webm'), 'x'.repeat(octets));
  return { folder, room, check: (quota: number) => checkStorage(folder, { reserve: 0, quota }) };
}

test('[C71] what is in all folders below counts', async () => {
  const { check } = await aRecordingOf(1_000);
  await check(1_001);
  await expect(check(1_000)).rejects.toMatchObject(full);
});

test('[C71] a folder that is somebody else’s counts nothing, and the others all the same', async () => {
  const { folder, check } = await aRecordingOf(1_000);
  const foreign = join(folder, 'lost+found');
  await mkdir(foreign);
  await writeFile(join(foreign, 'file'), 'x'.repeat(1_000));
  await expect(check(1_500)).rejects.toMatchObject(full);
  locked.add(foreign);
  await check(1_500);
  await expect(check(1_000)).rejects.toMatchObject(full);
});

test('[C71] recordings that cannot be looked at are not taken for none', async () => {
  const { folder, check } = await aRecordingOf(1_000);
  locked.add(folder);
  await expect(check(2_000)).rejects.toMatchObject({ code: 'EACCES' });
  const missing = checkStorage(join(folder, 'nowhere'), { reserve: 0, quota: 1 });
  await expect(missing).rejects.toMatchObject({ code: 'ENOENT' });
});
