import type { RequestOptions } from '@plenum/hyperty';
import { type ConferenceMethod, conferenceMethods, type ResultOf } from '@plenum/protocol';
import * as v from 'valibot';
import type { OpenSession } from './client-session.ts';

/** Asks something of the conference server. @throws ConferenceError as it refuses. */
export async function execute<M extends ConferenceMethod>(
  { runtime, hypertyUrl, conferenceUrl }: OpenSession,
  method: M,
  params: unknown,
  options: RequestOptions = {},
): Promise<ResultOf<M>> {
  const body = { method, params };
  const { value } = await runtime.bus.request(
    { type: 'execute', from: hypertyUrl, to: conferenceUrl, body },
    options,
  );
  return v.parse(conferenceMethods[method].result, value) as ResultOf<M>;
}
