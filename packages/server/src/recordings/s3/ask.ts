/** How a store is asked: within a time, and with errors of ours. */
import { ConferenceError } from '@plenum/protocol';
import { statusOf } from './problem.ts';

/** Milliseconds until an answer begins, tries again included: whoever wants to see something waits for it. */
const answersWithinMs = 10_000;

export interface AskOptions {
  /** Ends it from outside. */
  readonly signal?: AbortSignal | undefined;
  readonly withinMs?: number;
}

/** @throws ConferenceError as `tell`. @param run What its signal does to what comes after the answer does not matter any more. */
export function ask<T>(
  run: (abortSignal: AbortSignal) => Promise<T>,
  { signal, withinMs = answersWithinMs }: AskOptions = {},
): Promise<T> {
  return tell(async () => {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), withinMs);
    try {
      return await run(signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]));
    } finally {
      clearTimeout(timer);
    }
  }, signal);
}

/** As `ask`; what is not there is nothing. */
export function askFor<T>(
  run: (abortSignal: AbortSignal) => Promise<T>,
  options?: AskOptions,
): Promise<T | undefined> {
  return ask(async (abortSignal) => {
    try {
      return await run(abortSignal);
    } catch (thrown) {
      const isNoBucket = thrown instanceof Error && thrown.name === 'NoSuchBucket';
      if (statusOf(thrown) === 404 && !isNoBucket) return undefined;
      throw thrown;
    }
  }, options);
}

/** For what takes as long as it takes. @throws ConferenceError `aborted`, or `storage-unreachable` with what the client threw as its cause. */
export async function tell<T>(run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw new ConferenceError(signal?.aborted === true ? 'aborted' : 'storage-unreachable', undefined, {
      cause,
    });
  }
}
