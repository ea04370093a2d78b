/** What a participant asks of the conference server by `execute`: one row for each method. */
import * as v from 'valibot';
import {
  broadcastKeySchema,
  communicationSnapshotSchema,
  resourceCollectionSnapshotSchema,
  roomSettingsSchema,
  topologies,
} from './communication.ts';
import { connectionSnapshotSchema, sdpSchema } from './connection.ts';
import { contextSnapshotSchema } from './context.ts';
import { displayNameSchema } from './display-name.ts';
import { participantIdSchema, roomIdSchema } from './ids.ts';
import { capabilitiesSchema, sourceSchema } from './media-vocabulary.ts';
import { listedRecordingSchema } from './recording.ts';
import { roleSchema } from './roles.ts';

export const iceServerSchema = v.object({
  urls: v.array(v.pipe(v.string(), v.maxLength(512))),
  username: v.optional(v.pipe(v.string(), v.maxLength(512))),
  credential: v.optional(v.pipe(v.string(), v.maxLength(512))),
});
export type IceServer = v.InferOutput<typeof iceServerSchema>;

/** STUN and TURN servers as they are issued to one participant. */
const issued = {
  iceServers: v.array(iceServerSchema),
  /** Milliseconds after which others are to be asked for; absent: these stay good. */
  iceServersValidForMs: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
};

/** Shown to whom it concerns. */
const reason = v.optional(v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500)));
const inRoom = { roomId: roomIdSchema };
const aboutParticipant = { roomId: roomIdSchema, participantId: participantIdSchema };
const nothing = v.object({});
const addressText = v.pipe(v.string(), v.maxLength(512));

/** What became of one invitation. */
export const invitationResultSchema = v.object({
  /** As asked for. */
  user: addressText,
  outcome: v.picklist(['accepted', 'declined', 'unreachable', 'unanswered']),
  /** What the invited person said. */
  reason: v.optional(v.string()),
});
export type InvitationResult = v.InferOutput<typeof invitationResultSchema>;

export const conferenceMethods = {
  /**
   * Enter a room, which the visit creates where it does not exist. Implies the subscriptions to what is in the result. Who has to
   * wait in the lobby gets provisional answers (102) until it is decided. Asked again by a hyperty that is in already, it
   * begins a new link under the same participant.
   */
  joinRoom: {
    params: v.object({
      roomId: roomIdSchema,
      name: displayNameSchema,
      context: contextSnapshotSchema,
      capabilities: v.optional(capabilitiesSchema),
      topology: v.optional(v.picklist(topologies)),
      /**
       * Of who sends into the room by a link of their own, which they offer: as SDP. The server's Connection has the answer. Nothing
       * is sent to them.
       */
      offer: v.optional(sdpSchema),
      /** Who one was before the server or the session was lost; given again to the same user. */
      participantId: v.optional(participantIdSchema),
    }),
    result: v.object({
      participantId: participantIdSchema,
      communication: communicationSnapshotSchema,
      /** The server's half of the link to the media server, where there is to be one now. */
      connection: v.optional(connectionSnapshotSchema),
      ...issued,
    }),
  },
  /** Other credentials for the STUN and TURN servers, in good time or before an ICE restart. */
  renewIceServers: { params: v.object(inRoom), result: v.object(issued) },
  /** Leaves the room, or its lobby. */
  leaveRoom: { params: v.object(inRoom), result: nothing },
  /** Opens a room without entering it; needs `createRooms` of the `permissions`. The user who asks owns it. */
  createRoom: {
    params: v.object({
      ...inRoom,
      topology: v.optional(v.picklist(topologies)),
      settings: v.optional(v.partial(roomSettingsSchema)),
    }),
    result: nothing,
  },
  /** Moderators: changes what is given. */
  changeSettings: {
    params: v.object({ ...inRoom, settings: v.partial(roomSettingsSchema) }),
    result: nothing,
  },
  /** One's own hand up or down; moderators may take another's down. */
  raiseHand: {
    params: v.object({ ...inRoom, isRaised: v.boolean(), participantId: v.optional(participantIdSchema) }),
    result: nothing,
  },
  /** Moderators: stops a source at the media server, at once. Its owner may start it again. */
  muteParticipant: { params: v.object({ ...aboutParticipant, source: sourceSchema }), result: nothing },
  /** Moderators: what somebody may publish from now on; the rest stops at the media server. */
  allowSources: {
    params: v.object({ ...aboutParticipant, sources: v.pipe(v.array(sourceSchema), v.maxLength(8)) }),
    result: nothing,
  },
  /** Owners give any role; moderators make participants of listeners and the reverse. */
  setRole: { params: v.object({ ...aboutParticipant, role: roleSchema }), result: nothing },
  /** Moderators. Who is banned does not come back while the room lives. */
  removeParticipant: {
    params: v.object({ ...aboutParticipant, reason, isBanned: v.optional(v.boolean(), false) }),
    result: nothing,
  },
  /** Moderators: lets somebody in who waits in the lobby, or not. */
  decideAdmission: {
    params: v.object({ ...aboutParticipant, isAdmitted: v.boolean(), reason }),
    result: nothing,
  },
  /** Rings at other users, by user URL or hyperty URL; answers when each has answered, provisionally before. */
  inviteUsers: {
    params: v.object({ ...inRoom, users: v.pipe(v.array(addressText), v.minLength(1), v.maxLength(32)) }),
    result: v.object({ results: v.array(invitationResultSchema) }),
  },
  /** An access token for whoever gets it: guests of this room, past its lobby. */
  createGuestToken: {
    params: v.object({
      ...inRoom,
      role: v.optional(v.picklist(['participant', 'listener']), 'participant'),
      /** 60 seconds to 30 days. */
      validForSeconds: v.optional(
        v.pipe(v.number(), v.safeInteger(), v.minValue(60), v.maxValue(2_592_000)),
        86_400,
      ),
    }),
    result: v.object({ token: v.string(), expires: v.string() }),
  },
  /** Moderators: writes down what is heard and seen of everybody, from now on; everybody is told. Where it runs it goes on. */
  startRecording: {
    params: v.object({
      ...inRoom,
      /** Everybody as one picture and one sound. Without either of the two it is as the server's operator wants it. */
      composite: v.optional(v.boolean()),
      /** Each source of everybody by itself, as it comes. */
      tracks: v.optional(v.boolean()),
    }),
    result: nothing,
  },
  /** Moderators. Answers when the file is whole; also where none runs. */
  stopRecording: { params: v.object(inRoom), result: nothing },
  /** Moderators: recordings of this room since it opened, and earlier ones while which they moderated; newest first. */
  listRecordings: {
    params: v.object(inRoom),
    result: v.object({
      recordings: v.array(listedRecordingSchema),
      /** Opens the files of these recordings, and nothing else: `/recordings/<room>/<id>/<file>?token=…`. */
      token: v.string(),
      /** ISO 8601, of the token. */
      expires: v.string(),
    }),
  },
  /** Moderators: shows what is heard and seen of everybody to whoever has the link; everybody is told. Where it runs it goes on. */
  startBroadcast: {
    params: v.object({
      ...inRoom,
      /** To be in the address of who looks on; without it whoever knows the room's name can. */
      key: v.optional(broadcastKeySchema),
    }),
    result: nothing,
  },
  /** Moderators. Also where none runs. */
  stopBroadcast: { params: v.object(inRoom), result: nothing },
  /** A chat that only the two see: its object, or the one there is. Implies the subscription. */
  openPrivateChat: { params: v.object(aboutParticipant), result: resourceCollectionSnapshotSchema },
  /** Owners: ends the room for everybody. */
  closeRoom: { params: v.object({ ...inRoom, reason }), result: nothing },
} as const;

export type ConferenceMethod = keyof typeof conferenceMethods;
export type ParamsOf<M extends ConferenceMethod> = v.InferOutput<(typeof conferenceMethods)[M]['params']>;
export type ResultOf<M extends ConferenceMethod> = v.InferOutput<(typeof conferenceMethods)[M]['result']>;

/** What `joinRoom` says of STUN and TURN servers, and `renewIceServers` again. */
export type IssuedIceServers = ResultOf<'renewIceServers'>;

/** What an invitation brings to the invited hyperty: a `create` from the Communication object's `/subscription`. */
export const invitationSchema = v.object({
  roomId: roomIdSchema,
  title: v.pipe(v.string(), v.maxLength(120)),
  from: v.object({ name: displayNameSchema, userURL: addressText }),
});
export type InvitationData = v.InferOutput<typeof invitationSchema>;
