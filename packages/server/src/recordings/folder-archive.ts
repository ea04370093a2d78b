/** Keeps recordings in a folder: `<folder>/<room>/<id>/`, with the files of the mixer and an index that is written here. */
import { mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  KeptRecording,
  RecordingArchive,
  RecordingBeginning,
  RecordingPassClaims,
  RecordingPlace,
} from '@plenum/conference';
import type { Clock, Logger } from '@plenum/hyperty';
import type { TokenService } from '@plenum/messaging-node/tokens';
import { IndexFile } from '@plenum/mixer/recording-index';
import { ConferenceError, type RoomId, toConferenceError } from '@plenum/protocol';
import { indexName, readRecordings } from './kept-recordings.ts';

export interface FolderArchiveOptions {
  /** Absolute, and there. */
  readonly folder: string;
  /** Octets of its disk that are left free. */
  readonly reserve: number;
  readonly tokens: Pick<TokenService, 'mintRecordingPass'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a list's links hold: as long as one may look at what was recorded. */
const passMs = 4 * 60 * 60 * 1_000;
/** Milliseconds. At 1.6 Mbit/s two megabytes are written between. */
const checkEveryMs = 10_000;

export class FolderArchive implements RecordingArchive {
  /** Absolute. */
  readonly folder: string;
  readonly #options: FolderArchiveOptions;
  readonly #open = new Set<OpenPlace>();

  constructor(options: FolderArchiveOptions) {
    this.#options = options;
    this.folder = options.folder;
  }

  async begin(beginning: RecordingBeginning): Promise<RecordingPlace> {
    const { clock, logger } = this.#options;
    const { roomId, startedAt } = beginning;
    const folder = join(this.folder, roomId, recordingId(startedAt));
    let place: OpenPlace | undefined;
    const fail = (thrown: unknown) => {
      const reason = failureOf(thrown);
      logger.warn('a recording cannot be kept', { roomId, reason: String(thrown) });
      beginning.onFailed(reason);
    };
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await this.#checkSpace();
      const index = await IndexFile.create(join(folder, indexName), fail);
      index.append({ type: 'recording-started', version: 1, roomId, startedAt });
      place = new OpenPlace(folder, index, (closed) => this.#open.delete(closed));
    } catch (thrown) {
      logger.warn('a recording cannot be kept', { roomId, reason: String(thrown) });
      throw failureOf(thrown);
    }
    this.#open.add(place);
    place.watch(clock, () => this.#checkSpace(), fail);
    return place;
  }

  /** @throws ConferenceError `storage-full` */
  async #checkSpace(): Promise<void> {
    const { folder, reserve } = this.#options;
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < reserve) throw new ConferenceError('storage-full');
  }

  list(roomId: RoomId): Promise<readonly KeptRecording[]> {
    return readRecordings(join(this.folder, roomId));
  }

  async mintPass({ roomId, recordings }: RecordingPassClaims) {
    const expires = Date.parse(this.#options.clock.isoTime()) + passMs;
    const token = await this.#options.tokens.mintRecordingPass({ roomId, recordings, expires });
    return { token, expires: new Date(expires).toISOString() };
  }

  /** Resolves when all that was noted is written. May be called more than once. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map((place) => place.close()));
  }
}

class OpenPlace implements RecordingPlace {
  readonly #folder: string;
  readonly #index: IndexFile;
  readonly #onClosed: (place: OpenPlace) => void;
  #stopWatching: () => void = () => undefined;
  #isClosed = false;

  constructor(folder: string, index: IndexFile, onClosed: (place: OpenPlace) => void) {
    this.#folder = folder;
    this.#index = index;
    this.#onClosed = onClosed;
  }

  /** Looks again and again whether there is space, until there is none. */
  watch(clock: Clock, check: () => Promise<void>, onFailed: (thrown: unknown) => void): void {
    if (this.#isClosed) return;
    this.#stopWatching = clock.after(checkEveryMs, () => {
      check().then(
        () => this.watch(clock, check, onFailed),
        (thrown: unknown) => {
          if (!this.#isClosed) onFailed(thrown);
        },
      );
    });
  }

  pathOfPart(number: number): string {
    return join(this.#folder, `part-${number}`);
  }

  note(note: Parameters<RecordingPlace['note']>[0]): void {
    this.#index.append(note);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatching();
    await this.#index.close();
    this.#onClosed(this);
  }
}

/** Such as `20260102T030405678Z`, of ISO 8601: in order of time, and good on every file system. */
function recordingId(startedAt: string): string {
  return startedAt.replaceAll(/[-:.]/g, '');
}

function failureOf(thrown: unknown): ConferenceError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return thrown instanceof ConferenceError
    ? thrown
    : toConferenceError(thrown, isFull ? 'storage-full' : 'storage-failed');
}
