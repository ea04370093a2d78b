/** What every place of recordings does, and what a store does besides. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { parseRoomId } from '@plenum/protocol';
import { describe, expect, test } from 'vitest';
import { aFolder } from '../../testing/running-server.ts';
import type { FileKey, RecordingStorage, RecordingStore } from '../recording-storage.ts';

export interface StorageStage<S extends RecordingStorage = RecordingStorage> {
  readonly storage: S;
  /** Puts a file there. */
  readonly put: (file: FileKey, content: Uint8Array) => Promise<void>;
}

export const zurich = parseRoomId('zürich');
export const first = { roomId: zurich, id: '20260102T030405678Z' };
export const second = { roomId: zurich, id: '20260103T030405678Z' };
const part = { ...first, name: 'part-1.webm' };
const letters = new TextEncoder().encode('abcdefghij');

const never = new AbortController().signal;

async function contentOf(storage: RecordingStorage, ...asked: Parameters<RecordingStorage['open']>) {
  const stream = await storage.open(...asked);
  return stream && (await buffer(stream)).toString();
}

export function describeStorage(name: string, stage: () => Promise<StorageStage>): void {
  describe(`[C77] ${name}`, () => {
    test('has of a room its recordings, in order of time, and of nobody else', async () => {
      const { storage, put } = await stage();
      expect(await storage.ids(zurich)).toEqual([]);
      for (const recording of [second, first]) await put({ ...recording, name: 'index.json' }, letters);
      const other = parseRoomId('zürich-2');
      await put({ roomId: other, id: '20260101T000000000Z', name: 'index.json' }, letters);
      expect(await storage.ids(zurich)).toEqual([first.id, second.id]);
      expect(await storage.ids(other)).toEqual(['20260101T000000000Z']);
      expect(await storage.ids(parseRoomId('z'))).toEqual([]);
    });

    test('has of a recording its files, by name', async () => {
      const { storage, put } = await stage();
      expect(await storage.files(first)).toEqual([]);
      await put({ ...first, name: 'track-1-camera.webm' }, letters);
      await put(part, letters.subarray(3));
      await put({ ...second, name: 'part-9.mp4' }, letters);
      const files = await storage.files(first);
      expect(files.map(({ name, bytes }) => [name, bytes])).toEqual([
        ['part-1.webm', 7],
        ['track-1-camera.webm', 10],
      ]);
      for (const { name, ...facts } of files) {
        expect(await storage.stat({ ...first, name })).toEqual(facts);
        expect(facts.etag).toMatch(/^"[^"]+"$/);
        expect(Math.abs(facts.modifiedMs - Date.now())).toBeLessThan(600_000);
      }
    });

    test('gives a file, and any piece of it', async () => {
      const { storage, put } = await stage();
      await put(part, letters);
      expect(await contentOf(storage, part)).toBe('abcdefghij');
      expect(await contentOf(storage, part, { from: 0, until: 0 })).toBe('a');
      expect(await contentOf(storage, part, { from: 2, until: 4 })).toBe('cde');
      expect(await contentOf(storage, part, { from: 9, until: 9 })).toBe('j');
    });

    test('has nothing of what is not there, and an empty file', async () => {
      const { storage, put } = await stage();
      expect(await storage.stat(part)).toBeUndefined();
      expect(await storage.open(part)).toBeUndefined();
      expect(await storage.open(part, { from: 2, until: 4 })).toBeUndefined();
      await put(part, letters.subarray(10));
      expect(await storage.stat(part)).toMatchObject({ bytes: 0 });
      expect(await contentOf(storage, part)).toBe('');
    });
  });
}

export function describeStore(name: string, stage: () => Promise<StorageStage<RecordingStore>>): void {
  describeStorage(name, stage);

  describe(`[C77] ${name}`, () => {
    test('takes a file of many megabytes as it is, in place of an earlier one', async () => {
      const { storage, put } = await stage();
      await put(part, letters);
      // Neither a whole number of anything nor the same all over.
      const content = randomBytes(19_000_001);
      const path = join(aFolder(), 'part');
      await writeFile(path, content);
      await storage.add(part, path, never);
      expect(await storage.stat(part)).toMatchObject({ bytes: 19_000_001 });
      const stream = await storage.open(part);
      expect(stream && content.equals(await buffer(stream))).toBe(true);
      const piece = await storage.open(part, { from: 5_242_870, until: 5_242_890 });
      expect(piece && content.subarray(5_242_870, 5_242_891).equals(await buffer(piece))).toBe(true);
    });

    test('has nothing of a file that was not sent to its end', async () => {
      const { storage } = await stage();
      const path = join(aFolder(), 'part');
      await writeFile(path, randomBytes(10_000_000));
      const stopping = new AbortController();
      const adding = storage.add(part, path, stopping.signal);
      stopping.abort();
      await expect(adding).rejects.toMatchObject({ code: 'aborted' });
      expect(await storage.stat(part)).toBeUndefined();
      await expect(storage.check()).resolves.toBeUndefined();
    });
  });
}
