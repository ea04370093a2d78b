/** Ids: short random words, safe in URLs and in attribute paths (no dots). */
import * as v from 'valibot';

declare const brand: unique symbol;
type Branded<T extends string> = string & { readonly [brand]: T };

export type RoomId = Branded<'RoomId'>;
export type ParticipantId = Branded<'ParticipantId'>;
export type SessionId = Branded<'SessionId'>;

const alphabet = '0123456789abcdefghijklmnopqrstuv';

/** A random word of 5 bits a letter from the platform's cryptographic generator. */
export function randomWord(letters: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(letters));
  return Array.from(bytes, (byte) => alphabet[byte & 31]).join('');
}

/** 130 random bits: cannot be guessed, so that to know a session's address is to have been told. */
export function createSessionId(): SessionId {
  return randomWord(26) as SessionId;
}

export function createParticipantId(): ParticipantId {
  return randomWord(10) as ParticipantId;
}

/** 130 random bits: who has it was told. */
export function createBroadcastKey(): string {
  return randomWord(26);
}

export const sessionIdPattern = /^[0-9a-v]{26}$/;
export const broadcastKeyPattern = /^[0-9a-v]{26}$/;

export function isBroadcastKey(text: string): boolean {
  return broadcastKeyPattern.test(text);
}

/** In an address a letter beyond ASCII takes up to twelve characters, and an address has 512. */
const maxEncodedLength = 450;

/** What a room's link or address would be taken for: paths of the server, and what follows an object's address. */
export const reservedRoomNames: readonly string[] = [
  'assets',
  'changes',
  'children',
  'healthz',
  'metrics',
  'recordings',
  'registration',
  'subscription',
  'ws',
];

/**
 * A room's name in its link: letters of any script, digits, `-` and `_`; at most 64, of Chinese 50. Case does not count.
 * The reserved names above are none.
 */
export const roomIdSchema = v.pipe(
  v.string(),
  v.maxLength(128),
  v.transform((text) => text.normalize('NFC').toLowerCase()),
  v.maxLength(64),
  v.regex(/^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*$/u),
  // Only of what is letters: half a surrogate pair cannot be encoded.
  v.check(
    (text) => /^[\p{L}\p{M}\p{N}_-]*$/u.test(text) && encodeURIComponent(text).length <= maxEncodedLength,
  ),
  v.check((text) => !reservedRoomNames.includes(text)),
  v.transform((text) => text as RoomId),
);

/** As a key of a record; keys stay plain strings, since a branded key would make every entry optional. */
export const participantKeySchema = v.pipe(v.string(), v.regex(/^[0-9a-v]{1,32}$/));

export const participantIdSchema = v.pipe(
  participantKeySchema,
  v.transform((text) => text as ParticipantId),
);

/** @throws ValiError where the text cannot name a room; see `isRoomName` to ask first. */
export function parseRoomId(text: string): RoomId {
  return v.parse(roomIdSchema, text);
}

export function isRoomName(text: string): boolean {
  return v.safeParse(roomIdSchema, text).success;
}
