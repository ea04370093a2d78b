/** The way back into a room whose session or link was lost: tried until it works, or the server says that there is none. */
import { type Clock, retryDelayMs } from '@plenum/hyperty';
import { ConferenceError, type ErrorCode, toConferenceError } from '@plenum/protocol';
import { pause } from './pause.ts';

export interface ComebackOptions<T> {
  readonly clock: Clock;
  /** Ends it: it rejects with `aborted`. */
  readonly signal: AbortSignal;
  /** Milliseconds for which the node keeps a session that it lost. */
  readonly resumeWithinMs: number;
  readonly attempt: () => Promise<T>;
  /** An attempt has failed; another follows. */
  readonly onRetry: () => void;
}

/** A room may be full of oneself, as long as the server keeps the place of the session that was lost. */
const refusals: ReadonlySet<ErrorCode> = new Set(['room-locked', 'capacity-exceeded']);
/** A node learns of a loss up to so many milliseconds late. */
const lateMs = 5_000;

/** @throws ConferenceError why there is no way back. */
export async function comeBack<T>(options: ComebackOptions<T>): Promise<T> {
  const { clock, signal, resumeWithinMs, attempt, onRetry } = options;
  let refusedSince: number | undefined;
  for (let attempts = 0; ; attempts++) {
    // Spread from the first attempt on: after a restart everybody comes back.
    await pause(clock, retryDelayMs(attempts), signal);
    if (signal.aborted) throw new ConferenceError('aborted');
    try {
      return await attempt();
    } catch (thrown) {
      if (!(thrown instanceof ConferenceError) || !thrown.retryable) throw toConferenceError(thrown);
      // What is no refusal says nothing of the room: the network, or a server that is starting.
      refusedSince = refusals.has(thrown.code) ? (refusedSince ?? clock.now()) : undefined;
      if (refusedSince !== undefined && clock.now() - refusedSince >= resumeWithinMs + lateMs) throw thrown;
      onRetry();
    }
  }
}
