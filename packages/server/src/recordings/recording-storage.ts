/** The port to where recordings are read from: the folder that they are written into, or a store that they went to when they were whole. */
import type { Readable } from 'node:stream';
import { type RoomId, recordingIdSchema } from '@plenum/protocol';
import * as v from 'valibot';

export interface RecordingKey {
  readonly roomId: RoomId;
  /** Such as `20260102T030405678Z`: in order of time. */
  readonly id: string;
}

export interface FileKey extends RecordingKey {
  /** As `isFileName`. */
  readonly name: string;
}

export interface FileFacts {
  readonly bytes: number;
  /** Milliseconds since 1970: when it was last written, there. */
  readonly modifiedMs: number;
  /** RFC 9110 section 8.8.3, with its quotation marks. */
  readonly etag: string;
}

export interface NamedFile extends FileFacts {
  readonly name: string;
}

/** Octets of a file, the last included. */
export interface Slice {
  readonly from: number;
  readonly until: number;
}

/** What is not there is nothing. Everything else that goes wrong is thrown: of a store as ConferenceError `storage-unreachable`. */
export interface RecordingStorage {
  /** Of a room's recordings, in order of time. */
  ids(roomId: RoomId): Promise<readonly string[]>;
  /** Of one recording, by name. */
  files(recording: RecordingKey, signal?: AbortSignal): Promise<readonly NamedFile[]>;
  stat(file: FileKey): Promise<FileFacts | undefined>;
  /** Whoever asks reads the stream to its end, or destroys it. @param slice Within the file; without, the whole. */
  open(file: FileKey, slice?: Slice): Promise<Readable | undefined>;
}

/** Where whole recordings go to. */
export interface RecordingStore extends RecordingStorage {
  /** In words, for the operator, without secrets. */
  readonly description: string;
  /** @throws ConferenceError `storage-unreachable` where it cannot be read, or not by us. */
  check(signal?: AbortSignal): Promise<void>;
  /** Puts a file of this machine there, in place of one of that name. @param path Absolute. @throws as `check`; `aborted`; or Error where it cannot be read. */
  add(file: FileKey, path: string, signal: AbortSignal): Promise<void>;
  /** Ends what runs. May be called more than once. */
  close(): void;
}

const namePattern = /^[A-Za-z0-9-]{1,120}\.(json|webm|mkv|mp4)$/;

export function isRecordingId(text: string): boolean {
  return v.is(recordingIdSchema, text);
}

export function isFileName(text: string): boolean {
  return namePattern.test(text);
}
