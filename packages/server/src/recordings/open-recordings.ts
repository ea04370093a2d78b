/** Where this server's recordings are: in a folder, and, where one is configured, in a store that they go to when they are whole. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Clock, Logger } from '@plenum/hyperty';
import type { TokenService } from '@plenum/messaging-node/tokens';
import { ConferenceError } from '@plenum/protocol';
import type { Config } from '../config/schema.ts';
import { readStoreKeyFile, type StoreKeys } from '../config/store-keys.ts';
import type { StoreState } from '../http/metrics.ts';
import { FolderArchive } from './folder-archive.ts';
import { type KeptFiles, keptFiles } from './kept-files.ts';
import { RecordingFolder } from './recording-folder.ts';
import { RecordingMover } from './recording-mover.ts';
import type { RecordingStore } from './recording-storage.ts';
import { openS3Store } from './s3/s3-store.ts';
import { storedRecordings } from './stored-recordings.ts';

export interface Recordings {
  readonly archive: FolderArchive;
  readonly files: KeptFiles;
  /** Undefined where recordings stay in the folder. */
  readonly store: StoreFacts | undefined;
  /** Resolves when nothing is written or sent any more. May be called more than once. */
  close(): Promise<void>;
}

export interface StoreFacts {
  /** In words. */
  readonly description: string;
  state(): StoreState;
  /** What whoever starts the server should know. */
  notice(): string | undefined;
}

export interface RecordingsOptions {
  readonly config: Config;
  /** Of the environment. */
  readonly storeKeys: StoreKeys | undefined;
  readonly tokens: TokenService;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Resolves when the store was asked whether it takes recordings, whatever it said: without it they stay in the folder. Undefined where nothing
 * is recorded.
 * @throws ConferenceError `invalid-config` where there are no keys for the store, or its client library is not installed.
 */
export async function openRecordings(options: RecordingsOptions): Promise<Recordings | undefined> {
  const { config, tokens, clock, logger } = options;
  if (config.recordings === 'off') return undefined;
  const folder = new RecordingFolder(resolve(config.data, 'recordings'));
  mkdirSync(folder.path, { recursive: true, mode: 0o700 });
  const store = await openStore(options);
  const mover = store && new RecordingMover({ folder, store, clock, logger });
  const { recordingReserve: reserve, recordingQuota: quota } = config;
  const archive = new FolderArchive({
    folder,
    elsewhere: store && [storedRecordings(store, logger)],
    onWhole: (recording) => mover?.add(recording),
    reserve: reserve * 1_000_000,
    quota: quota === undefined ? undefined : quota * 1_000_000,
    tokens,
    clock,
    logger,
  });
  await mover?.start();
  return {
    archive,
    files: keptFiles(store === undefined ? [folder] : [folder, store]),
    store: store && mover && describe(store, mover),
    close: async () => {
      // What is whole now goes after the next start.
      await mover?.close();
      await archive.close();
    },
  };
}

async function openStore({ config, storeKeys }: RecordingsOptions): Promise<RecordingStore | undefined> {
  const { recordingBucket, recordingEndpoint, recordingRegion, recordingPrefix, recordingKeyFile } = config;
  if (recordingBucket === undefined) return undefined;
  const keys = recordingKeyFile === undefined ? storeKeys : readStoreKeyFile(recordingKeyFile);
  if (keys === undefined) {
    throw new ConferenceError(
      'invalid-config',
      'recordingBucket needs keys: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or recordingKeyFile.',
    );
  }
  const place = { bucket: recordingBucket, endpoint: recordingEndpoint, region: recordingRegion };
  return openS3Store({ ...place, prefix: recordingPrefix }, keys);
}

function describe({ description }: RecordingStore, mover: RecordingMover): StoreFacts {
  return {
    description,
    state: () => ({ isUp: mover.problem === undefined, ...mover.dump() }),
    notice: () => {
      const { problem } = mover;
      if (problem === undefined) return undefined;
      return `Recordings stay in the folder: the ${description} does not take them (${problem.code}, ${problem.reason}). They go there once it does (docs/recording.md).`;
    },
  };
}
