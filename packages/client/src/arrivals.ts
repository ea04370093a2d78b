/** Which tracks something comes by, seen by counting twice. */

/** Frames decoded or packets received, by the id of the track that they make. */
export type Arrivals = ReadonlyMap<string, number>;

export const nothingArrived: Arrivals = new Map();

/** Reads `inbound-rtp` of W3C WebRTC Statistics section 8.5. */
export function readArrivals(stats: RTCStatsReport): Arrivals {
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
export function grownSince(before: Arrivals, now: Arrivals): ReadonlySet<string> {
  return new Set([...now].flatMap(([id, count]) => (count > (before.get(id) ?? 0) ? [id] : [])));
}
