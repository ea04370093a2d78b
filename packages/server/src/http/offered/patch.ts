/**
 * What a `PATCH` of a link's resource asks for (RFC 9725 section 4.3): one pure function.
 *
 * | `If-Match`            | the fragment's user name fragment | answer                              |
 * |-----------------------|-----------------------------------|-------------------------------------|
 * | absent                |                                   | 428                                 |
 * | neither `*` nor ours  |                                   | 412                                 |
 * | otherwise             | another than before               | 200, an ICE restart, another ETag   |
 * |                       | the same, or none                 | 204, candidates                     |
 */
import type { IceCredentials } from '@plenum/media';
import { ConferenceError } from '@plenum/protocol';

export interface IceState {
  /** With its quotes. */
  readonly etag: string;
  /** The client's. */
  readonly usernameFragment: string | undefined;
}

/** @throws ConferenceError `precondition-required`, `precondition-failed`. */
export function judgePatch(
  { etag, usernameFragment }: IceState,
  ifMatch: string | undefined,
  credentials: IceCredentials | undefined,
): 'restart' | 'candidates' {
  if (ifMatch === undefined) throw new ConferenceError('precondition-required');
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (!tags.includes('*') && !tags.includes(etag)) throw new ConferenceError('precondition-failed');
  const isOther = credentials !== undefined && credentials.usernameFragment !== usernameFragment;
  return isOther ? 'restart' : 'candidates';
}
