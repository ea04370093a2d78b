/** What a link without a browser says of the tracks that something comes by. */

export interface FakeArrivals {
  /** The ids of the tracks that something comes by. */
  readonly tracks: Set<string>;
  getStats(): Promise<RTCStatsReport>;
}

export function fakeArrivals(): FakeArrivals {
  const tracks = new Set<string>();
  const counts = new Map<string, number>();
  return {
    tracks,
    getStats: async () => {
      for (const id of tracks) counts.set(id, (counts.get(id) ?? 0) + 1);
      return new Map(
        [...counts].map(([id, framesDecoded]) => [
          id,
          { type: 'inbound-rtp', kind: 'video', trackIdentifier: id, framesDecoded },
        ]),
      ) as RTCStatsReport;
    },
  };
}
