/**
 * The Context data object: what a client says of itself for a room, whichever ways its media takes. The conference server
 * observes it, and by it sees that its client has gone.
 */
import * as v from 'valibot';
import { connectionFailureSchema, connectionSummarySchema } from './connection-summary.ts';
import { snapshotSchema } from './data-object.ts';
import { participantIdSchema } from './ids.ts';
import { publicationsSchema } from './publications.ts';

/** Everybody's own sound and picture, or one of each that the server makes of all; `auto` leaves it to the server, for each by what they carry. */
export const views = ['streams', 'composite', 'auto'] as const;
export type View = (typeof views)[number];

export const contextSchema = v.object({
  scheme: v.literal('context'),
  name: v.pipe(v.string(), v.maxLength(256)),
  owner: v.pipe(v.string(), v.maxLength(512)),
  publications: publicationsSchema,
  /** To whom it found no direct way. */
  unreachable: v.optional(v.pipe(v.array(participantIdSchema), v.maxLength(64))),
  /** Sending to each of the others is more than its device can do. */
  isOverloaded: v.optional(v.boolean()),
  /** What it wants to see; absent: what the room was opened for, whatever it carries. */
  view: v.optional(v.picklist(views)),
  /** Its device does not decode in time what it is sent, although it leaves people out; or the composite, where it shows that. */
  isBehind: v.optional(v.boolean()),
  /** Of the last connection for media that came about; for statistics. */
  connected: v.optional(connectionSummarySchema),
  /** Of the last attempt at one that failed; for statistics. */
  failed: v.optional(connectionFailureSchema),
});
export type ContextData = v.InferOutput<typeof contextSchema>;

export const contextSnapshotSchema = snapshotSchema(contextSchema);
export type ContextSnapshot = v.InferOutput<typeof contextSnapshotSchema>;
