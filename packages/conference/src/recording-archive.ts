/** The port to where recordings are kept. */
import type { ConferenceError, ListedRecording, ParticipantId, RoomId, Source } from '@plenum/protocol';

export interface RecordingArchive {
  /** Makes a place for a recording. @throws ConferenceError `storage-full`, `storage-failed`. */
  begin(beginning: RecordingBeginning): Promise<RecordingPlace>;
  /** Of one room, newest first. */
  list(roomId: RoomId): Promise<readonly KeptRecording[]>;
  /** A token that opens the files of these recordings for a while. */
  mintPass(claims: RecordingPassClaims): Promise<{ readonly token: string; readonly expires: string }>;
}

export interface RecordingBeginning {
  readonly roomId: RoomId;
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  /** It cannot go on: `storage-full` or `storage-failed`. Called once at most. */
  readonly onFailed: (reason: ConferenceError) => void;
}

/** Where one recording is written. */
export interface RecordingPlace {
  /** Of a file, without the extension. @param name Letters, digits and `-`. */
  pathOf(name: string): string;
  /** Writes it down at once. */
  note(note: RecordingNote): void;
  /**
   * May be called more than once. Resolves when all that was noted is written.
   * @param isWhole Whether nobody writes its files any more: true unless given.
   */
  close(isWhole?: boolean): Promise<void>;
  /** In place of `close`, where nothing was recorded: nothing of it stays. */
  discard(): Promise<void>;
}

export interface RecordingPassClaims {
  readonly roomId: RoomId;
  /** Their ids. */
  readonly recordings: readonly string[];
}

export interface KeptRecording extends ListedRecording {
  /** User URLs of those who moderated while it ran. */
  readonly moderators: readonly string[];
}

/** Of somebody who was there. */
type NoteAbout =
  | { readonly type: 'participant-joined'; readonly participantId: ParticipantId; readonly name: string }
  | {
      readonly type:
        | 'participant-left'
        | 'speaking-started'
        | 'speaking-stopped'
        | 'screen-started'
        | 'screen-stopped';
      readonly participantId: ParticipantId;
    }
  /** May look at it later. */
  | { readonly type: 'moderator-present'; readonly userUrl: string };

type NoteOfFile =
  /** What somebody sent of one source, in a file of its own; ended as a part. */
  | {
      readonly type: 'track-started';
      readonly file: string;
      readonly participantId: ParticipantId;
      readonly source: Source;
    }
  /** What somebody sends from here on of one source is in no file: there are as many as there may be. */
  | { readonly type: 'track-left-out'; readonly participantId: ParticipantId; readonly source: Source }
  | { readonly type: 'part-started'; readonly file: string; readonly participantId: '' }
  | { readonly type: 'part-ended'; readonly file: string }
  | { readonly type: 'recording-ended' };

export type RecordingFact = NoteAbout | NoteOfFile;

/** Milliseconds from the recording's start. */
export type RecordingNote = RecordingFact & { readonly atMs: number };

/** What one answer lists: a token names each recording, and a message has its limits. */
const [mostListed, mostFilesListed] = [50, 500];

/** As many of them, newest first, as one answer has room for; of one with too many files its first. */
export function latestOf(recordings: readonly KeptRecording[]): readonly KeptRecording[] {
  const latest: KeptRecording[] = [];
  let left = mostFilesListed;
  for (const recording of recordings.slice(0, mostListed)) {
    if (left <= 0) break;
    latest.push({ ...recording, files: recording.files.slice(0, left) });
    left -= recording.files.length;
  }
  return latest;
}
