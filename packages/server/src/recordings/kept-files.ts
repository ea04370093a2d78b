/** The files of recordings, wherever they are. */
import type { RecordingStorage } from './recording-storage.ts';

export type KeptFiles = Pick<RecordingStorage, 'stat' | 'open'>;

/** @param storages What goes from one to the next is always in one of them. */
export function keptFiles(storages: readonly RecordingStorage[]): KeptFiles {
  const firstOf = async <T>(ask: (storage: RecordingStorage) => Promise<T | undefined>) => {
    for (const storage of storages) {
      const found = await ask(storage);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    stat: (file) => firstOf((storage) => storage.stat(file)),
    open: (file, slice) => firstOf((storage) => storage.open(file, slice)),
  };
}
