/** What a participant asks of the conference server by `execute`: one row for each method. */
import * as v from 'valibot';
import { communicationSnapshotSchema, displayNameSchema, topologies } from './communication.ts';
import { connectionSnapshotSchema } from './connection.ts';
import { participantIdSchema, roomIdSchema } from './ids.ts';
import { capabilitiesSchema } from './media-vocabulary.ts';

export const iceServerSchema = v.object({
  urls: v.array(v.pipe(v.string(), v.maxLength(512))),
  username: v.optional(v.pipe(v.string(), v.maxLength(512))),
  credential: v.optional(v.pipe(v.string(), v.maxLength(512))),
});
export type IceServer = v.InferOutput<typeof iceServerSchema>;

export const conferenceMethods = {
  /** Enter a room, which the visit creates where it does not exist. Implies both subscriptions of the result. */
  joinRoom: {
    params: v.object({
      roomId: roomIdSchema,
      name: displayNameSchema,
      connection: connectionSnapshotSchema,
      capabilities: v.optional(capabilitiesSchema),
      topology: v.optional(v.picklist(topologies)),
    }),
    result: v.object({
      participantId: participantIdSchema,
      communication: communicationSnapshotSchema,
      connection: connectionSnapshotSchema,
      iceServers: v.array(iceServerSchema),
    }),
  },
  leaveRoom: {
    params: v.object({ roomId: roomIdSchema }),
    result: v.object({}),
  },
} as const;

export type ConferenceMethod = keyof typeof conferenceMethods;
export type ParamsOf<M extends ConferenceMethod> = v.InferOutput<(typeof conferenceMethods)[M]['params']>;
export type ResultOf<M extends ConferenceMethod> = v.InferOutput<(typeof conferenceMethods)[M]['result']>;
