/** One server for each data folder: two with the same rooms would each undo what the other does. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConferenceError } from '@plenum/protocol';

export interface FolderLock {
  /** May be called more than once. */
  release(): void;
}

/**
 * Holds the folder until it is released or the process ends, however it does: the lock is the operating system's, on a file
 * of SQLite's. @throws ConferenceError `invalid-config` where another server has it.
 */
export function lockDataFolder(folder: string): FolderLock {
  const database = open(join(folder, 'server.lock'));
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
  } catch (cause) {
    database.close();
    const isLocked = cause instanceof Error && cause.message.includes('locked');
    throw isLocked
      ? invalid(`Another server uses the data folder ${folder}: give each one of its own (data).`, cause)
      : invalid(`The file server.lock in the data folder ${folder} is damaged: remove it.`, cause);
  }
  return {
    release: () => {
      if (database.isOpen) database.close();
    },
  };
}

function open(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file);
  } catch (cause) {
    throw invalid(`The file ${file} cannot be made or opened.`, cause);
  }
}

function invalid(message: string, cause: unknown): ConferenceError {
  return new ConferenceError('invalid-config', message, { cause });
}
