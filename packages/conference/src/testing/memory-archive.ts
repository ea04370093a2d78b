/** An archive that writes nothing down but what it was told. */
import { ConferenceError, type ErrorCode } from '@plenum/protocol';
import type {
  KeptRecording,
  RecordingArchive,
  RecordingBeginning,
  RecordingNote,
  RecordingPassClaims,
} from '../recording-archive.ts';

interface Begun extends RecordingBeginning {
  readonly notes: RecordingNote[];
  isClosed: boolean;
  isDiscarded: boolean;
}

export class MemoryArchive implements RecordingArchive {
  readonly begun: Begun[] = [];
  /** What was minted, in order. */
  readonly passes: RecordingPassClaims[] = [];
  /** Of every room, newest first. */
  kept: readonly KeptRecording[] = [];
  refusal: ErrorCode | undefined;

  begin(beginning: RecordingBeginning) {
    if (this.refusal !== undefined) return Promise.reject(new ConferenceError(this.refusal));
    const begun: Begun = { ...beginning, notes: [], isClosed: false, isDiscarded: false };
    this.begun.push(begun);
    const { roomId } = beginning;
    return Promise.resolve({
      pathOf: (name: string) => `/recordings/${roomId}/${this.begun.length}/${name}`,
      note: (note: RecordingNote) => void begun.notes.push(note),
      close: async () => {
        begun.isClosed = true;
      },
      discard: async () => {
        begun.isDiscarded = true;
      },
    });
  }

  async list() {
    return this.kept;
  }

  async mintPass(claims: RecordingPassClaims) {
    this.passes.push(claims);
    return { token: 'a-pass', expires: '2026-01-05T14:00:00.000Z' };
  }
}
