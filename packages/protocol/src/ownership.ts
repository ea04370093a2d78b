/** Whose object it is that somebody brings. */
import * as v from 'valibot';
import { type ConnectionSnapshot, connectionSnapshotSchema } from './connection.ts';
import type { SyncMetadata } from './data-object.ts';
import { ConferenceError } from './errors.ts';
import { type HypertyUrl, splitAddress, subscriptionOf } from './url.ts';

/**
 * A hyperty may bring only an object that it reports itself, at an address of its own session.
 * @throws ConferenceError `not-authorized`.
 */
export function checkOwnership(
  from: string,
  { url, reporter }: SyncMetadata,
  scheme: 'connection' | 'context',
): HypertyUrl {
  const sender = splitAddress(from);
  const object = splitAddress(url);
  const isOwn =
    sender?.path.split('/')[0] === object?.path.split('/')[0] && sender?.domain === object?.domain;
  if (sender?.scheme !== 'hyperty' || object?.scheme !== scheme || reporter !== from || !isOwn) {
    throw new ConferenceError('not-authorized', 'The object is not the sender’s own.');
  }
  return from as HypertyUrl;
}

/**
 * One side's half of a link, brought by a `create` from the object's `/subscription`.
 * @throws ConferenceError `bad-request`, `not-authorized`.
 */
export function readBroughtConnection(from: string, value: unknown): ConnectionSnapshot {
  const parsed = v.safeParse(connectionSnapshotSchema, value);
  if (!parsed.success) throw new ConferenceError('bad-request');
  const snapshot = parsed.output;
  if (from !== subscriptionOf(snapshot.url)) throw new ConferenceError('not-authorized');
  checkOwnership(snapshot.reporter, snapshot, 'connection');
  return snapshot;
}
