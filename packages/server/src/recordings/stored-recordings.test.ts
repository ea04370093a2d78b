import { type Logger, silentLogger } from '@plenum/hyperty';
import { expect, test } from 'vitest';
import { aFolder } from '../testing/running-server.ts';
import { listRecordings } from './kept-recordings.ts';
import { RecordingFolder } from './recording-folder.ts';
import { storedRecordings } from './stored-recordings.ts';
import { aRecording } from './testing/a-recording.ts';
import { MemoryStore } from './testing/memory-store.ts';
import { first, second, zurich } from './testing/storage-contract.ts';

/** A store with both recordings, and how often a file of it was read. */
async function aStore() {
  const store = new MemoryStore();
  const folder = new RecordingFolder(aFolder());
  for (const recording of [first, second]) {
    await aRecording(folder, recording);
    for (const { name } of await folder.files(recording)) {
      const file = { ...recording, name };
      await store.add(file, folder.pathOf(file), new AbortController().signal);
    }
  }
  let opened = 0;
  const open = store.open.bind(store);
  store.open = (...asked) => {
    opened += 1;
    return open(...asked);
  };
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
  const places = [storedRecordings(store, logger)];
  const idsListed = async () => (await listRecordings(places, zurich)).map(({ id }) => id);
  return { store, warnings, idsListed, opened: () => opened };
}

test('[C77] what is in the store is listed, and read only once', async () => {
  const { idsListed, opened } = await aStore();
  expect(await idsListed()).toEqual([second.id, first.id]);
  expect(await idsListed()).toEqual([second.id, first.id]);
  expect(opened()).toBe(2);
});

test('[C78] of a store that does not answer nothing is listed, and a line says so', async () => {
  const { store, idsListed, warnings } = await aStore();
  store.problem = new Error('connect ECONNREFUSED');
  expect(await idsListed()).toEqual([]);
  expect(warnings).toEqual(['recordings of the store are not listed']);
  store.problem = undefined;
  expect(await idsListed()).toEqual([second.id, first.id]);
});
