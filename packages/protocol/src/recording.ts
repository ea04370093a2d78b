/** A recording as lists of recordings show it. */
import * as v from 'valibot';
import { sourceSchema } from './media-vocabulary.ts';

const milliseconds = v.pipe(v.number(), v.minValue(0));

/** Letters, digits and `-`: also a folder's name. */
export const recordingIdSchema = v.pipe(v.string(), v.maxLength(64), v.regex(/^[A-Za-z0-9-]+$/));

/** What is recorded: everybody as one picture and one sound, or each source of everybody by itself, as it comes. */
export interface RecordingContent {
  readonly composite: boolean;
  readonly tracks: boolean;
}

export const listedRecordingSchema = v.object({
  id: recordingIdSchema,
  /** ISO 8601, in UTC. */
  startedAt: v.pipe(v.string(), v.maxLength(40)),
  durationMs: milliseconds,
  /** Whether it was ended, and neither runs nor was broken off. */
  isEnded: v.boolean(),
  /** Names of who was there, each once; of very many only the first. */
  participants: v.array(v.string()),
  /**
   * Its parts, in order: of the composite a further one where the mixer was replaced, of somebody's source one for each stretch in which
   * they published it. Times are from the recording's start.
   */
  files: v.array(
    v.object({
      name: v.pipe(v.string(), v.maxLength(128)),
      fromMs: milliseconds,
      untilMs: milliseconds,
      /** Whose it is, by name, and of what; absent where it is everybody together. */
      participant: v.optional(v.string()),
      source: v.optional(sourceSchema),
      bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    }),
  ),
});
export type ListedRecording = v.InferOutput<typeof listedRecordingSchema>;
