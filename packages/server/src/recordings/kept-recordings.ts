/** Reads back what was recorded of a room: of each recording an index, and the files that it names. */
import { text } from 'node:stream/consumers';
import type { KeptRecording } from '@plenum/conference';
import {
  parseIndex,
  type RecordedFile,
  type RecordingSummary,
  summarize,
} from '@plenum/mixer/recording-index';
import { listedRecordingSchema, type RoomId } from '@plenum/protocol';
import * as v from 'valibot';
import { mapSome } from './map-some.ts';
import type { FileFacts, RecordingKey, RecordingStorage } from './recording-storage.ts';

export const indexName = 'index.json';

/** Of one room; of one that is recorded every day the rest is years old. */
const mostRead = 200;
/** So many indexes are in memory, or on their way from a store. */
const mostAtOnce = 16;
/** Of one recording: in a room that is open to all whoever comes and goes is another. */
const mostNames = 25;

/** Reads one recording; undefined for what is not there, or cannot be read. */
export type ReadRecording = (recording: RecordingKey) => Promise<KeptRecording | undefined>;

/** A place where recordings are, and how one of them is read there. */
export interface RecordingPlaces {
  readonly ids: RecordingStorage['ids'];
  readonly read: ReadRecording;
}

/**
 * The latest of a room, newest first. Where nothing was recorded there is nothing; what cannot be read is left out.
 * @param places Where one is in several it is read in the first: a recording that goes from one to the next is always in one of them.
 */
export async function listRecordings(
  places: readonly RecordingPlaces[],
  roomId: RoomId,
): Promise<readonly KeptRecording[]> {
  const ids = new Set<string>();
  // One after the other: what the first does not have any more the next has.
  for (const place of places) for (const id of await place.ids(roomId)) ids.add(id);
  // They are in order of time.
  const latest = [...ids].toSorted().slice(-mostRead);
  const read = await mapSome(latest, mostAtOnce, (id) => readFirst(places, { roomId, id }));
  return read
    .filter((recording) => recording !== undefined)
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}

async function readFirst(
  places: readonly RecordingPlaces[],
  recording: RecordingKey,
): Promise<KeptRecording | undefined> {
  for (const place of places) {
    const read = await place.read(recording);
    if (read !== undefined) return read;
  }
  return undefined;
}

/** What an index says; undefined where there is none that says when the recording started. */
export async function readSummary(
  storage: RecordingStorage,
  recording: RecordingKey,
): Promise<RecordingSummary | undefined> {
  const stream = await storage.open({ ...recording, name: indexName });
  return stream === undefined ? undefined : summarize(parseIndex(await text(stream)));
}

export async function readRecording(
  storage: RecordingStorage,
  recording: RecordingKey,
): Promise<KeptRecording | undefined> {
  const [summary, there] = await Promise.all([readSummary(storage, recording), storage.files(recording)]);
  const facts = new Map(there.map((file) => [file.name, file] as const));
  // One that goes elsewhere just now has its index there.
  if (summary === undefined || !facts.has(indexName)) return undefined;
  const { startedAt, isEnded, participants, moderators } = summary;
  const names = new Map(participants.map(({ participantId, name }) => [participantId, name] as const));
  const files = summary.files.flatMap((file) => {
    const known = facts.get(file.file);
    return known === undefined ? [] : [listFile(file, names, known, writtenUntilMs(summary, file, known))];
  });
  const read = {
    id: recording.id,
    startedAt,
    durationMs: Math.max(summary.durationMs, ...files.map(({ untilMs }) => untilMs)),
    isEnded,
    participants: [...new Set(participants.map(({ name }) => name))].slice(0, mostNames),
    files,
  };
  return v.is(listedRecordingSchema, read) ? { ...read, moderators } : undefined;
}

/** Milliseconds from the start. Of what was broken off the index does not say for how long it was written, but the file does. */
export function writtenUntilMs(
  { startedAt, isEnded }: Pick<RecordingSummary, 'startedAt' | 'isEnded'>,
  file: RecordedFile,
  { modifiedMs }: Pick<FileFacts, 'modifiedMs'>,
): number {
  const isOpen = !isEnded && !file.isEnded;
  return isOpen ? Math.max(file.untilMs, Math.round(modifiedMs - Date.parse(startedAt))) : file.untilMs;
}

function listFile(
  { file, fromMs, participantId, source }: RecordedFile,
  names: ReadonlyMap<string, string>,
  { bytes }: FileFacts,
  untilMs: number,
) {
  const listed = { name: file, fromMs, untilMs, bytes };
  if (source === undefined) return listed;
  return { ...listed, participant: names.get(participantId) ?? '', source };
}
