/** What went wrong in the worker, in the port's words. */
import { ConferenceError } from '@plenum/protocol';

/**
 * An error of the engine as one of ours. Where the thing that was worked on is closed by now, that is the cause of
 * whatever was thrown, and said instead.
 */
export function engineFailure(thrown: unknown, isClosed: boolean): ConferenceError {
  if (thrown instanceof ConferenceError) return thrown;
  if (thrown instanceof Error && thrown.name === 'WorkerClosedError') {
    return new ConferenceError('media-server-gone', undefined, { cause: thrown });
  }
  return new ConferenceError(isClosed ? 'closed' : 'internal', undefined, { cause: thrown });
}
