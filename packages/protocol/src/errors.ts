/**
 * The one table of errors. A code is what programs compare; the text is what a person may read.
 * `status` is the response code of a message (RFC 9110 numbers), `close` the WebSocket close code where the
 * error ends the socket (RFC 6455 section 7.4.2 leaves 4000-4999 to applications).
 */
export const errorTable = {
  'bad-message': { status: 400, close: 4400, retryable: false, text: 'The message is not understood.' },
  'message-too-large': { status: 413, close: 4413, retryable: false, text: 'The message is too large.' },
  'bad-request': { status: 400, close: 4400, retryable: false, text: 'The request is not valid.' },
  'unknown-method': { status: 404, close: 4404, retryable: false, text: 'There is no such method.' },
  'session-required': { status: 401, close: 4401, retryable: false, text: 'Open a session first.' },
  'session-taken': { status: 409, close: 4409, retryable: true, text: 'The session id is in use.' },
  'wrong-domain': { status: 421, close: 4421, retryable: true, text: 'This node serves another domain.' },
  'version-mismatch': {
    status: 426,
    close: 4426,
    retryable: false,
    text: 'The versions of client and server do not fit together. Reload the page.',
  },
  'not-authorized': { status: 403, close: 4403, retryable: false, text: 'That is not allowed.' },
  'blocked-by-policy': {
    status: 403,
    close: 4403,
    retryable: false,
    text: 'A rule of the server forbids that.',
  },
  'token-invalid': { status: 401, close: 4401, retryable: false, text: 'The access token is not valid.' },
  'token-required': { status: 401, close: 4401, retryable: false, text: 'An access token is needed.' },
  'token-expired': { status: 401, close: 4401, retryable: false, text: 'The access token has expired.' },
  'token-for-another-room': {
    status: 403,
    close: 4403,
    retryable: false,
    text: 'The access token is for another room.',
  },
  'session-lost': {
    status: 410,
    close: 4410,
    retryable: true,
    text: 'The server has forgotten the session.',
  },
  'session-resumed': { status: 409, close: 4409, retryable: false, text: 'The session goes on elsewhere.' },
  'origin-refused': {
    status: 403,
    close: 4403,
    retryable: false,
    text: 'Pages of this origin may not connect.',
  },
  'address-taken': { status: 409, close: 4409, retryable: false, text: 'The address is in use.' },
  'address-not-found': { status: 404, close: 4404, retryable: false, text: 'Nobody is at that address.' },
  'object-not-found': { status: 404, close: 4404, retryable: false, text: 'There is no such object.' },
  'room-not-found': { status: 404, close: 4404, retryable: false, text: 'There is no such room.' },
  'room-exists': { status: 409, close: 4409, retryable: false, text: 'The room exists already.' },
  'room-closed': { status: 410, close: 4410, retryable: false, text: 'The room was closed.' },
  'room-not-empty': { status: 409, close: 4409, retryable: false, text: 'Somebody is still in the room.' },
  'participant-not-found': { status: 404, close: 4404, retryable: false, text: 'Nobody by that id is here.' },
  'already-joined': { status: 409, close: 4409, retryable: false, text: 'You are in that room already.' },
  'room-locked': { status: 423, close: 4423, retryable: true, text: 'The room is locked.' },
  'guests-refused': {
    status: 403,
    close: 4403,
    retryable: false,
    text: 'The room is only for people who were invited or signed in.',
  },
  banned: { status: 403, close: 4403, retryable: false, text: 'You were removed and may not come back.' },
  declined: { status: 403, close: 4403, retryable: false, text: 'The invitation was declined.' },
  'user-unreachable': { status: 404, close: 4404, retryable: true, text: 'That person is not connected.' },
  'resource-not-found': { status: 404, close: 4404, retryable: false, text: 'There is no such resource.' },
  'descriptor-refused': {
    status: 403,
    close: 4403,
    retryable: false,
    text: 'The hyperty may not be deployed here.',
  },
  'integrity-mismatch': {
    status: 409,
    close: 4409,
    retryable: false,
    text: 'The code is not what its descriptor promises.',
  },
  removed: { status: 403, close: 4403, retryable: false, text: 'You were removed from the room.' },
  refused: { status: 403, close: 4403, retryable: false, text: 'You were not admitted to the room.' },
  'capacity-exceeded': {
    status: 503,
    close: 4503,
    retryable: true,
    text: 'There is no room for more. Try again later.',
  },
  'rate-limited': { status: 429, close: 4429, retryable: true, text: 'Too many messages. Slow down.' },
  'invalid-answer': {
    status: 400,
    close: 4400,
    retryable: false,
    text: 'The browser answered with media settings that cannot be used.',
  },
  'invalid-offer': {
    status: 400,
    close: 4400,
    retryable: false,
    text: 'The session description is not one that can be answered here.',
  },
  'invalid-object': { status: 400, close: 4400, retryable: false, text: 'The data object is not valid.' },
  'unsupported-media': {
    status: 415,
    close: 4415,
    retryable: false,
    text: 'Browser and server have no codec in common.',
  },
  'needs-media-server': {
    status: 409,
    close: 4409,
    retryable: false,
    text: 'In this room sound and picture go straight from one to another, and not through the media server.',
  },
  'media-failed': {
    status: 502,
    close: 4502,
    retryable: true,
    text: 'The connection for sound and picture could not be made.',
  },
  'media-server-gone': {
    status: 503,
    close: 4503,
    retryable: true,
    text: 'The media server stopped. Join again.',
  },
  'mixer-unavailable': {
    status: 503,
    close: 4503,
    retryable: true,
    text: 'One picture of everybody cannot be had now.',
  },
  'unsupported-type': { status: 415, close: 4415, retryable: false, text: 'The content is of another type.' },
  'method-not-allowed': { status: 405, close: 4405, retryable: false, text: 'That cannot be done there.' },
  'precondition-failed': {
    status: 412,
    close: 4412,
    retryable: false,
    text: 'It has changed since: the entity tag is another now.',
  },
  'precondition-required': {
    status: 428,
    close: 4428,
    retryable: false,
    text: 'The request has to say which state it is about, by If-Match.',
  },
  'recording-unavailable': {
    status: 409,
    close: 4409,
    retryable: false,
    text: 'This room cannot be recorded.',
  },
  'broadcast-unavailable': {
    status: 409,
    close: 4409,
    retryable: false,
    text: 'This room cannot be broadcast.',
  },
  'not-broadcast': { status: 404, close: 4404, retryable: true, text: 'This room is not broadcast now.' },
  'broadcast-failed': {
    status: 500,
    close: 4500,
    retryable: true,
    text: 'The live stream could not be made any more.',
  },
  'storage-full': { status: 507, close: 4507, retryable: true, text: 'The server has no space left.' },
  'storage-failed': {
    status: 500,
    close: 4500,
    retryable: true,
    text: 'The server cannot write to its disk.',
  },
  'too-many-files': {
    status: 507,
    close: 4507,
    retryable: false,
    text: 'The recording has as many files as it may have.',
  },
  'storage-unreachable': {
    status: 503,
    close: 4503,
    retryable: true,
    text: 'The store where that is kept does not answer.',
  },
  timeout: { status: 408, close: 4408, retryable: true, text: 'No answer came in time.' },
  aborted: { status: 499, close: 4499, retryable: false, text: 'The operation was cancelled.' },
  disconnected: { status: 503, close: 4503, retryable: true, text: 'The connection to the server was lost.' },
  closed: { status: 410, close: 4410, retryable: false, text: 'It is closed already.' },
  'shutting-down': { status: 503, close: 4503, retryable: true, text: 'The server is stopping.' },
  'invalid-config': { status: 500, close: 4500, retryable: false, text: 'The configuration is not valid.' },
  'device-not-found': { status: 404, close: 4404, retryable: false, text: 'There is no such device.' },
  'device-in-use': { status: 409, close: 4409, retryable: true, text: 'Another program uses the device.' },
  'permission-denied': {
    status: 403,
    close: 4403,
    retryable: true,
    text: 'The browser was not allowed to use the device.',
  },
  'insecure-page': {
    status: 403,
    close: 4403,
    retryable: false,
    text: 'Browsers give camera and microphone only to pages loaded over HTTPS or from localhost.',
  },
  'file-corrupt': {
    status: 422,
    close: 4422,
    retryable: true,
    text: 'What arrived is not the file that was sent.',
  },
  'file-unreadable': {
    status: 422,
    close: 4422,
    retryable: true,
    text: 'The file was changed or removed while it was being sent.',
  },
  'participant-left': {
    status: 410,
    close: 4410,
    retryable: false,
    text: 'They left before it was finished.',
  },
  internal: { status: 500, close: 4500, retryable: true, text: 'Something failed on our side.' },
} as const satisfies Readonly<
  Record<
    string,
    { readonly status: number; readonly close: number; readonly retryable: boolean; readonly text: string }
  >
>;

export type ErrorCode = keyof typeof errorTable;

export interface ConferenceErrorOptions {
  /** Facts for programs and for *Details*; never secrets. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

/** The one error class. What went wrong is in `code`; `message` may be shown to a person. */
export class ConferenceError extends Error {
  override readonly name = 'ConferenceError';
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message?: string, options: ConferenceErrorOptions = {}) {
    super(message ?? errorTable[code].text, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.retryable = errorTable[code].retryable;
    this.details = options.details;
  }

  /** The response code that carries this error. */
  get status(): number {
    return errorTable[this.code].status;
  }

  /** The WebSocket close code that carries this error. */
  get closeCode(): number {
    return errorTable[this.code].close;
  }
}

/** An error as it crosses the wire: no stack, no cause. */
export interface WireError {
  readonly code: string;
  readonly retryable: boolean;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

/** Wraps whatever was thrown, once: a `ConferenceError` stays what it is. */
export function toConferenceError(thrown: unknown, fallback: ErrorCode = 'internal'): ConferenceError {
  return thrown instanceof ConferenceError
    ? thrown
    : new ConferenceError(fallback, undefined, { cause: thrown });
}

export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
