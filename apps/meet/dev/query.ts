/** What the harness's address asks for. */
import { ConferenceError, type ErrorCode, isErrorCode } from '@plenum/client';

export function codeOf(query: URLSearchParams, key: string): ErrorCode | undefined {
  const code = query.get(key);
  return code !== null && isErrorCode(code) ? code : undefined;
}

/** The error of that code, with what a moderator wrote. */
export function errorOf(query: URLSearchParams, key: string): ConferenceError | undefined {
  const code = codeOf(query, key);
  return code === undefined ? undefined : new ConferenceError(code, query.get('reason') ?? undefined);
}
