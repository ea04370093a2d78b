/** Which tracks something comes by, seen by counting twice. */

import type { Clock } from '@plenum/hyperty';
import type { WayState } from './path-choice.ts';

/** Frames decoded or packets received, by the id of the track that they make. */
type Arrivals = ReadonlyMap<string, number>;

/** Reads `inbound-rtp` of W3C WebRTC Statistics section 8.5. */
function readArrivals(stats: RTCStatsReport): Arrivals {
  const inbound = [...stats.values()].filter(({ type }) => type === 'inbound-rtp');
  return new Map(
    inbound.flatMap(({ kind, trackIdentifier, framesDecoded = 0, packetsReceived = 0 }) =>
      typeof trackIdentifier === 'string'
        ? [[trackIdentifier, kind === 'video' ? framesDecoded : packetsReceived]]
        : [],
    ),
  );
}

/** The tracks that more has come by since. */
function grownSince(before: Arrivals, now: Arrivals): ReadonlySet<string> {
  return new Set([...now].flatMap(([id, count]) => (count > (before.get(id) ?? 0) ? [id] : [])));
}

/** Short beside what people notice, long beside the pause between two frames; milliseconds. */
export const reviewEveryMs = 100;
/** Of sound that is left out in silence a packet comes every 400 ms (RFC 3389, Opus DTX). */
const flowsForMs = 600;

/** Which tracks something has come by lately. */
export class Flow {
  readonly #clock: Clock;
  readonly #getStats: () => Promise<RTCStatsReport>;
  readonly #lastArrival = new Map<string, number>();
  /** Undefined before the first look, which tells nothing yet. */
  #arrivals: Arrivals | undefined;

  constructor(clock: Clock, getStats: () => Promise<RTCStatsReport>) {
    this.#clock = clock;
    this.#getStats = getStats;
  }

  /** A connection that cannot be asked has nothing to tell. */
  async count(): Promise<void> {
    const stats = await this.#getStats().catch((): RTCStatsReport => new Map());
    const arrivals = readArrivals(stats);
    const now = this.#clock.now();
    for (const id of grownSince(this.#arrivals ?? arrivals, arrivals)) this.#lastArrival.set(id, now);
    this.#arrivals = arrivals;
  }

  stateOf(track: MediaStreamTrack | undefined): WayState {
    if (track === undefined) return 'none';
    const at = this.#lastArrival.get(track.id);
    return at !== undefined && this.#clock.now() - at < flowsForMs ? 'flowing' : 'idle';
  }
}
