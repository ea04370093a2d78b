/**
 * Takes whole recordings from the folder to the store, one after the other, and what an earlier process left there. What the store does
 * not take stays in the folder, and is tried again, ever later.
 *
 * | state   | means                                           | goes on with                                 |
 * |---------|-------------------------------------------------|----------------------------------------------|
 * | idle    | nothing waits                                   | a recording is whole: moving                 |
 * | moving  | one after the other goes to the store           | all have: idle; one could not: waiting       |
 * | waiting | why it could not has been reported              | time is up: moving                           |
 * | closed  | final; what was under way begins anew next time |                                              |
 */
import type { Clock, Logger } from '@plenum/hyperty';
import { ConferenceError } from '@plenum/protocol';
import { finishIndex } from './finish-index.ts';
import { indexName } from './kept-recordings.ts';
import type { RecordingFolder } from './recording-folder.ts';
import type { NamedFile, RecordingKey, RecordingStore } from './recording-storage.ts';
import { problemOf, type StoreProblem } from './s3/problem.ts';

export interface RecordingMoverOptions {
  readonly folder: RecordingFolder;
  readonly store: RecordingStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** Why one could not be moved: the store's doing, or this machine's. */
type MoveProblem = StoreProblem | { readonly code: 'storage-failed'; readonly reason: string };

const firstDelayMs = 1_000;
const longestDelayMs = 5 * 60_000;

export class RecordingMover {
  readonly #options: RecordingMoverOptions;
  readonly #closing = new AbortController();
  /** By room and id, the one that has waited longest first. */
  readonly #waiting = new Map<string, RecordingKey>();
  #moving: Promise<void> | undefined;
  #stopTimer: (() => void) | undefined;
  /** Whether what an earlier process left is known. */
  #hasLooked = false;
  #failures = 0;
  #moved = 0;
  #problem: MoveProblem | undefined;

  constructor(options: RecordingMoverOptions) {
    this.#options = options;
  }

  /** Why the store does not have everything; undefined while all is well. */
  get problem(): MoveProblem | undefined {
    return this.#problem;
  }

  /** Recordings that wait, or are under way, and how many went since the start. */
  dump(): { readonly waiting: number; readonly moved: number } {
    return { waiting: this.#waiting.size, moved: this.#moved };
  }

  /** Resolves when the store was asked, however it answered; what was left in the folder goes on from there by itself. */
  async start(): Promise<void> {
    const { store } = this.#options;
    try {
      await this.#lookForOld();
      await store.check(this.#closing.signal);
    } catch (thrown) {
      return this.#retry(thrown);
    }
    this.#go();
  }

  async #lookForOld(): Promise<void> {
    const { folder } = this.#options;
    await folder.removeLeftovers();
    for (const recording of await folder.all()) this.#waiting.set(nameOf(recording), recording);
    this.#hasLooked = true;
  }

  /** It is whole, and nobody writes to it any more. */
  add(recording: RecordingKey): void {
    this.#waiting.set(nameOf(recording), recording);
    if (this.#stopTimer === undefined) this.#go();
  }

  #go(): void {
    if (this.#closing.signal.aborted) return;
    this.#moving ??= this.#moveAll().finally(() => {
      this.#moving = undefined;
      // Of one that was added in the very end nobody else would see to.
      if (this.#waiting.size > 0 && this.#stopTimer === undefined) this.#go();
    });
  }

  async #moveAll(): Promise<void> {
    const { store, logger } = this.#options;
    try {
      if (!this.#hasLooked) await this.#lookForOld();
      if (this.#waiting.size === 0) await store.check(this.#closing.signal);
      for (let next = first(this.#waiting); next !== undefined; next = first(this.#waiting)) {
        await this.#move(next);
      }
    } catch (thrown) {
      return this.#retry(thrown);
    }
    if (this.#problem !== undefined) logger.info('recordings go to the store again');
    this.#problem = undefined;
    this.#failures = 0;
  }

  async #move([name, recording]: readonly [string, RecordingKey]): Promise<void> {
    const { logger } = this.#options;
    const { roomId, id } = recording;
    // It goes to the end, so that one that cannot be moved is in nobody's way.
    this.#waiting.delete(name);
    this.#waiting.set(name, recording);
    const isMoved = await this.#copy(recording);
    this.#waiting.delete(name);
    if (!isMoved) return;
    this.#moved += 1;
    this.#failures = 0;
    logger.info('recording stored', { roomId, recording: id });
  }

  /** Whether it was one, and is now there and no longer here. */
  async #copy(recording: RecordingKey): Promise<boolean> {
    const { folder, store } = this.#options;
    if (!(await finishIndex(folder, recording))) return false;
    const files = await folder.files(recording);
    const { signal } = this.#closing;
    const there = new Map((await store.files(recording, signal)).map(({ name, bytes }) => [name, bytes]));
    // What came there before something went wrong is not sent again. What has an index there is whole.
    const missing = files.filter(({ name, bytes }) => name === indexName || there.get(name) !== bytes);
    for (const { name } of missing.toSorted(indexLast)) {
      signal.throwIfAborted();
      const file = { ...recording, name };
      await store.add(file, folder.pathOf(file), signal);
    }
    if (!areSame(files, await folder.files(recording))) throw new Error('it is still being written');
    const isAll = await folder.remove(recording);
    if (!isAll) this.#options.logger.warn('files of others stay where a recording was', { ...recording });
    return true;
  }

  /** The same again and again is news only once. */
  #retry(thrown: unknown): void {
    if (this.#closing.signal.aborted) return;
    const { clock, logger, random = Math.random } = this.#options;
    const problem = moveProblemOf(thrown);
    const retryInMs = backoffMs(this.#failures++, random());
    const level = problem.code === this.#problem?.code ? 'debug' : 'error';
    const { size } = this.#waiting;
    logger[level]('recordings stay in the folder', { ...problem, recordings: size, retryInMs });
    this.#problem = problem;
    this.#stopTimer = clock.after(retryInMs, () => {
      this.#stopTimer = undefined;
      this.#go();
    });
  }

  /** Resolves when nothing is under way any more. May be called more than once. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopTimer?.();
    await this.#moving;
    this.#options.store.close();
  }
}

function nameOf({ roomId, id }: RecordingKey): string {
  return `${roomId}/${id}`;
}

function first<K, V>(map: ReadonlyMap<K, V>): readonly [K, V] | undefined {
  return map.entries().next().value;
}

function indexLast(a: NamedFile, b: NamedFile): number {
  return Number(a.name === indexName) - Number(b.name === indexName);
}

function areSame(before: readonly NamedFile[], after: readonly NamedFile[]): boolean {
  const tags = (files: readonly NamedFile[]) => files.map(({ name, etag }) => `${name} ${etag}`).join();
  return tags(before) === tags(after);
}

function moveProblemOf(thrown: unknown): MoveProblem {
  if (thrown instanceof ConferenceError) return problemOf(thrown);
  return { code: 'storage-failed', reason: String(thrown) };
}

/** How long to wait after so many tries in a row that came to nothing: doubling, and anywhere between half and all of it. */
function backoffMs(failures: number, random: number): number {
  const bound = Math.min(longestDelayMs, firstDelayMs * 2 ** failures);
  return Math.round(bound / 2 + (random * bound) / 2);
}
