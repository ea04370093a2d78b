import { type AccessGrant, createSessionId, parseRoomId, toConferenceError } from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import fc from 'fast-check';
import { base64url, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createTokenService } from './token-service.ts';

const domain = 'acme.test';
const key = new Uint8Array(32).fill(7);
const otherKey = new Uint8Array(32).fill(8);
const hourMs = 3_600_000;
const grant: AccessGrant = { room: parseRoomId('standup'), role: 'moderator', publish: ['microphone'] };

function aService(options: { key?: Uint8Array; domain?: string } = {}) {
  const clock = new FakeClock();
  const now = () => Date.parse(clock.isoTime());
  return { clock, now, tokens: createTokenService({ key, domain, now, ...options }) };
}

/** A token made by hand: whatever is asked for stands in it, signed with the right key unless another is given. */
async function aToken({
  header = {},
  claims = {},
  signedWith = key,
}: {
  header?: object;
  claims?: object;
  signedWith?: Uint8Array;
} = {}): Promise<string> {
  const { now } = aService();
  const issuedAt = now() / 1000;
  const payload = { iss: 'plenum', aud: domain, iat: issuedAt, exp: issuedAt + 60, sub: 'ann', ...claims };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: 'HS256', typ: 'plenum-access+jwt', ...header })
    .sign(signedWith);
}

function unsigned(header: object): string {
  const encode = (value: object) => base64url.encode(JSON.stringify(value));
  const { now } = aService();
  const iat = now() / 1000;
  return `${encode(header)}.${encode({ iss: 'plenum', aud: domain, iat, exp: iat + 60, sub: 'boss' })}.`;
}

test('[T1] an access token says who its bearer is, what they may, and until when', async () => {
  const { tokens, now } = aService();
  const expires = now() + hourMs;
  const token = await tokens.mintAccess({ user: 'ann@acme.test', name: ' Ann ', grant, expires });
  expect(await tokens.verifyAccess(token)).toEqual({
    identity: { userURL: 'user://acme.test/ann@acme.test', isGuest: false, name: 'Ann', grant },
    expires,
  });
  expect(await tokens.verify(token)).toMatchObject({ kind: 'access' });
});

test('[T1] a token without a user names nobody: each of its bearers is a guest of their own', async () => {
  const { tokens, now } = aService();
  const expires = now() + hourMs;
  const token = await tokens.mintAccess({ grant: { room: 'Standup' }, expires });
  expect(await tokens.verifyAccess(token)).toEqual({ identity: { grant: { room: 'standup' } }, expires });
});

test('[T2] a session token says whose session it is, and expires with what its bearer came with', async () => {
  const { tokens, now } = aService();
  const session = {
    sessionId: createSessionId(),
    identity: { userURL: 'user://acme.test/ann' as const, isGuest: false, name: 'Ann', grant },
    expires: now() + 2 * hourMs,
  };
  const token = await tokens.mintSession(session);
  expect(await tokens.verifySession(token)).toEqual({ ...session, isExpired: false });
  expect(await tokens.verify(token, 'session')).toMatchObject({ kind: 'session' });
});

test('[T2] a guest’s session token holds for a day, and every new one for another', async () => {
  const { tokens, clock } = aService();
  const identity = { userURL: 'user://acme.test/guest-0123456789abcdef' as const, isGuest: true };
  const session = { sessionId: createSessionId(), identity };
  const token = await tokens.mintSession(session);
  clock.advance(24 * hourMs - 1_000);
  const claims = await tokens.verifySession(token);
  expect(claims).toEqual({ ...session, expires: undefined, isExpired: false });
  const next = await tokens.mintSession(claims);
  clock.advance(7_000);
  expect(await tokens.verifySession(token)).toMatchObject({ isExpired: true });
  expect(await tokens.verifySession(next)).toMatchObject(session);
});

test('[T3] neither kind of token passes for the other', async () => {
  const { tokens, now } = aService();
  const identity = { userURL: 'user://acme.test/ann' as const };
  const session = await tokens.mintSession({ sessionId: createSessionId(), identity });
  const access = await tokens.mintAccess({ user: 'ann', expires: now() + hourMs });
  await expect(tokens.verifyAccess(session)).rejects.toMatchObject({ code: 'token-invalid' });
  await expect(tokens.verifySession(access)).rejects.toMatchObject({ code: 'token-invalid' });
  await expect(tokens.verify(access, 'session')).rejects.toMatchObject({ code: 'token-invalid' });
});

const sid = createSessionId();

test.each<[string, () => string | Promise<string>]>([
  ['signed with another key', () => aToken({ signedWith: otherKey })],
  ['of another issuer', () => aToken({ claims: { iss: 'somebody' } })],
  ['for another domain', () => aToken({ claims: { aud: 'other.test' } })],
  ['for no domain', () => aToken({ claims: { aud: undefined } })],
  ['signed with HS512', () => aToken({ header: { alg: 'HS512' }, signedWith: new Uint8Array(64).fill(7) })],
  ['of the algorithm none', () => unsigned({ alg: 'none', typ: 'plenum-access+jwt' })],
  ['of no algorithm', () => unsigned({ typ: 'plenum-access+jwt' })],
  ['of an asymmetric algorithm', () => unsigned({ alg: 'RS256', typ: 'plenum-access+jwt' })],
  ['without a type', () => aToken({ header: { typ: undefined } })],
  ['of another type', () => aToken({ header: { typ: 'JWT' } })],
  ['with a type in other words', () => aToken({ header: { typ: 'application/plenum-access+jwt' } })],
  ['with an extension that must be understood', () => unsigned({ alg: 'HS256', crit: ['b64'], b64: false })],
  ['not yet valid', () => aToken({ claims: { nbf: 4_000_000_000 } })],
  ['that never expires', () => aToken({ claims: { exp: undefined } })],
  ['with an end that is no time', () => aToken({ claims: { exp: '1' } })],
  ['with a guest’s name', () => aToken({ claims: { sub: 'guest-0123456789abcdef' } })],
  ['with a guest’s name in capitals', () => aToken({ claims: { sub: 'Guest-1' } })],
  ['with the conference server’s name', () => aToken({ claims: { sub: 'conference' } })],
  ['with a user who is no word', () => aToken({ claims: { sub: 'ann/../boss' } })],
  ['with a name that is too long', () => aToken({ claims: { name: 'x'.repeat(81) } })],
  ['with a role that there is not', () => aToken({ claims: { grant: { role: 'emperor' } } })],
  ['of a session without an id', () => aToken({ header: { typ: 'plenum-session+jwt' } })],
  [
    'of a session without a word about its bearer',
    () => aToken({ header: { typ: 'plenum-session+jwt' }, claims: { sid } }),
  ],
  ['of nothing', () => ''],
  ['of dots', () => '..'],
  ['of words', () => 'Let me in'],
  ['encrypted', () => 'e30.e30.e30.e30.e30'],
])('[T4] a token %s is not valid, and nobody learns why', async (_what, make) => {
  const { tokens } = aService();
  const text = await make();
  const error = await tokens.verify(text).then(() => undefined, toConferenceError);
  expect(error?.message).toBe('The access token is not valid.');
  expect(error).toMatchObject({ code: 'token-invalid', details: undefined });
  expect(error?.cause).toBeUndefined();
});

test('[T4] the token that the others are changed from is valid', async () => {
  const { tokens } = aService();
  expect(await tokens.verify(await aToken())).toMatchObject({ kind: 'access' });
  const claims = { sid, isGuest: false };
  const session = await aToken({ header: { typ: 'plenum-session+jwt' }, claims });
  expect(await tokens.verify(session)).toMatchObject({ kind: 'session' });
});

test('[T4] a token whose text is changed anywhere is not valid', async () => {
  const { tokens, now } = aService();
  const token = await tokens.mintAccess({ user: 'ann', grant, expires: now() + hourMs });
  const letters = fc.string({ minLength: 1, maxLength: 3, unit: 'binary-ascii' });
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), letters, async (at, text) => {
      const changed = token.slice(0, at) + text + token.slice(at + text.length);
      fc.pre(changed !== token && !sameBytes(changed, token));
      await expect(tokens.verify(changed)).rejects.toMatchObject({ code: 'token-invalid' });
    }),
    { numRuns: 500 },
  );
});

/** The last letter of 32 bytes in base64url has two bits that mean nothing. */
function sameBytes(one: string, other: string): boolean {
  return one.slice(0, -1) === other.slice(0, -1) && /^[\w-]$/.test(one.slice(-1));
}

test('[T4] whatever is no token is refused as one that is not valid', async () => {
  const { tokens } = aService();
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.json().map((json) => base64url.encode(json)),
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(part, part, part).map((all) => all.join('.')),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      await expect(tokens.verify(text)).rejects.toMatchObject({ code: 'token-invalid' });
    }),
    { numRuns: 1_000 },
  );
});

test('[T4] a token of another domain with the same key is not valid', async () => {
  const { tokens, now } = aService({ domain: 'other.test' });
  const token = await tokens.mintAccess({ user: 'ann', expires: now() + hourMs });
  await expect(aService().tokens.verify(token)).rejects.toMatchObject({ code: 'token-invalid' });
});

test('[T5] a token expires, and five seconds are forgiven', async () => {
  const { tokens, clock, now } = aService();
  const token = await tokens.mintAccess({ user: 'ann', expires: now() + hourMs });
  clock.advance(hourMs + 4_000);
  expect(await tokens.verify(token)).toMatchObject({ kind: 'access' });
  clock.advance(1_000);
  await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'token-expired' });
});

test('[T5] that it has expired is told only of a token that was ours', async () => {
  const { tokens, clock } = aService();
  const forged = await aToken({ signedWith: otherKey });
  clock.advance(hourMs);
  await expect(tokens.verify(forged)).rejects.toMatchObject({ code: 'token-invalid' });
});

test('[T6] a token that is too long is refused before anything is computed', async () => {
  const { tokens } = aService();
  const long = await aToken({ claims: { padding: 'x'.repeat(4_096) } });
  await expect(tokens.verify(long)).rejects.toMatchObject({ code: 'token-invalid' });
});

test('[T6] the longest that can be minted is not too long', async () => {
  const { tokens, now } = aService();
  const expires = now() + hourMs;
  const everything: AccessGrant = {
    room: parseRoomId('\u{10400}'.repeat(25)),
    role: 'participant',
    publish: Array.from({ length: 8 }, () => 'screen-audio' as const),
    data: false,
    invite: false,
    createRooms: false,
    moderate: false,
  };
  const request = { user: 'u'.repeat(64), name: '會'.repeat(80), expires };
  const access = await tokens.mintAccess({ ...request, grant: everything });
  const { identity } = await tokens.verifyAccess(access);
  const userURL = identity.userURL ?? 'user://acme.test/nobody';
  const session = await tokens.mintSession({
    sessionId: createSessionId(),
    identity: { ...identity, userURL },
  });
  expect(Math.max(access.length, session.length)).toBeLessThan(2_048);
  expect(await tokens.verifySession(session)).toMatchObject({ identity });
});

test.each([
  [{ user: 'guest-1' }, /A user id/],
  [{ user: 'GUEST-1' }, /A user id/],
  [{ user: 'Conference' }, /A user id/],
  [{ user: 'ann smith' }, /A user id/],
  [{ user: '' }, /A user id/],
  [{ user: 'u'.repeat(65) }, /A user id/],
  [{ name: '  ' }, /A name/],
  [{ grant: { room: 'a b' } }, /room, role or sources/],
  [{ expires: Number.NaN }, /not valid/],
])('[T7] nobody’s token says what cannot be: %j', async (request, words) => {
  const { tokens, now } = aService();
  const minting = tokens.mintAccess({ expires: now() + hourMs, ...request });
  await expect(minting).rejects.toMatchObject({ code: 'bad-request', message: expect.stringMatching(words) });
});

test('a key of another length is refused at once', () => {
  expect(() => aService({ key: new Uint8Array(16) })).toThrow(/16 bytes instead of 32/);
});

test('[C61] a pass opens the recordings that it names for a while, and passes for no other token', async () => {
  const { clock, tokens, now } = aService();
  const pass = {
    roomId: parseRoomId('standup'),
    recordings: ['20260102T030405678Z'],
    expires: now() + hourMs,
  };
  const token = await tokens.mintRecordingPass(pass);
  expect(await tokens.verifyRecordingPass(token)).toEqual(pass);
  for (const check of [tokens.verifyAccess, tokens.verifySession, tokens.verify]) {
    await expect(check(token)).rejects.toMatchObject({ code: 'token-invalid' });
  }
  const access = await tokens.mintAccess({ grant, expires: now() + hourMs });
  await expect(tokens.verifyRecordingPass(access)).rejects.toMatchObject({ code: 'token-invalid' });
  clock.advance(hourMs + 10_000);
  await expect(tokens.verifyRecordingPass(token)).rejects.toMatchObject({ code: 'token-expired' });
});
