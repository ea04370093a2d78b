/** What a participant publishes, by source. A source that is absent is not published. */
import * as v from 'valibot';
import { participantIdSchema } from './ids.ts';
import { sourceSchema } from './media-vocabulary.ts';

export const publicationSchema = v.object({
  muted: v.boolean(),
  /** The moderator who muted it; gone once the participant unmutes. Only in the Communication object. */
  mutedBy: v.optional(participantIdSchema),
});
export const publicationsSchema = v.record(sourceSchema, publicationSchema);
export type Publications = v.InferOutput<typeof publicationsSchema>;
