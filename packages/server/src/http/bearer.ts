/** Access tokens in requests (RFC 6750 section 2.1), and what is said where one is missing (section 3). */
import { createHash, timingSafeEqual } from 'node:crypto';
import { ConferenceError, type ErrorCode } from '@plenum/protocol';

/** @throws ConferenceError `token-invalid` for another scheme. */
export function readBearer(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new ConferenceError('token-invalid');
  return token;
}

/** Of the table of errors those with 401; undefined for others. */
export function challengeFor(code: ErrorCode): string | undefined {
  if (code === 'token-required') return 'Bearer';
  if (code === 'token-invalid' || code === 'token-expired') return 'Bearer error="invalid_token"';
  return undefined;
}

/** What is kept of a token, to know it again. */
export type TokenMark = Buffer | undefined;

export function markOf(token: string | undefined): TokenMark {
  return token === undefined ? undefined : createHash('sha256').update(token).digest();
}

/**
 * Who made something with a token changes it with the same.
 * @throws ConferenceError `token-required`, `token-invalid`.
 */
export function checkMark(mark: TokenMark, token: string | undefined): void {
  const given = markOf(token);
  if (mark === undefined) return;
  if (given === undefined) throw new ConferenceError('token-required');
  if (!timingSafeEqual(mark, given)) throw new ConferenceError('token-invalid');
}
