/**
 * The Communication data object, one for each room, extended for groups: the public state of the room, by
 * participantId. The conference server reports it, every participant observes it, the app draws it.
 */
import * as v from 'valibot';
import { publicationsSchema } from './connection.ts';
import { snapshotSchema } from './data-object.ts';
import { participantIdSchema, participantKeySchema, roomIdSchema } from './ids.ts';

const urlText = v.pipe(v.string(), v.maxLength(512));
const isoTime = v.pipe(v.string(), v.maxLength(40));

export const displayNameSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(80));

/** `connecting` until media can flow, `live` from then on. */
export const participantStatuses = ['connecting', 'live'] as const;

export const participantSchema = v.object({
  userURL: urlText,
  hypertyURL: urlText,
  domain: v.pipe(v.string(), v.maxLength(253)),
  name: displayNameSchema,
  status: v.picklist(participantStatuses),
  joined: isoTime,
  publications: publicationsSchema,
});

export const topologies = ['mesh', 'sfu', 'mcu', 'auto'] as const;
export type Topology = (typeof topologies)[number];

export const communicationSchema = v.object({
  scheme: v.literal('comm'),
  name: v.pipe(v.string(), v.maxLength(256)),
  roomId: roomIdSchema,
  status: v.picklist(['pending', 'open', 'paused', 'closed', 'failed']),
  startingTime: isoTime,
  lastModified: isoTime,
  topology: v.picklist(topologies),
  children: v.array(v.pipe(v.string(), v.maxLength(64))),
  participants: v.record(participantKeySchema, participantSchema),
  /** Who is or was the last to speak, for layouts that follow the speaker. */
  activeSpeaker: v.optional(participantIdSchema),
});

export type CommunicationData = v.InferOutput<typeof communicationSchema>;
export type ParticipantData = v.InferOutput<typeof participantSchema>;

export const communicationSnapshotSchema = snapshotSchema(communicationSchema);
export type CommunicationSnapshot = v.InferOutput<typeof communicationSnapshotSchema>;
