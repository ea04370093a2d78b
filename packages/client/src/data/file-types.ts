/** What an application sees of files, reactions and cursors. */
import type { ConferenceError, ParticipantId } from '@plenum/protocol';
import type { Signal } from '../conference-client-types.ts';

/** By whom a transfer was stopped: on this side or on the other. */
export type FileSide = 'here' | 'there';

/** How far a file is on its way to one receiver. */
export type FileDelivery =
  /** The receiver has not said yet whether they want it. */
  | { readonly name: 'offered' }
  /** `bytes` have arrived. Goes on by itself after a break, from where it was. */
  | { readonly name: 'sending'; readonly bytes: number; readonly pausedBy: FileSide | undefined }
  /** The receiver has all of it, and it is what was sent. Final, as all that follow. */
  | { readonly name: 'verified' }
  | { readonly name: 'declined' }
  | { readonly name: 'cancelled'; readonly by: FileSide }
  /** `file-corrupt`, `file-unreadable`, `participant-left`, `bad-message`. */
  | { readonly name: 'failed'; readonly error: ConferenceError };

export interface FileReceiver {
  readonly participantId: ParticipantId;
  readonly delivery: FileDelivery;
}

/** A file that one sends. Each receiver has it at their own pace. */
export interface FileTransfer {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** MIME type; empty where it is not known. */
  readonly type: string;
  readonly receivers: Signal<readonly FileReceiver[]>;
  /** For everybody. */
  pause(): void;
  resume(): void;
  /** For whoever has not got all of it. */
  cancel(): void;
}

/** Where a file that somebody sends to here stands. */
export type IncomingFileState =
  | { readonly name: 'offered' }
  | { readonly name: 'receiving'; readonly bytes: number; readonly pausedBy: FileSide | undefined }
  /** All of it is there, and is what was sent. Final, as all that follow. */
  | { readonly name: 'verified'; readonly blob: Blob }
  | { readonly name: 'declined' }
  | { readonly name: 'cancelled'; readonly by: FileSide }
  /** `file-corrupt`, `file-unreadable`, `participant-left`, `bad-message`. */
  | { readonly name: 'failed'; readonly error: ConferenceError };

/** A file that somebody offers, or has sent. What does not fit the state changes nothing. */
export interface IncomingFile {
  /** Of this room. */
  readonly id: string;
  readonly from: ParticipantId;
  /** Without what must not be in the name of a file. */
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly state: Signal<IncomingFileState>;
  accept(): void;
  decline(): void;
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** Somebody shows what they feel; also oneself. */
export interface Reaction {
  readonly from: ParticipantId;
  /** One emoji. */
  readonly emoji: string;
}

/** Where somebody points: 0 to 1 from the left and from the top. */
export interface Cursor {
  readonly from: ParticipantId;
  readonly x: number;
  readonly y: number;
}
