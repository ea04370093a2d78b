/** A store that forgets everything when it ends, and does not answer while it is told not to. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ConferenceError, type RoomId } from '@plenum/protocol';
import type {
  FileFacts,
  FileKey,
  NamedFile,
  RecordingKey,
  RecordingStore,
  Slice,
} from '../recording-storage.ts';

export class MemoryStore implements RecordingStore {
  readonly description = 'bucket in memory';
  /** Why nothing can be had of it; undefined while it answers. */
  problem: Error | undefined;
  /** Names of what was added, in order: `<id>/<file>`. */
  readonly added: string[] = [];
  /** Called before each file is taken. */
  onAdding: (name: string) => void | Promise<void> = () => undefined;
  isClosed = false;
  readonly #files = new Map<string, { readonly content: Uint8Array; readonly facts: FileFacts }>();

  async check(): Promise<void> {
    if (this.problem !== undefined) {
      throw new ConferenceError('storage-unreachable', undefined, { cause: this.problem });
    }
  }

  async ids(roomId: RoomId): Promise<readonly string[]> {
    await this.check();
    const own = [...this.#files.keys()].filter((name) => name.startsWith(`${roomId}/`));
    return [...new Set(own.map((name) => name.split('/')[1] ?? ''))].toSorted();
  }

  async files(recording: RecordingKey): Promise<readonly NamedFile[]> {
    await this.check();
    const folder = `${recording.roomId}/${recording.id}/`;
    return [...this.#files]
      .filter(([name]) => name.startsWith(folder))
      .map(([name, { facts }]) => ({ name: name.slice(folder.length), ...facts }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async stat(file: FileKey): Promise<FileFacts | undefined> {
    await this.check();
    return this.#files.get(pathOf(file))?.facts;
  }

  async open(file: FileKey, slice?: Slice): Promise<Readable | undefined> {
    await this.check();
    const content = this.#files.get(pathOf(file))?.content;
    if (content === undefined) return undefined;
    const piece = slice === undefined ? content : content.subarray(slice.from, slice.until + 1);
    return Readable.from(piece.length === 0 ? [] : [piece]);
  }

  async add(file: FileKey, path: string, signal: AbortSignal): Promise<void> {
    await this.onAdding(file.name);
    await this.check();
    const content = await readFile(path);
    if (signal.aborted) throw new ConferenceError('aborted');
    this.put(file, content);
    this.added.push(`${file.id}/${file.name}`);
  }

  put(file: FileKey, content: Uint8Array): void {
    const etag = `"${createHash('sha256').update(content).digest('hex')}"`;
    this.#files.set(pathOf(file), {
      content,
      facts: { bytes: content.length, modifiedMs: Date.now(), etag },
    });
  }

  close(): void {
    this.isClosed = true;
  }
}

function pathOf({ roomId, id, name }: FileKey): string {
  return `${roomId}/${id}/${name}`;
}
