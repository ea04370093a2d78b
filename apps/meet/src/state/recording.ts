/** The recording of the room: whether it runs, starting and stopping it, what was recorded. Failures are told in a notice. */
import { ConferenceError, isErrorCode, type Recording, type Room } from '@plenum/client';
import type { Notices } from './notices.ts';
import { derived, type Signal, signal } from './signal.ts';

export interface RecordingModel {
  readonly isOn: Signal<boolean>;
  /** For moderators: starts it, or stops it. */
  toggle(): void;
  /** Newest first; undefined until they were asked for. */
  readonly list: Signal<readonly Recording[] | undefined>;
  /** Asks for them. */
  refresh(): void;
  close(): void;
}

type RecordedRoom = Pick<
  Room,
  'recording' | 'permissions' | 'startRecording' | 'stopRecording' | 'recordings'
>;

export function createRecording({
  room,
  notices,
}: {
  readonly room: RecordedRoom;
  readonly notices: Notices;
}): RecordingModel {
  const isOn = derived(
    [room.recording],
    () => room.recording.current !== undefined && room.recording.current.endedBy === undefined,
  );
  const list = signal<readonly Recording[] | undefined>(undefined);
  let before = room.recording.current;
  const stop = room.recording.subscribe((recording) => {
    const { limitedBy, endedBy } = recording ?? {};
    // Who comes in later need not know.
    const isOver = endedBy !== undefined && before !== undefined && before.endedBy === undefined;
    if (isOver) notices.fail('The recording ended', errorOf(endedBy));
    // Whoever can do something about it: stop this one, and begin another.
    const isLimitedNow = limitedBy !== undefined && before?.limitedBy === undefined;
    if (isLimitedNow && room.permissions.current.moderate)
      notices.fail('Not everything is recorded any more', errorOf(limitedBy));
    before = recording;
  });
  return {
    isOn,
    list,
    toggle() {
      const asked = isOn.current ? room.stopRecording() : room.startRecording();
      void notices.attempt(asked, `The recording could not be ${isOn.current ? 'stopped' : 'started'}`);
    },
    refresh() {
      const asked = listOf(room).then((recordings) => list.set(recordings));
      void notices.attempt(asked, 'The recordings could not be listed');
    },
    close: stop,
  };
}

/** Where nothing can be recorded there is nothing to tell of. */
async function listOf(room: Pick<Room, 'recordings'>): Promise<readonly Recording[]> {
  try {
    return await room.recordings();
  } catch (error) {
    if (error instanceof ConferenceError && error.code === 'recording-unavailable') return [];
    throw error;
  }
}

function errorOf(code: string): ConferenceError {
  return new ConferenceError(isErrorCode(code) ? code : 'internal');
}
