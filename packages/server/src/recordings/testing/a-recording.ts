/** A recording in a folder, as it is when it was ended, or broken off. */
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { formatEntry, type IndexEntry } from '@plenum/mixer/recording-index';
import type { RecordingFolder } from '../recording-folder.ts';
import type { RecordingKey } from '../recording-storage.ts';

export interface RecordedGiven {
  readonly isEnded?: boolean;
  /** Of its only part. */
  readonly content?: Uint8Array;
}

/** Of 9 seconds; of one that was broken off the index does not say so. */
export async function aRecording(
  folder: RecordingFolder,
  recording: RecordingKey,
  { isEnded = true, content = new TextEncoder().encode('abcdefghij') }: RecordedGiven = {},
): Promise<void> {
  const startedAt = startOf(recording.id);
  const begun: readonly IndexEntry[] = [
    { type: 'recording-started', version: 1, roomId: recording.roomId, startedAt },
    { type: 'moderator-present', userUrl: 'user://acme.test/ann', atMs: 0 },
    { type: 'part-started', file: 'part-1.webm', participantId: '', atMs: 0 },
  ];
  const ended: readonly IndexEntry[] = [
    { type: 'part-ended', file: 'part-1.webm', atMs: 9_000 },
    { type: 'recording-ended', atMs: 9_000 },
  ];
  const own = folder.folderOf(recording);
  await mkdir(own, { recursive: true });
  await writeFile(`${own}/part-1.webm`, content);
  const writtenAt = new Date(Date.parse(startedAt) + 9_000);
  await utimes(`${own}/part-1.webm`, writtenAt, writtenAt);
  const entries = isEnded ? [...begun, ...ended] : begun;
  await writeFile(`${own}/index.json`, entries.map(formatEntry).join(''));
}

/** `20260102T030405678Z` is 2026-01-02T03:04:05.678Z. */
function startOf(id: string): string {
  return id.replace(/^(....)(..)(.....)(..)(..)(...)Z$/, '$1-$2-$3:$4:$5.$6Z');
}
