/** Errors in words: what happened and what to do. The code itself is only shown under *Details*. */
import { ConferenceError, type ErrorCode } from '@plenum/client';

export interface ErrorWords {
  readonly title: string;
  readonly happened: string;
  /** What the reader can do, one sentence; empty where there is nothing. */
  readonly advice: string;
  readonly remedy: Remedy;
}

/** The button that helps: join again, load the page anew, go to another room, or none. */
export type Remedy = 'rejoin' | 'reload' | 'new-room' | 'none';

/** Of a `ConferenceError`, or of anything else that was thrown. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

const serverGone = {
  title: 'The connection was lost',
  happened: 'The server can no longer be reached, so sound and picture have stopped.',
  advice: 'Check your network, then rejoin.',
  remedy: 'rejoin',
} as const;

const notAdmitted = {
  title: 'You cannot enter this room',
  happened: 'The server did not let you in.',
  advice: 'Ask whoever invited you for a new link.',
  remedy: 'none',
} as const;

const notSignedIn = {
  title: 'Your link does not let you in',
  happened: 'The access token in the link is not valid.',
  advice: 'Open the link once more as you got it, or ask whoever invited you for a new one.',
  remedy: 'none',
} as const;

const wordsOf: Partial<Record<ErrorCode, ErrorWords>> = {
  disconnected: serverGone,
  closed: serverGone,
  'shutting-down': {
    title: 'The server is restarting',
    happened: 'The call was ended because the server is being stopped.',
    advice: 'Wait a minute, then rejoin with the same link.',
    remedy: 'rejoin',
  },
  timeout: {
    title: 'The server does not answer',
    happened: 'No answer came in time.',
    advice: 'Check your network, then try again.',
    remedy: 'rejoin',
  },
  'room-closed': {
    title: 'The room was closed',
    happened: 'The call was ended for everybody.',
    advice: 'If you want to go on talking, open a new room.',
    remedy: 'none',
  },
  'room-not-found': {
    title: 'There is no such room',
    happened: 'The room does not exist, or not any more.',
    advice: 'Check the link, or open a new room.',
    remedy: 'new-room',
  },
  removed: {
    title: 'You were removed',
    happened: 'Somebody who manages the room took you out of the call.',
    advice: 'If that was a mistake, ask them before you rejoin.',
    remedy: 'rejoin',
  },
  banned: {
    title: 'You may not come back',
    happened: 'Somebody who manages the room took you out of it for good.',
    advice: 'If that was a mistake, ask them to open another room for you.',
    remedy: 'none',
  },
  refused: {
    title: 'You were not let in',
    happened: 'Somebody who manages the room decided so.',
    advice: 'If that was a mistake, reach them another way, then ask again.',
    remedy: 'rejoin',
  },
  'not-authorized': notAdmitted,
  'blocked-by-policy': notAdmitted,
  'room-locked': {
    title: 'The room is locked',
    happened: 'Nobody else comes in for now.',
    advice: 'Ask somebody inside to unlock it, then try again.',
    remedy: 'rejoin',
  },
  'guests-refused': {
    title: 'Guests cannot enter this room',
    happened: 'It is only for people who were invited or have signed in.',
    advice: 'Ask somebody inside for a guest link.',
    remedy: 'none',
  },
  'token-invalid': notSignedIn,
  'token-expired': {
    ...notSignedIn,
    title: 'Your link has expired',
    happened: 'The time is over for which it let people in.',
    advice: 'Ask whoever invited you for a new one.',
  },
  'token-for-another-room': {
    ...notSignedIn,
    title: 'Your link is for another room',
    happened: 'The access token in it does not open this one.',
  },
  'session-resumed': {
    title: 'The call goes on elsewhere',
    happened: 'Another tab of this browser has taken it over.',
    advice: 'Go to that tab, or close it and rejoin here.',
    remedy: 'rejoin',
  },
  'session-lost': {
    title: 'You were away too long',
    happened: 'The server has given your place away.',
    advice: 'Rejoin with the same link.',
    remedy: 'rejoin',
  },
  'session-taken': {
    title: 'The server mistook you for somebody else',
    happened: 'Another browser has the same session.',
    advice: 'Try again.',
    remedy: 'rejoin',
  },
  declined: {
    title: 'The invitation was declined',
    happened: 'The other one does not come in.',
    advice: 'Ask them another way.',
    remedy: 'none',
  },
  'user-unreachable': {
    title: 'That person is not there',
    happened: 'They have no page of this server open.',
    advice: 'Send them the link instead.',
    remedy: 'none',
  },
  'room-exists': {
    title: 'There is a room of that name',
    happened: 'Somebody else has opened it.',
    advice: 'Choose another name.',
    remedy: 'new-room',
  },
  'room-not-empty': {
    title: 'Somebody is still there',
    happened: 'The room cannot be closed while people are in it.',
    advice: 'End the call for everybody instead.',
    remedy: 'none',
  },
  'resource-not-found': {
    title: 'That is no longer there',
    happened: 'It has been removed meanwhile.',
    advice: '',
    remedy: 'none',
  },
  'participant-not-found': {
    title: 'They are no longer there',
    happened: 'They have left the room.',
    advice: '',
    remedy: 'none',
  },
  'descriptor-refused': {
    title: 'A part of the page was refused',
    happened: 'The server does not allow that program here.',
    advice: 'Tell whoever runs the server.',
    remedy: 'none',
  },
  'integrity-mismatch': {
    title: 'A part of the page was changed on its way',
    happened: 'A program is not what the server announced, so it was not started.',
    advice: 'Reload the page; if it happens again, tell whoever runs the server.',
    remedy: 'reload',
  },
  'message-too-large': {
    title: 'That is too long',
    happened: 'The server does not take as much at once.',
    advice: 'Make it shorter.',
    remedy: 'none',
  },
  'origin-refused': {
    title: 'This page may not connect',
    happened: 'The server does not accept calls from this address.',
    advice: 'Open the link that you were given, or tell whoever runs the server.',
    remedy: 'none',
  },
  'capacity-exceeded': {
    title: 'The room is full',
    happened: 'There is no place for more people at the moment.',
    advice: 'Try again when somebody has left.',
    remedy: 'rejoin',
  },
  'rate-limited': {
    title: 'Too many attempts',
    happened: 'The server asks this browser to slow down.',
    advice: 'Wait a minute, then try again.',
    remedy: 'rejoin',
  },
  'media-failed': {
    title: 'Sound and picture cannot get through',
    happened: 'The server was reached, but the connection for sound and picture could not be made.',
    advice: 'A firewall or VPN may block it: try another network, or switch the VPN off, then rejoin.',
    remedy: 'rejoin',
  },
  'media-server-gone': {
    title: 'The call was interrupted',
    happened: 'The part of the server that carries sound and picture stopped.',
    advice: 'Rejoin; the others have to do so too.',
    remedy: 'rejoin',
  },
  'unsupported-media': {
    title: 'This browser cannot take part',
    happened: 'Browser and server have no way of coding sound or picture in common.',
    advice: 'Use a current Chrome, Edge, Firefox or Safari.',
    remedy: 'none',
  },
  'invalid-answer': {
    title: 'This browser cannot take part',
    happened: 'The browser answered with settings for sound and picture that cannot be used.',
    advice: 'Bring it up to date, or use another browser.',
    remedy: 'reload',
  },
  'version-mismatch': {
    title: 'There is a new version',
    happened: 'This page is older than the server and they no longer understand each other.',
    advice: 'Reload the page, then join again.',
    remedy: 'reload',
  },
  'already-joined': {
    title: 'You are in this room already',
    happened: 'This browser takes part in the call already.',
    advice: 'Go to the other tab, or close it and rejoin here.',
    remedy: 'rejoin',
  },
  internal: {
    title: 'Something failed on our side',
    happened: 'The server could not go on.',
    advice: 'Rejoin; if it fails again, tell whoever runs the server.',
    remedy: 'rejoin',
  },
};

const unsupportedBrowser: ErrorWords = {
  title: 'This browser cannot make calls',
  happened: 'It lacks WebRTC, or WebRTC is switched off by a setting or an extension.',
  advice: 'Use a current Chrome, Edge, Firefox or Safari.',
  remedy: 'none',
};

/** Words for any failure; for a code that is not in the table the error's own message. */
export function errorWords(failure: Failure): ErrorWords {
  if (failure.code === 'unsupported-browser') return unsupportedBrowser;
  const table: Readonly<Record<string, ErrorWords>> = wordsOf;
  const words = Object.hasOwn(table, failure.code) ? table[failure.code] : undefined;
  if (words === undefined) return unknownFailure(failure);
  if (failure.code === 'media-failed') return connectionWords(words, failure);
  if (unanswered.includes(failure.code) && failure.details?.['stage'] === 'signalling')
    return unansweredWords;
  const reason = reasonOf(failure);
  return reason === undefined ? words : { ...words, happened: `${words.happened} They wrote: “${reason}”` };
}

const unansweredWords: ErrorWords = {
  title: 'The server does not answer',
  happened: 'Signalling failed, the first stage of a connection: no answer came in time.',
  advice: 'Check your network, then try again.',
  remedy: 'rejoin',
};

const adviceFor: Readonly<Record<string, string>> = {
  signalling: 'Check your network, then rejoin.',
  securing:
    'Something on the way lets only a part through: try another network, or switch a VPN off, then rejoin.',
};

/** What was found out of the connection says more than any words of ours: which stage failed, and what was tried. */
function connectionWords(words: ErrorWords, { message, details }: Failure): ErrorWords {
  const stage = details?.['stage'];
  if (typeof stage !== 'string') return words;
  return { ...words, happened: message, advice: adviceFor[stage] ?? words.advice };
}

/** Codes that say of an attempt to join that there was no answer: the first stage of a connection, then. */
const unanswered: readonly string[] = ['timeout', 'disconnected'];

/** What failed while one tried to join. */
export function joinFailure(thrown: unknown): Failure {
  const failure = toFailure(thrown);
  if (!unanswered.includes(failure.code)) return failure;
  return { ...failure, details: { ...failure.details, stage: 'signalling' } };
}

/** Codes whose message may be what somebody who manages the room wrote. */
const reasoned: readonly ErrorCode[] = ['removed', 'banned', 'refused', 'room-closed'];

/** What somebody wrote, where it is not the code's own text. */
function reasonOf({ code, message }: Failure): string | undefined {
  const known = reasoned.find((one) => one === code);
  if (known === undefined || message === '') return undefined;
  return message === new ConferenceError(known).message ? undefined : message;
}

function unknownFailure(failure: Failure): ErrorWords {
  return {
    title: 'The call ended',
    happened: failure.message,
    advice: 'Rejoin; if it fails again, tell whoever runs the server.',
    remedy: 'rejoin',
  };
}

/** What *Details* shows: for whoever has to find the cause. */
export function errorDetails(failure: Failure): string {
  const facts = Object.entries(failure.details ?? {}).map(
    ([key, value]) => `${key}: ${JSON.stringify(value)}`,
  );
  return [`${failure.code}: ${failure.message}`, ...facts].join('\n');
}

/** Makes a failure of whatever was thrown. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof Error) {
    const { code, details } = thrown as Error & Partial<Failure>;
    return { code: typeof code === 'string' ? code : 'internal', message: thrown.message, details };
  }
  return { code: 'internal', message: String(thrown) };
}
