/** What a request says, as far as it can be judged without knowing the room. */
import {
  ConferenceError,
  type ConferenceMethod,
  conferenceMethods,
  type MessageOf,
  type ParamsOf,
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
