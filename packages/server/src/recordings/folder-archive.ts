/**
 * Keeps recordings in a folder: `<folder>/<room>/<id>/`, with the files of the mixer and an index that is written here. From there they may go
 * elsewhere once they are whole.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  KeptRecording,
  RecordingArchive,
  RecordingBeginning,
  RecordingNote,
  RecordingPassClaims,
  RecordingPlace,
} from '@plenum/conference';
import type { Clock, Logger } from '@plenum/hyperty';
import type { TokenService } from '@plenum/messaging-node/tokens';
import { IndexFile } from '@plenum/mixer/recording-index';
import { ConferenceError, type RoomId, toConferenceError } from '@plenum/protocol';
import { indexName, listRecordings, type RecordingPlaces, readRecording } from './kept-recordings.ts';
import type { RecordingFolder } from './recording-folder.ts';
import type { RecordingKey } from './recording-storage.ts';
import { checkStorage, type StorageLimits } from './storage-limits.ts';

export interface FolderArchiveOptions extends StorageLimits {
  /** It is there. */
  readonly folder: RecordingFolder;
  /** Where recordings are that have left the folder. */
  readonly elsewhere?: readonly RecordingPlaces[] | undefined;
  /** One was written to its end, and may leave the folder. */
  readonly onWhole?: ((recording: RecordingKey) => void) | undefined;
  readonly tokens: Pick<TokenService, 'mintRecordingPass'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How long a list's links hold: as long as one may look at what was recorded. */
const passMs = 4 * 60 * 60 * 1_000;
/** Milliseconds. At 1.6 Mbit/s two megabytes are written between, of each room. */
const checkEveryMs = 10_000;
/** Of one recording: who speaks changes a few times a minute, and who wants to fill an index needs months. */
const mostNotes = 50_000;

export class FolderArchive implements RecordingArchive {
  readonly #options: FolderArchiveOptions;
  readonly #open = new Set<OpenPlace>();
  #stopWatching: (() => void) | undefined;

  constructor(options: FolderArchiveOptions) {
    this.#options = options;
  }

  async begin({ roomId, startedAt, onFailed }: RecordingBeginning): Promise<RecordingPlace> {
    const { folder, logger, onWhole } = this.#options;
    const recording = { roomId, id: recordingId(startedAt) };
    const own = folder.folderOf(recording);
    const reasonOf = (thrown: unknown) => {
      logger.warn('a recording cannot be kept', { roomId, reason: String(thrown) });
      return failureOf(thrown);
    };
    const fail = onceOnly((thrown) => onFailed(reasonOf(thrown)));
    try {
      await checkStorage(folder.path, this.#options);
      await mkdir(own, { recursive: true, mode: 0o700 });
      const index = await IndexFile.create(join(own, indexName), fail);
      index.append({ type: 'recording-started', version: 1, roomId, startedAt });
      const place = new OpenPlace({
        folder: own,
        index,
        fail,
        onClosed: () => this.#open.delete(place),
        onWhole: () => onWhole?.(recording),
      });
      this.#open.add(place);
      this.#watch();
      return place;
    } catch (thrown) {
      throw reasonOf(thrown);
    }
  }

  /** Looks again and again whether there is space for all that run, while any does. */
  #watch(): void {
    if (this.#open.size === 0) return;
    this.#stopWatching ??= this.#options.clock.after(checkEveryMs, () => void this.#check());
  }

  async #check(): Promise<void> {
    try {
      await checkStorage(this.#options.folder.path, this.#options);
    } catch (thrown) {
      // What could not be looked at now is looked at again; who writes there fails by themselves where nothing can be written.
      if (!(thrown instanceof ConferenceError)) {
        this.#options.logger.warn('the space for recordings is not known', { reason: String(thrown) });
      } else for (const place of this.#open) place.fail(thrown);
    }
    this.#stopWatching = undefined;
    this.#watch();
  }

  list(roomId: RoomId): Promise<readonly KeptRecording[]> {
    const { folder, elsewhere = [] } = this.#options;
    const here: RecordingPlaces = {
      ids: (room) => folder.ids(room),
      read: (recording) => readRecording(folder, recording),
    };
    return listRecordings([here, ...elsewhere], roomId);
  }

  async mintPass({ roomId, recordings }: RecordingPassClaims) {
    const expires = Date.parse(this.#options.clock.isoTime()) + passMs;
    const token = await this.#options.tokens.mintRecordingPass({ roomId, recordings, expires });
    return { token, expires: new Date(expires).toISOString() };
  }

  /** Resolves when all that was noted is written. May be called more than once. */
  async close(): Promise<void> {
    this.#stopWatching?.();
    await Promise.all([...this.#open].map((place) => place.close()));
  }
}

interface PlaceParts {
  readonly folder: string;
  readonly index: IndexFile;
  /** It cannot go on. */
  readonly fail: (thrown: unknown) => void;
  readonly onClosed: () => void;
  /** It was written to its end. */
  readonly onWhole: () => void;
}

class OpenPlace implements RecordingPlace {
  readonly #parts: PlaceParts;
  #notes = 0;
  #isWhole = false;

  constructor(parts: PlaceParts) {
    this.#parts = parts;
  }

  /** Not after it was closed. */
  fail(thrown: unknown): void {
    this.#parts.fail(thrown);
  }

  pathOf(name: string): string {
    return join(this.#parts.folder, name);
  }

  note(note: RecordingNote): void {
    this.#notes += 1;
    if (this.#notes <= mostNotes || isAlwaysNoted(note)) this.#parts.index.append(note);
  }

  async close(isWhole = true): Promise<void> {
    await this.#finish();
    // What is not whole stays here until the next start.
    if (this.#isWhole || !isWhole) return;
    this.#isWhole = true;
    this.#parts.onWhole();
  }

  async #finish(): Promise<void> {
    const { index, onClosed } = this.#parts;
    onClosed();
    await index.close();
  }

  async discard(): Promise<void> {
    const { folder, fail } = this.#parts;
    await this.#finish();
    await rm(folder, { recursive: true, force: true }).catch(fail);
  }
}

/** Without these what was recorded could not be found, or by nobody who may. */
function isAlwaysNoted({ type }: RecordingNote): boolean {
  return ['part-started', 'track-started', 'part-ended', 'moderator-present', 'recording-ended'].includes(
    type,
  );
}

function onceOnly(call: (thrown: unknown) => void): (thrown: unknown) => void {
  let isCalled = false;
  return (thrown) => {
    if (isCalled) return;
    isCalled = true;
    call(thrown);
  };
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
