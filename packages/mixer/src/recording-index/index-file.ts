/** Writes a recording's index while it happens, each entry at once: of a process that is killed nothing is lost that it had told. */
import { type FileHandle, open } from 'node:fs/promises';
import { formatEntry, type IndexEntry } from './entries.ts';

export class IndexFile {
  readonly #file: FileHandle;
  readonly #onFailure: (reason: Error) => void;
  /** Never fails. */
  #last: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #isClosed = false;

  private constructor(file: FileHandle, onFailure: (reason: Error) => void) {
    this.#file = file;
    this.#onFailure = onFailure;
  }

  /**
   * @param onFailure Called once at most; nothing is written after it.
   * @throws Error where there is such a file already, or none can be made.
   */
  static async create(path: string, onFailure: (reason: Error) => void): Promise<IndexFile> {
    return new IndexFile(await open(path, 'ax'), onFailure);
  }

  /** The first is to be `recording-started`, the last `recording-ended`. */
  append(entry: IndexEntry): void {
    if (this.#isClosed) return;
    this.#last = this.#last.then(async () => {
      if (!this.#hasFailed) await this.#attempt(() => this.#file.appendFile(formatEntry(entry)));
    });
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (reason) {
      const isFirst = !this.#hasFailed;
      this.#hasFailed = true;
      if (isFirst) this.#onFailure(reason instanceof Error ? reason : new Error(String(reason)));
    }
  }

  /** May be called more than once. Resolves when everything is written. */
  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      // Some file systems say only now that something could not be written.
      this.#last = this.#last.then(() => this.#attempt(() => this.#file.close()));
    }
    return this.#last;
  }
}
