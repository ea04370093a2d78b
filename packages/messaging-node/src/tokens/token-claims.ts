/** What stands in a token (RFC 7519), and what it means here. */
import {
  accessGrantSchema,
  ConferenceError,
  displayNameSchema,
  type Identity,
  type RoomId,
  recordingIdSchema,
  roomIdSchema,
  type SessionId,
  sessionIdPattern,
  splitAddress,
  type UserUrl,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { AccessClaims, SessionClaims } from '../session-tokens.ts';

/** What an access token is made from. */
export interface AccessTokenRequest {
  /** The user's id: 1 to 64 letters, digits and `-_.@`. Without it everybody with the token is a guest of their own. */
  readonly user?: string | undefined;
  /** How others see the bearer: 1 to 80 characters. Whoever has none is asked. */
  readonly name?: string | undefined;
  readonly grant?: v.InferInput<typeof accessGrantSchema> | undefined;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

const userIdSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/));
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER / 1000));

/** Names that the domain gives itself: nobody's token may say that one is a guest, or the conference server. */
const memberIdSchema = v.pipe(
  userIdSchema,
  v.check((id) => !/^guest-/i.test(id) && id.toLowerCase() !== 'conference'),
);

const who = { name: v.optional(displayNameSchema), grant: v.optional(accessGrantSchema), exp: seconds };

export const accessPayloadSchema = v.object({ sub: v.optional(memberIdSchema), ...who });
export type AccessPayload = v.InferOutput<typeof accessPayloadSchema>;

export const sessionPayloadSchema = v.object({
  sub: userIdSchema,
  sid: v.pipe(
    v.string(),
    v.regex(sessionIdPattern),
    v.transform((text) => text as SessionId),
  ),
  isGuest: v.boolean(),
  /** The session has no end of its own: whoever comes back may have another token. */
  isRenewable: v.optional(v.boolean(), false),
  ...who,
});
export type SessionPayload = v.InferOutput<typeof sessionPayloadSchema>;

/** Opens recordings of one room, and nothing else. */
export interface RecordingPass {
  readonly roomId: RoomId;
  /** Their ids. */
  readonly recordings: readonly string[];
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export const recordingPayloadSchema = v.object({
  room: roomIdSchema,
  recordings: v.array(recordingIdSchema),
  exp: seconds,
});
export type RecordingPayload = v.InferOutput<typeof recordingPayloadSchema>;

export function recordingPayloadOf({ roomId, recordings, expires }: RecordingPass): RecordingPayload {
  return { room: roomId, recordings: [...recordings], exp: toSeconds(expires) };
}

export function recordingPassOf({ room, recordings, exp }: RecordingPayload): RecordingPass {
  return { roomId: room, recordings, expires: exp * 1000 };
}

/** @throws ConferenceError `bad-request`, saying what is wrong. */
export function accessPayloadOf(request: AccessTokenRequest): AccessPayload {
  const { user, name, grant, expires } = request;
  const parsed = v.safeParse(accessPayloadSchema, {
    ...(user === undefined ? {} : { sub: user }),
    ...(name === undefined ? {} : { name }),
    ...(grant === undefined ? {} : { grant }),
    exp: toSeconds(expires),
  });
  if (parsed.success) return parsed.output;
  const field = v.getDotPath(parsed.issues[0]) ?? '';
  throw new ConferenceError('bad-request', whyNot[field.split('.', 1)[0] ?? '']);
}

const whyNot: Readonly<Record<string, string>> = {
  sub: 'A user id is 1 to 64 letters, digits and -_.@, and is neither conference nor begins with guest-.',
  name: 'A name has 1 to 80 characters.',
  grant: 'A part of what the token is to grant is not known: room, role or sources.',
};

export function accessClaimsOf({ sub, name, grant, exp }: AccessPayload, domain: string): AccessClaims {
  const member = sub === undefined ? {} : { userURL: userUrlOf(sub, domain), isGuest: false };
  return { identity: { ...member, ...identityPart({ name, grant }) }, expires: exp * 1000 };
}

/** How long a guest's token to come back with holds. */
const guestTokenMs = 24 * 60 * 60 * 1000;

/** @throws ConferenceError `internal` for a user of another domain, which no session has. */
export function sessionPayloadOf(
  { sessionId, identity, expires }: SessionClaims,
  domain: string,
  now: number,
): SessionPayload {
  const parts = splitAddress(identity.userURL);
  if (parts?.domain !== domain) throw new ConferenceError('internal', 'The user is of another domain.');
  const { isGuest = false, name, grant } = identity;
  return {
    sub: parts.path,
    sid: sessionId,
    isGuest,
    isRenewable: expires === undefined,
    ...identityPart({ name, grant }),
    exp: toSeconds(expires ?? now + guestTokenMs),
  };
}

export function sessionClaimsOf(payload: SessionPayload, domain: string): SessionClaims {
  const { sub, sid, isGuest, isRenewable, name, grant, exp } = payload;
  return {
    sessionId: sid,
    identity: { userURL: userUrlOf(sub, domain), isGuest, ...identityPart({ name, grant }) },
    expires: isRenewable ? undefined : exp * 1000,
  };
}

type IdentityPart = Pick<Identity, 'name' | 'grant'>;

function identityPart({ name, grant }: IdentityPart): IdentityPart {
  return { ...(name === undefined ? {} : { name }), ...(grant === undefined ? {} : { grant }) };
}

function userUrlOf(id: string, domain: string): UserUrl {
  return `user://${domain}/${id}`;
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
