import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { aFolder } from '../testing/running-server.ts';
import { RecordingFolder } from './recording-folder.ts';
import { describeStorage, first, second, zurich } from './testing/storage-contract.ts';

async function aStage() {
  const storage = new RecordingFolder(aFolder());
  const put = async (file: Parameters<RecordingFolder['pathOf']>[0], content: Uint8Array) => {
    await mkdir(dirname(storage.pathOf(file)), { recursive: true });
    await writeFile(storage.pathOf(file), content);
  };
  return { storage, put };
}

describeStorage('the folder', aStage);

const some = new Uint8Array(3);

test('all recordings of all rooms are found, and nothing that is none', async () => {
  const { storage, put } = await aStage();
  for (const recording of [first, second]) await put({ ...recording, name: 'index.json' }, some);
  await mkdir(join(storage.path, 'lost+found'));
  await mkdir(join(storage.path, zurich, 'a recording of mine'));
  await writeFile(join(storage.path, 'zürich.txt'), '');
  expect(await storage.all()).toEqual([first, second]);
});

test('of one that is removed what others put there stays, also where that was broken off', async () => {
  const { storage, put } = await aStage();
  await put({ ...first, name: 'index.json' }, some);
  const notes = join(storage.folderOf(first), 'notes.txt');
  await writeFile(notes, 'mine');
  expect(await storage.remove(first)).toBe(false);
  expect(await readdir(storage.folderOf(first))).toEqual(['notes.txt']);
  await rename(storage.folderOf(first), `${storage.folderOf(first)}.removed`);
  await storage.removeLeftovers();
  expect(await readdir(storage.folderOf(first))).toEqual(['notes.txt']);
  expect(await storage.all()).toEqual([first]);
  await put({ ...second, name: 'index.json' }, some);
  expect(await storage.remove(second)).toBe(true);
});

test('of one that is removed nothing stays, and of a removal that was broken off neither', async () => {
  const { storage, put } = await aStage();
  for (const recording of [first, second]) await put({ ...recording, name: 'index.json' }, some);
  await storage.remove(first);
  await storage.remove(first);
  expect(await storage.ids(zurich)).toEqual([second.id]);
  await mkdir(`${storage.folderOf(first)}.removed`);
  expect(await storage.ids(zurich)).toEqual([second.id]);
  await storage.removeLeftovers();
  expect(await readdir(join(storage.path, zurich))).toEqual([second.id]);
});
