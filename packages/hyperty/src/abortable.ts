import { ConferenceError } from '@plenum/protocol';

/**
 * Rejects with `aborted` as soon as the signal says so, whether or not the work listens to it. What the work still
 * brings afterwards is given to `discard`.
 */
export function abortable<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  discard: (late: T) => void = () => undefined,
): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(new ConferenceError('aborted'));
      work.then(discard, () => undefined);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    const settle = () => signal.removeEventListener('abort', abort);
    work.finally(settle).then(resolve, reject);
  });
}
