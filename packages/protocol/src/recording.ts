/** A recording as lists of recordings show it. */
import * as v from 'valibot';

const milliseconds = v.pipe(v.number(), v.minValue(0));

/** Letters, digits and `-`: also a folder's name. */
export const recordingIdSchema = v.pipe(v.string(), v.maxLength(64), v.regex(/^[A-Za-z0-9-]+$/));

export const listedRecordingSchema = v.object({
  id: recordingIdSchema,
  /** ISO 8601, in UTC. */
  startedAt: v.pipe(v.string(), v.maxLength(40)),
  durationMs: milliseconds,
  /** Whether it was ended, and neither runs nor was broken off. */
  isEnded: v.boolean(),
  /** Names of who was there, each once; of very many only the first. */
  participants: v.array(v.string()),
  /** Its parts, in order: a further one where the mixer was replaced. Times are from the recording's start. */
  files: v.array(
    v.object({
      name: v.pipe(v.string(), v.maxLength(128)),
      fromMs: milliseconds,
      untilMs: milliseconds,
      bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    }),
  ),
});
export type ListedRecording = v.InferOutput<typeof listedRecordingSchema>;
