import { mkdir, readdir, writeFile } from 'node:fs/promises';
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
