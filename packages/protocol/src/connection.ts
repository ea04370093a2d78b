/**
 * The Connection data object: what one side of a link reports of its own half. A link to the media server has the
 * client's (answer, what it shows) and the server's (offer, where to publish, who is in which slot); one between two
 * participants has both of theirs, and either may offer.
 */
import * as v from 'valibot';
import { snapshotSchema } from './data-object.ts';
import { participantIdSchema, participantKeySchema } from './ids.ts';
import { connectionStatuses, kinds, layers, sourceSchema, sources } from './media-vocabulary.ts';

const mid = v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{1,16}$/));
/** As whoever offers names it. */
const foreignMid = v.pipe(v.string(), v.regex(/^[!-~]{1,32}$/));
const urlText = v.pipe(v.string(), v.maxLength(512));

/** One prepared m-line for receiving, and whose source it carries now. */
const slotSchema = v.object({
  kind: v.picklist(kinds),
  participantId: v.optional(participantIdSchema),
  source: v.optional(sourceSchema),
  /** Carries the one picture of everybody, or what goes with it to be heard, instead of somebody's source. */
  isComposite: v.optional(v.boolean()),
  /** Left out for now: the link does not carry it. */
  isPaused: v.optional(v.boolean()),
});

/** CSS pixels of height at which a participant's video is on the screen; 0 means listed but out of sight. */
const wantedHeight = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(8640));

/** What was decided for a link that does not carry all pictures. */
const allotmentSchema = v.object({
  /** How many are sent. */
  pictures: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1024)),
  /** bit/s that the link was taken to carry then, sounds included. */
  availableBps: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(10_000_000_000)),
});

/** Why the composite was chosen: the device, or the line, does not carry everybody's own. */
export const viewReasons = ['device', 'line'] as const;

const chosenViewSchema = v.object({
  view: v.literal('composite'),
  reason: v.picklist(viewReasons),
});

export const sdpSchema = v.pipe(v.string(), v.maxLength(200_000));

export const descriptionSchema = v.object({
  type: v.picklist(['offer', 'answer']),
  sdp: sdpSchema,
  /** Counts the offers of a link from 1; an answer carries its offer's number. Two that are made at once have the same. */
  negotiation: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});

export const iceCandidateSchema = v.object({
  /** An empty one says that there are no more (RFC 8838 section 8.2). */
  candidate: v.pipe(v.string(), v.maxLength(1024)),
  sdpMid: v.nullable(mid),
  sdpMLineIndex: v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
});

export const connectionSchema = v.object({
  scheme: v.literal('connection'),
  name: v.pipe(v.string(), v.maxLength(256)),
  owner: urlText,
  peer: urlText,
  /** The other side's Connection, where this one was made in answer to it. */
  inReplyTo: v.optional(urlText),
  status: v.picklist(connectionStatuses),
  connectionDescription: v.optional(descriptionSchema),
  /** Those of the description, as they are found. */
  iceCandidates: v.pipe(v.array(iceCandidateSchema), v.maxLength(64)),
  /** Client: whom it shows, at which height. Absent: whoever speaks, as many as there are slots; of a pair, the other. */
  wanted: v.optional(
    v.pipe(
      v.record(participantKeySchema, wantedHeight),
      v.check((record) => Object.keys(record).length <= 1024),
    ),
  ),
  /** Client: shows the composite, and needs nobody's own sound and picture. */
  isCompositeShown: v.optional(v.boolean()),
  /** Client: counts its wishes for an ICE restart; the server answers a higher number with a new description. */
  iceRestart: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  /** Nothing more that comes over this link is needed: the other way has taken its place. */
  isReleased: v.optional(v.boolean()),
  /** Server: the mid on which each source is to be published. Pair: the mid that carries each of one's own. */
  publishOn: v.optional(v.record(sourceSchema, foreignMid)),
  /** Server: of what is sent in several sizes the largest that anybody looks at, 0 the smallest. Absent: of all there are. */
  shownLayers: v.optional(v.object({ camera: v.picklist(layers) })),
  /** Pair: those of one's own pictures that are not sent for now: the link, or the sender's device, does not carry them. */
  leftOut: v.optional(v.pipe(v.array(sourceSchema), v.maxLength(sources.length))),
  /** Server: the prepared m-lines by mid. */
  slots: v.optional(v.record(mid, slotSchema)),
  /** Server: while it leaves pictures out. Absent: all are sent. */
  allotment: v.optional(allotmentSchema),
  /** Server: what it chose for a client that leaves that to it. Absent: as the room was opened. */
  chosenView: v.optional(chosenViewSchema),
});

export type ConnectionData = v.InferOutput<typeof connectionSchema>;
export type ChosenView = v.InferOutput<typeof chosenViewSchema>;
export type Slot = v.InferOutput<typeof slotSchema>;
export type IceCandidate = v.InferOutput<typeof iceCandidateSchema>;
export type SessionDescription = v.InferOutput<typeof descriptionSchema>;

export const connectionSnapshotSchema = snapshotSchema(connectionSchema);
export type ConnectionSnapshot = v.InferOutput<typeof connectionSnapshotSchema>;
