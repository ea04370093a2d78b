/** The folder that recordings are written into: `<folder>/<room>/<id>/<file>`. */
import type { Stats } from 'node:fs';
import { open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { isRoomName, parseRoomId, type RoomId } from '@plenum/protocol';
import {
  type FileFacts,
  type FileKey,
  isFileName,
  isRecordingId,
  type NamedFile,
  type RecordingKey,
  type RecordingStorage,
  type Slice,
} from './recording-storage.ts';

/** What the folder of a recording is called while it is being removed: no recording has such an id. */
const removedSuffix = '.removed';

export class RecordingFolder implements RecordingStorage {
  /** Absolute. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  folderOf({ roomId, id }: RecordingKey): string {
    return join(this.path, roomId, id);
  }

  pathOf(file: FileKey): string {
    return join(this.folderOf(file), file.name);
  }

  async ids(roomId: RoomId): Promise<readonly string[]> {
    return (await namesIn(join(this.path, roomId))).filter(isRecordingId);
  }

  /** Every recording of every room; what else is there is nothing. */
  async all(): Promise<readonly RecordingKey[]> {
    const rooms = (await namesIn(this.path)).flatMap((name) => roomOf(name) ?? []);
    const keys = await Promise.all(
      rooms.map(async (roomId) => (await this.ids(roomId)).map((id) => ({ roomId, id }))),
    );
    return keys.flat();
  }

  async files(recording: RecordingKey): Promise<readonly NamedFile[]> {
    const names = (await namesIn(this.folderOf(recording))).filter(isFileName);
    const files = await Promise.all(
      names.map(async (name) => {
        const facts = await this.stat({ ...recording, name });
        return facts && { name, ...facts };
      }),
    );
    return files.filter((file) => file !== undefined);
  }

  async stat(file: FileKey): Promise<FileFacts | undefined> {
    const facts = await existing(stat(this.pathOf(file)));
    return facts?.isFile() === true ? factsOf(facts) : undefined;
  }

  async open(file: FileKey, slice?: Slice): Promise<Readable | undefined> {
    const handle = await existing(open(this.pathOf(file), 'r'));
    return handle?.createReadStream(slice && { start: slice.from, end: slice.until });
  }

  /**
   * At once for whoever reads it: it is put aside first. What is left of one that was put aside goes too. What else somebody put there stays.
   * Says whether nothing did.
   */
  async remove(recording: RecordingKey): Promise<boolean> {
    const folder = this.folderOf(recording);
    await this.#clear(folder);
    await existing(rename(folder, asideOf(folder)));
    return this.#clear(folder);
  }

  /** Of what was put aside. */
  async #clear(folder: string): Promise<boolean> {
    const aside = asideOf(folder);
    const names = await namesIn(aside);
    const own = names.filter(isFileName);
    for (const name of own) await rm(join(aside, name), { force: true });
    if (own.length < names.length) await rename(aside, folder);
    else await existing(rmdir(aside));
    return own.length === names.length;
  }

  /** Of what was being removed when the process was killed. */
  async removeLeftovers(): Promise<void> {
    for (const room of (await namesIn(this.path)).flatMap((name) => roomOf(name) ?? [])) {
      for (const name of await namesIn(join(this.path, room))) {
        if (!name.endsWith(removedSuffix)) continue;
        await this.#clear(join(this.path, room, name.slice(0, -removedSuffix.length)));
      }
    }
  }
}

function asideOf(folder: string): string {
  return `${folder}${removedSuffix}`;
}

/** In order. */
async function namesIn(folder: string): Promise<readonly string[]> {
  return ((await existing(readdir(folder))) ?? []).toSorted();
}

function roomOf(name: string): RoomId | undefined {
  const roomId = isRoomName(name) ? parseRoomId(name) : undefined;
  return roomId === name ? roomId : undefined;
}

function factsOf({ size, mtimeMs }: Stats): FileFacts {
  // What grows has another one with each octet.
  return {
    bytes: size,
    modifiedMs: Math.floor(mtimeMs),
    etag: `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`,
  };
}

async function existing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    // Such as a file where a folder is looked for.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw thrown;
  }
}
