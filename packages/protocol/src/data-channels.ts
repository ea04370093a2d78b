/**
 * What goes over data channels besides media: the two channels that every link has, and the envelope in which a message
 * travels by way of the server. Both ends make the channels by these numbers, so nothing is negotiated (RFC 8832 is not used).
 */
import { ConferenceError } from './errors.ts';
import type { ParticipantId } from './ids.ts';

/** By SCTP stream (RFC 8831 section 6.4). */
export const dataChannels = {
  /** Whole and in order, as long as the link lives. */
  files: { id: 0, ordered: true },
  /** At once or not at all. */
  signals: { id: 1, ordered: false, maxRetransmits: 0 },
} as const;

export type DataChannelName = keyof typeof dataChannels;
export const dataChannelNames = Object.keys(dataChannels) as readonly DataChannelName[];

/** Bytes of one message with its envelope. */
export const maxDataMessageSize = 65_536;

/** A message on its way to the server. Nobody named means everybody else in the room. */
export interface AddressedMessage {
  readonly to: readonly ParticipantId[];
  readonly payload: Uint8Array;
}

/** A message as the server hands it on. */
export interface ForwardedMessage {
  readonly from: ParticipantId;
  readonly payload: Uint8Array;
}

const idPattern = /^[0-9a-v]{1,32}$/;
/** As many as one byte counts. */
export const maxAddressees = 255;

/** `count`, then `length id` for each who is to have it, then the payload. */
export function formatAddressed({ to, payload }: AddressedMessage): Uint8Array<ArrayBuffer> {
  if (to.length > maxAddressees) throw new ConferenceError('bad-request', 'Too many to send to at once.');
  return concatenate([Uint8Array.of(to.length), ...to.map(formatId), payload]);
}

/** `length id` of the sender, then the payload. */
export function formatForwarded({ from, payload }: ForwardedMessage): Uint8Array<ArrayBuffer> {
  return concatenate([formatId(from), payload]);
}

/** The payload is a view of the message. @throws ConferenceError `bad-message`. */
export function parseAddressed(message: Uint8Array): AddressedMessage {
  const count = message[0];
  if (count === undefined) throw new ConferenceError('bad-message');
  const to = new Set<ParticipantId>();
  let at = 1;
  for (let index = 0; index < count; index += 1) {
    const { id, end } = parseId(message, at);
    to.add(id);
    at = end;
  }
  return { to: [...to], payload: message.subarray(at) };
}

/** The payload is a view of the message. @throws ConferenceError `bad-message`. */
export function parseForwarded(message: Uint8Array): ForwardedMessage {
  const { id, end } = parseId(message, 0);
  return { from: id, payload: message.subarray(end) };
}

function formatId(id: string): Uint8Array {
  // Letters of ASCII only, as the pattern says.
  return Uint8Array.from([id.length, ...Array.from(id, (letter) => letter.charCodeAt(0))]);
}

function parseId(message: Uint8Array, at: number): { readonly id: ParticipantId; readonly end: number } {
  const length = message[at] ?? 0;
  const end = at + 1 + length;
  const id = String.fromCharCode(...message.subarray(at + 1, end));
  if (id.length !== length || !idPattern.test(id)) throw new ConferenceError('bad-message');
  return { id: id as ParticipantId, end };
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
