/** Roles in a room, and what an access token may grant its bearer. */
import * as v from 'valibot';
import { roomIdSchema } from './ids.ts';
import { sourceSchema } from './media-vocabulary.ts';

/** From the most to the least that one may do. */
export const roles = ['owner', 'moderator', 'participant', 'listener'] as const;
export type Role = (typeof roles)[number];
export const roleSchema = v.picklist(roles);

/**
 * What a token says its bearer may do, besides what the role brings. A field that is absent leaves it to the role;
 * `false` or a shorter list takes away, and `createRooms`, `invite` and `moderate` may also give.
 */
export const accessGrantSchema = v.object({
  /** The one room it is for; absent: any. */
  room: v.optional(roomIdSchema),
  role: v.optional(roleSchema),
  publish: v.optional(v.pipe(v.array(sourceSchema), v.maxLength(8))),
  /** Chat, files and whatever else is no sound or picture. */
  data: v.optional(v.boolean()),
  invite: v.optional(v.boolean()),
  createRooms: v.optional(v.boolean()),
  moderate: v.optional(v.boolean()),
});
export type AccessGrant = v.InferOutput<typeof accessGrantSchema>;

/** What one may do in a room besides publishing. */
export const permissions = [
  /** To write in chats, and to share whatever else is no sound or picture. */
  'chat',
  /** To ring at others, and to give links away: both lead past the lobby. */
  'invite',
  'moderate',
  /** To give any role, and to end the room for everybody. */
  'own',
  /** To open rooms that are not there. */
  'createRooms',
] as const;
export type Permission = (typeof permissions)[number];
export const permissionSchema = v.picklist(permissions);
