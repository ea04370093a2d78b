/** Reads back what was recorded of a room: a folder for each recording, with an index and the files that it names. */
import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptRecording } from '@plenum/conference';
import { parseIndex, type RecordedFile, summarize } from '@plenum/mixer/recording-index';
import { listedRecordingSchema } from '@plenum/protocol';
import * as v from 'valibot';

export const indexName = 'index.json';

/** Of one room; of one that is recorded every day the rest is years old. */
const mostRead = 200;
/** Of one recording: in a room that is open to all whoever comes and goes is another. */
const mostNames = 25;

/** The latest, newest first. Where nothing was recorded there is nothing; what cannot be read is left out. */
export async function readRecordings(roomFolder: string): Promise<readonly KeptRecording[]> {
  const ids = (await existing(readdir(roomFolder))) ?? [];
  // Ids are in order of time.
  const latest = ids.toSorted().slice(-mostRead);
  const read = await Promise.all(latest.map((id) => readRecording(join(roomFolder, id), id)));
  return read
    .filter((recording) => recording !== undefined)
    .toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
}

async function readRecording(folder: string, id: string): Promise<KeptRecording | undefined> {
  const index = await existing(readFile(join(folder, indexName), 'utf8'));
  const summary = index === undefined ? undefined : summarize(parseIndex(index));
  if (summary === undefined) return undefined;
  const { startedAt, isEnded, participants, moderators } = summary;
  const sinceStart = ({ mtimeMs }: Stats) => Math.max(0, Math.round(mtimeMs - Date.parse(startedAt)));
  const names = new Map(participants.map(({ participantId, name }) => [participantId, name] as const));
  const files = await Promise.all(
    summary.files.map(async (file) => {
      const facts = await existing(stat(join(folder, file.file)));
      // Of what was broken off the index does not say for how long it was written.
      const isOpen = !isEnded && !file.isEnded;
      return facts && listFile(file, names, facts, isOpen ? sinceStart(facts) : 0);
    }),
  );
  const there = files.filter((file) => file !== undefined);
  const recording = {
    id,
    startedAt,
    durationMs: Math.max(summary.durationMs, ...there.map(({ untilMs }) => untilMs)),
    isEnded,
    participants: [...new Set(participants.map(({ name }) => name))].slice(0, mostNames),
    files: there,
  };
  return v.is(listedRecordingSchema, recording) ? { ...recording, moderators } : undefined;
}

function listFile(
  { file, fromMs, untilMs, participantId, source }: RecordedFile,
  names: ReadonlyMap<string, string>,
  { size }: Stats,
  writtenUntilMs: number,
) {
  const listed = { name: file, fromMs, untilMs: Math.max(untilMs, writtenUntilMs), bytes: size };
  if (source === undefined) return listed;
  return { ...listed, participant: names.get(participantId) ?? '', source };
}

async function existing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    // Such as a file where a folder is looked for.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw thrown;
  }
}
