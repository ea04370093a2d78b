/** What a client says of its connections for media: of one that came about which way it goes, and how long each stage took; else what failed. */
import * as v from 'valibot';

/** The four stages of a connection, in their order. */
export const connectionStages = ['signalling', 'connecting', 'securing', 'communicating'] as const;
export type ConnectionStage = (typeof connectionStages)[number];

/** RFC 8445 section 4: an address of one's own, one that a router lends (server- or peer-reflexive), one of a relay. */
export const candidateTypes = ['host', 'srflx', 'prflx', 'relay'] as const;
export type CandidateType = (typeof candidateTypes)[number];

/** `tls` only to a relay (RFC 8656 section 3.1). */
export const transportProtocols = ['udp', 'tcp', 'tls'] as const;
export type TransportProtocol = (typeof transportProtocols)[number];

export const addressFamilies = ['IPv4', 'IPv6'] as const;
export type AddressFamily = (typeof addressFamilies)[number];

/** As many as a client tells of in one stay, of those that came about and of those that did not. */
export const maxConnectionSummaries = 1_000;

/** Milliseconds; more than that no stage takes. */
const duration = v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(600_000)));

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(maxConnectionSummaries));
/** To the media server, or to somebody in the room. */
const to = v.picklist(['server', 'participant']);

export const connectionSummarySchema = v.object({
  /** Counts those that came about in this stay, from 1. */
  number: count,
  to,
  local: v.picklist(candidateTypes),
  remote: v.picklist(candidateTypes),
  protocol: v.picklist(transportProtocols),
  family: v.optional(v.picklist(addressFamilies)),
  /** Milliseconds that each stage took; of `communicating`, until the first packet of media came, which may never be. */
  stages: v.object({
    signalling: duration,
    connecting: duration,
    securing: duration,
    communicating: duration,
  }),
});
export type ConnectionSummary = v.InferOutput<typeof connectionSummarySchema>;

export const connectionFailureSchema = v.object({
  /** Counts attempts that failed in this stay, from 1. */
  number: count,
  to,
  /** In which it failed: one that has come to the last has come about. */
  stage: v.picklist(['signalling', 'connecting', 'securing']),
});
export type ConnectionFailure = v.InferOutput<typeof connectionFailureSchema>;
