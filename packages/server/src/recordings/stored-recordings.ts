/** Recordings of the store, as lists of them need them: what is there does not change, so that each is read once, and what cannot be had is left out. */
import type { KeptRecording } from '@plenum/conference';
import type { Logger } from '@plenum/hyperty';
import { type ReadRecording, type RecordingPlaces, readRecording } from './kept-recordings.ts';
import type { RecordingStorage } from './recording-storage.ts';

/** Of the latest that were read; a list of 25 names and a few files is a kilobyte. */
const mostRemembered = 2_000;

export function storedRecordings(store: RecordingStorage, logger: Logger): RecordingPlaces {
  const orNothing =
    <A, T, N>(run: (given: A) => Promise<T>, nothing: N) =>
    async (given: A): Promise<T | N> => {
      try {
        return await run(given);
      } catch (thrown) {
        logger.warn('recordings of the store are not listed', { reason: String(thrown) });
        return nothing;
      }
    };
  return {
    ids: orNothing((roomId) => store.ids(roomId), []),
    read: orNothing(
      remembering((recording) => readRecording(store, recording)),
      undefined,
    ),
  };
}

function remembering(read: ReadRecording): ReadRecording {
  const known = new Map<string, KeptRecording>();
  return async (recording) => {
    const name = `${recording.roomId}/${recording.id}`;
    const found = known.get(name) ?? (await read(recording));
    if (found === undefined) return undefined;
    known.delete(name);
    known.set(name, found);
    const [oldest] = known.keys();
    if (known.size > mostRemembered && oldest !== undefined) known.delete(oldest);
    return found;
  };
}
