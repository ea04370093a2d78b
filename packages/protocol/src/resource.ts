/**
 * A typed resource that participants share as a child of the Communication object (HypertyResource of the
 * specification): a line of chat, a file, a link. Only who created it may change or delete it.
 */
import * as v from 'valibot';
import { displayNameSchema } from './display-name.ts';
import { participantIdSchema } from './ids.ts';

const urlText = v.pipe(v.string(), v.maxLength(512));
const isoTime = v.pipe(v.string(), v.maxLength(40));

export const resourceTypes = ['chat', 'file', 'link'] as const;

/** Longest text of one resource, in UTF-16 units. */
export const maxResourceContent = 4_000;

/** What a participant sends to create or change one. */
export const resourceContentSchema = v.object({
  type: v.picklist(resourceTypes),
  content: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(maxResourceContent)),
  mimetype: v.optional(v.pipe(v.string(), v.maxLength(128))),
  /** Bytes. */
  size: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});
export type ResourceContent = v.InferOutput<typeof resourceContentSchema>;

/** What the reporter keeps: who made it is the server's to say. */
export const resourceSchema = v.object({
  ...resourceContentSchema.entries,
  author: urlText,
  authorName: displayNameSchema,
  participantId: participantIdSchema,
  created: isoTime,
  /** Absent until its creator changes it. */
  lastModified: v.optional(isoTime),
});
export type Resource = v.InferOutput<typeof resourceSchema>;

/** `<participantId>-<number>`: the number counts the creator's own, as after `#` in the specification. */
export const resourceIdSchema = v.pipe(v.string(), v.regex(/^[0-9a-v]{1,32}-\d{1,9}$/));

/** Resources that a collection keeps; the oldest go first. */
export const maxResources = 500;

/** The data of a child object `…/children/resources` or `…/children/private-…`. */
export const resourceCollectionSchema = v.object({
  resources: v.record(resourceIdSchema, resourceSchema),
  /** Of a private chat: who sees it. Absent where everybody in the room does. */
  members: v.optional(v.pipe(v.array(participantIdSchema), v.maxLength(64))),
});
export type ResourceCollection = v.InferOutput<typeof resourceCollectionSchema>;

/** Who waits to be let in; the data of the child object `…/children/lobby`, which moderators observe. */
export const lobbySchema = v.object({
  waiting: v.record(
    v.pipe(v.string(), v.regex(/^[0-9a-v]{1,32}$/)),
    v.object({ userURL: urlText, name: displayNameSchema, since: isoTime }),
  ),
});
export type LobbyData = v.InferOutput<typeof lobbySchema>;
