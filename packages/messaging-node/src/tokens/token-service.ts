/**
 * Access tokens, which say who one is, session tokens, which say which session one comes back to, and passes to recordings: JSON
 * Web Tokens signed with a key of the domain (RFC 7515, HS256). They have different types in their headers, so that none passes
 * for another (RFC 8725 section 3.11). SPEC.md rules T.
 */
import { ConferenceError } from '@plenum/protocol';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify, SignJWT } from 'jose';
import * as v from 'valibot';
import type { AccessClaims, SessionClaims, SessionTokens } from '../session-tokens.ts';
import {
  type AccessPayload,
  type AccessTokenRequest,
  accessClaimsOf,
  accessPayloadOf,
  accessPayloadSchema,
  type RecordingPass,
  type RecordingPayload,
  recordingPassOf,
  recordingPayloadOf,
  recordingPayloadSchema,
  type SessionPayload,
  sessionClaimsOf,
  sessionPayloadOf,
  sessionPayloadSchema,
} from './token-claims.ts';

export type TokenKind = 'access' | 'session';

export type VerifiedToken =
  | { readonly kind: 'access'; readonly claims: AccessClaims }
  | { readonly kind: 'session'; readonly claims: SessionClaims };

export interface TokenService extends SessionTokens {
  /** @throws ConferenceError `bad-request` for a user, name or grant that cannot be. */
  mintAccess(request: AccessTokenRequest): Promise<string>;
  /** Without a kind either is taken. @throws ConferenceError `token-invalid`, `token-expired`. */
  verify(token: string, kind?: TokenKind): Promise<VerifiedToken>;
  /** May stand in a URL, where more people see it than a token that says who one is. */
  mintRecordingPass(pass: RecordingPass): Promise<string>;
  /** @throws ConferenceError `token-invalid`, `token-expired`. */
  verifyRecordingPass(token: string): Promise<RecordingPass>;
}

export interface TokenServiceOptions {
  /** 256 bits. A secret. */
  readonly key: Uint8Array;
  readonly domain: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Bytes of a key: as many as SHA-256 gives (RFC 7518 section 3.2). */
export const tokenKeyLength = 32;

const algorithm = 'HS256';
const issuer = 'plenum';
const typeOf = {
  access: 'plenum-access+jwt',
  session: 'plenum-session+jwt',
  recordings: 'plenum-recordings+jwt',
} as const;
type AnyKind = keyof typeof typeOf;

/** Longer than any token of ours; no signature is computed over more. */
const maxTokenLength = 4_096;

/** Seconds by which clocks may differ. */
const clockTolerance = 5;

/** @throws ConferenceError `invalid-config` for a key of another length. */
export function createTokenService({ key, domain, now }: TokenServiceOptions): TokenService {
  if (key.length !== tokenKeyLength) {
    throw new ConferenceError('invalid-config', `The key for tokens has ${key.length} bytes instead of 32.`);
  }

  const sign = (claims: AccessPayload | SessionPayload | RecordingPayload, kind: AnyKind) => {
    const { sub, ...payload } = { sub: undefined, ...claims };
    const token = new SignJWT(payload)
      .setProtectedHeader({ alg: algorithm, typ: typeOf[kind] })
      .setIssuer(issuer)
      .setAudience(domain)
      .setIssuedAt(Math.floor(now() / 1000));
    return (sub === undefined ? token : token.setSubject(sub)).sign(key);
  };

  const seconds = () => now() / 1000;

  /** `at`: the moment for which it has to hold. */
  const open = async (token: string, wanted?: AnyKind, at = new Date(now())): Promise<Opened> => {
    const { payload, protectedHeader } = await checkSignature(token, {
      key,
      options: {
        algorithms: [algorithm],
        issuer,
        audience: domain,
        requiredClaims: ['exp', 'iat'],
        clockTolerance,
        currentDate: at,
      },
    });
    const kind = kindOf(protectedHeader.typ);
    if (wanted !== undefined && kind !== wanted) throw new ConferenceError('token-invalid');
    return { kind, payload };
  };

  const readAccess = ({ payload }: Opened) => accessClaimsOf(trust(accessPayloadSchema, payload), domain);
  const readSession = ({ payload }: Opened) => sessionClaimsOf(trust(sessionPayloadSchema, payload), domain);
  /** Whose session it is counts also when the token has expired: the node knows what to make of that. */
  const readAnySession = async (token: string) => {
    const opened = await open(token, 'session', new Date(0));
    const { exp = 0 } = opened.payload;
    return { ...readSession(opened), isExpired: exp + clockTolerance <= seconds() };
  };

  return {
    mintAccess: async (request) => sign(accessPayloadOf(request), 'access'),
    mintSession: async (claims) => sign(sessionPayloadOf(claims, domain, now()), 'session'),
    verifyAccess: async (token) => readAccess(await open(token, 'access')),
    verifySession: readAnySession,
    verify: async (token, wanted) => {
      const opened = await open(token, wanted);
      if (opened.kind === 'recordings') throw new ConferenceError('token-invalid');
      return opened.kind === 'access'
        ? { kind: 'access', claims: readAccess(opened) }
        : { kind: 'session', claims: readSession(opened) };
    },
    mintRecordingPass: async (pass) => sign(recordingPayloadOf(pass), 'recordings'),
    verifyRecordingPass: async (token) => {
      const { payload } = await open(token, 'recordings');
      return recordingPassOf(trust(recordingPayloadSchema, payload));
    },
  };
}

/** A token whose signature is right. */
interface Opened {
  readonly kind: AnyKind;
  readonly payload: JWTPayload;
}

async function checkSignature(
  token: string,
  { key, options }: { readonly key: Uint8Array; readonly options: JWTVerifyOptions },
) {
  if (token.length > maxTokenLength) throw new ConferenceError('token-invalid');
  try {
    return await jwtVerify(token, key, options);
  } catch (thrown) {
    throw refusal(thrown);
  }
}

function kindOf(type: string | undefined): AnyKind {
  if (type === typeOf.access) return 'access';
  if (type === typeOf.session) return 'session';
  if (type === typeOf.recordings) return 'recordings';
  throw new ConferenceError('token-invalid');
}

/** What is signed may still be of another version, or by somebody else who has the key. */
function trust<S extends v.GenericSchema>(schema: S, payload: JWTPayload): v.InferOutput<S> {
  const parsed = v.safeParse(schema, payload);
  if (!parsed.success) throw new ConferenceError('token-invalid');
  return parsed.output;
}

/** Says no more than whether it has expired: what else is wrong would help whoever is guessing. */
function refusal(thrown: unknown): unknown {
  if (thrown instanceof errors.JWTExpired) return new ConferenceError('token-expired');
  if (thrown instanceof errors.JOSEError) return new ConferenceError('token-invalid');
  return thrown;
}
