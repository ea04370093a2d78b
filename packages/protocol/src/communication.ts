/**
 * The Communication data object, one for each room, extended for groups: the public state of the room, by
 * participantId. The conference server reports it, every participant observes it, the app draws it.
 */
import * as v from 'valibot';
import { snapshotSchema } from './data-object.ts';
import { displayNameSchema } from './display-name.ts';
import { broadcastKeyPattern, participantIdSchema, participantKeySchema, roomIdSchema } from './ids.ts';
import { sourceSchema } from './media-vocabulary.ts';
import { publicationsSchema } from './publications.ts';
import { lobbySchema, resourceCollectionSchema } from './resource.ts';
import { permissionSchema, roleSchema } from './roles.ts';

const urlText = v.pipe(v.string(), v.maxLength(512));
const isoTime = v.pipe(v.string(), v.maxLength(40));

/** `live`, but for while a link for media that was there is lost: then `reconnecting`. */
export const participantStatuses = ['live', 'reconnecting'] as const;

export const participantSchema = v.object({
  userURL: urlText,
  hypertyURL: urlText,
  domain: v.pipe(v.string(), v.maxLength(253)),
  name: displayNameSchema,
  status: v.picklist(participantStatuses),
  joined: isoTime,
  role: roleSchema,
  /** What it may do besides publishing, as role and token leave it. */
  may: v.pipe(v.array(permissionSchema), v.maxLength(8)),
  /** Since when the hand is up; absent while it is not. */
  hand: v.optional(isoTime),
  /** What it may publish now, as role, token and moderators leave it. */
  mayPublish: v.pipe(v.array(sourceSchema), v.maxLength(8)),
  publications: publicationsSchema,
});

/** Whether somebody without an access token may come in: at once, through the lobby, or only by an invitation. */
export const guestPolicies = ['welcome', 'lobby', 'refused'] as const;
export type GuestPolicy = (typeof guestPolicies)[number];

/** Of the picture that the server makes of everybody; `auto`: what is shared large where something is, or all of the same size. */
export const compositeLayouts = ['auto', 'grid', 'speaker', 'presentation'] as const;
export type CompositeLayout = (typeof compositeLayouts)[number];

/** What a room is set to; moderators may change it. */
export const roomSettingsSchema = v.object({
  /** For people to read; the room's id unless given. */
  title: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
  /** Nobody more comes in, but who moderates, was invited, or was in before and got lost. */
  isLocked: v.boolean(),
  /** Everybody waits until a moderator admits them, but the same people, and whose token is for this room. */
  hasLobby: v.boolean(),
  guests: v.picklist(guestPolicies),
  /** Participants at most. */
  capacity: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(100_000)),
  /** What newcomers are whose token says nothing else. */
  defaultRole: v.picklist(['participant', 'listener']),
  /** Absent: `auto`. */
  layout: v.optional(v.picklist(compositeLayouts)),
});
export type RoomSettings = v.InferOutput<typeof roomSettingsSchema>;

export const topologies = ['mesh', 'sfu', 'mcu', 'auto'] as const;
export type Topology = (typeof topologies)[number];

/** Ways that media can go: straight to every other participant, or through the media server. */
export const plans = ['mesh', 'sfu'] as const;
export type Plan = (typeof plans)[number];

/** Of the room by the server. Absent where none was made since the room opened, or the last was stopped. */
export const recordingSchema = v.object({
  since: isoTime,
  /** The code of why not all that is sent is recorded any more; absent while it is. */
  limitedBy: v.optional(v.pipe(v.string(), v.maxLength(64))),
  /** The code of what ended it; absent while it runs. */
  endedBy: v.optional(v.pipe(v.string(), v.maxLength(64))),
});
export type RecordingData = v.InferOutput<typeof recordingSchema>;

/** As `createBroadcastKey` makes them. */
export const broadcastKeySchema = v.pipe(v.string(), v.regex(broadcastKeyPattern));

/** Of the room, to an audience that is not in it. Absent where none was begun since the room opened, or the last was stopped. */
export const broadcastSchema = v.object({
  since: isoTime,
  /** Who look on, told each few seconds at most. */
  audience: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** What is in the address of who may look on; absent where whoever knows the room's name may. */
  key: v.optional(broadcastKeySchema),
  /** The code of what ended it; absent while it runs. */
  endedBy: v.optional(v.pipe(v.string(), v.maxLength(64))),
});
export type BroadcastData = v.InferOutput<typeof broadcastSchema>;

export const communicationSchema = v.object({
  scheme: v.literal('comm'),
  name: v.pipe(v.string(), v.maxLength(256)),
  roomId: roomIdSchema,
  status: v.picklist(['pending', 'open', 'paused', 'closed', 'failed']),
  startingTime: isoTime,
  lastModified: isoTime,
  /** What the room was opened for. */
  topology: v.picklist(topologies),
  /** How media goes now. */
  plan: v.picklist(plans),
  settings: roomSettingsSchema,
  /** Names of the child objects that everybody may observe. */
  children: v.array(v.pipe(v.string(), v.maxLength(64))),
  participants: v.record(participantKeySchema, participantSchema),
  /** Who is or was the last to speak, for layouts that follow the speaker. */
  activeSpeaker: v.optional(participantIdSchema),
  recording: v.optional(recordingSchema),
  broadcast: v.optional(broadcastSchema),
});

export type CommunicationData = v.InferOutput<typeof communicationSchema>;
export type ParticipantData = v.InferOutput<typeof participantSchema>;

export const communicationSnapshotSchema = snapshotSchema(communicationSchema);
export type CommunicationSnapshot = v.InferOutput<typeof communicationSnapshotSchema>;

export const resourceCollectionSnapshotSchema = snapshotSchema(resourceCollectionSchema);
export type ResourceCollectionSnapshot = v.InferOutput<typeof resourceCollectionSnapshotSchema>;

export const lobbySnapshotSchema = snapshotSchema(lobbySchema);
export type LobbySnapshot = v.InferOutput<typeof lobbySnapshotSchema>;
