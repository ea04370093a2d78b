/** Errors as problem documents (RFC 9457), made from the one table of errors. */
import { STATUS_CODES } from 'node:http';
import { ConferenceError, type ErrorCode } from '@plenum/protocol';

export const problemType = 'application/problem+json';

export interface Problem {
  /** The code says more than a type could: no document is behind it. */
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  /** For people. */
  readonly detail: string;
  /** For programs: of the table of errors. */
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** What was wrong, in a few words. */
  readonly reason?: unknown;
}

export function problemOf(error: ConferenceError): Problem {
  const { status, message, code, retryable, details } = error;
  const title = STATUS_CODES[status] ?? 'Error';
  const reason = details?.['reason'];
  return {
    type: 'about:blank',
    title,
    status,
    detail: message,
    code,
    retryable,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** What fastify refuses before anybody here sees it. */
const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  413: 'message-too-large',
  415: 'unsupported-type',
};

/** Whatever was thrown while a request was answered. */
export function requestError(thrown: unknown): ConferenceError {
  if (thrown instanceof ConferenceError) return thrown;
  const status = thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
  const code = codeOfStatus[status] ?? (status >= 400 && status < 500 ? 'bad-request' : 'internal');
  return new ConferenceError(code, undefined, { cause: thrown });
}
