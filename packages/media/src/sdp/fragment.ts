/** The part of a description that ICE is about, as it is sent when that alone changes (RFC 8840 section 9, RFC 9725 section 4.3). */
import { ConferenceError } from '@plenum/protocol';

export interface IceCredentials {
  /** `ice-ufrag` (RFC 8839 section 5.4). */
  readonly usernameFragment: string;
  readonly password: string;
}

/** Characters; a fragment with every candidate that a client may have is far shorter. */
const maxLength = 32_768;

/** Of a description or a fragment; undefined where it names none, as one that only brings candidates need not. */
export function readIceCredentials(sdp: string): IceCredentials | undefined {
  const usernameFragment = /^a=ice-ufrag:([A-Za-z0-9+/]{4,256})\s*$/m.exec(sdp)?.[1];
  const password = /^a=ice-pwd:([A-Za-z0-9+/]{22,256})\s*$/m.exec(sdp)?.[1];
  return usernameFragment === undefined || password === undefined
    ? undefined
    : { usernameFragment, password };
}

const fragmentLine = /^(?:$|a=(?:group|mid|ice-|candidate|end-of-candidates)|m=|[a-z]=)/;

/**
 * What a client's fragment brings. Its candidates are of no use to a server that is ICE-lite (RFC 8445 section 2.5): it answers
 * whoever has the password, from wherever they come.
 * @throws ConferenceError `bad-request` for text that is no fragment.
 */
export function parseFragment(text: string): { readonly credentials: IceCredentials | undefined } {
  const lines = text.split(/\r?\n/);
  const isFragment = text.length <= maxLength && lines.every((line) => fragmentLine.test(line));
  if (!isFragment || !lines.some((line) => line.startsWith('a='))) {
    throw new ConferenceError('bad-request', 'That is no fragment of a session description.');
  }
  return { credentials: readIceCredentials(text) };
}

const sessionPart = /^a=(?:ice-lite|group:)/;
const linePart = /^(?:m=|a=(?:mid|ice-ufrag|ice-pwd|candidate|end-of-candidates))/;

/** Of a bundle the first m-line alone says where it is (RFC 9725 section 4.3.2). @param sdp A whole description. */
export function formatFragment(sdp: string): string {
  const [session = '', ...sections] = sdp.split(/^(?=m=)/m);
  const used = sections.find((section) => !/^m=\S+ 0 /.test(section)) ?? '';
  const pick = (part: string, pattern: RegExp) => part.split('\r\n').filter((line) => pattern.test(line));
  return [...pick(session, sessionPart), ...pick(used, linePart), ''].join('\r\n');
}
