/**
 * Credentials that end by themselves, as TURN servers with a shared secret take them: the name says until when, and the
 * password proves that it was given out (draft-uberti-behave-turn-rest-00 section 2.2).
 */
import { createHmac } from 'node:crypto';

export interface TimedCredentials {
  readonly username: string;
  readonly credential: string;
}

/** @param expiresAtMs Milliseconds since 1970; the name has whole seconds. */
export function issueCredentials(secret: string, id: string, expiresAtMs: number): TimedCredentials {
  const username = `${Math.floor(expiresAtMs / 1000)}:${id}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}
