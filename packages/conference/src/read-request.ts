/** What a request says, as far as it can be judged without knowing the room. */
import {
  ConferenceError,
  type ConferenceMethod,
  conferenceMethods,
  type HypertyUrl,
  type MessageOf,
  type ParamsOf,
  type SyncMetadata,
  splitAddress,
} from '@plenum/protocol';
import * as v from 'valibot';

/** @throws ConferenceError `bad-request`, with the place. */
export function parseParams<M extends ConferenceMethod>(
  method: M,
  message: MessageOf<'execute'>,
): ParamsOf<M> {
  const parsed = v.safeParse(conferenceMethods[method].params, message.body.params);
  if (parsed.success) return parsed.output as ParamsOf<M>;
  const path = v.getDotPath(parsed.issues[0]) ?? '';
  throw new ConferenceError('bad-request', `The parameter ${path} is not valid.`, { details: { path } });
}

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
