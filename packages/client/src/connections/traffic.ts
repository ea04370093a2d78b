/** How much a connection carries, between two looks at it. */
import { numberIn, type Stats, selectedPair, statsOf, sumOf } from './stats.ts';

export interface TrafficCount {
  /** Of the monotonic clock, milliseconds. */
  readonly atMs: number;
  readonly bytesSent: number | undefined;
  readonly bytesReceived: number | undefined;
  readonly packetsReceived: number | undefined;
  readonly packetsLost: number | undefined;
}

export interface ConnectionTraffic {
  /** bit/s, everything together. */
  readonly sentBps: number | undefined;
  readonly receivedBps: number | undefined;
  /** 0 to 1: of the packets of media that should have come. */
  readonly lost: number | undefined;
}

export function countTraffic(stats: Stats, atMs: number): TrafficCount {
  const pair = selectedPair(stats);
  const media = statsOf(stats, 'inbound-rtp');
  return {
    atMs,
    bytesSent: numberIn(pair, 'bytesSent'),
    bytesReceived: numberIn(pair, 'bytesReceived'),
    packetsReceived: sumOf(media, 'packetsReceived'),
    packetsLost: sumOf(media, 'packetsLost'),
  };
}

/** Undefined where the counts say nothing: another path counts anew. */
export function measureTraffic(before: TrafficCount, after: TrafficCount): ConnectionTraffic | undefined {
  const elapsedMs = after.atMs - before.atMs;
  if (elapsedMs <= 0) return undefined;
  const rate = (bytes: number | undefined) =>
    bytes === undefined ? undefined : Math.round((bytes * 8 * 1000) / elapsedMs);
  return {
    sentBps: rate(growth(before.bytesSent, after.bytesSent)),
    receivedBps: rate(growth(before.bytesReceived, after.bytesReceived)),
    lost: share(
      growth(before.packetsLost, after.packetsLost),
      growth(before.packetsReceived, after.packetsReceived),
    ),
  };
}

function growth(before: number | undefined, after: number | undefined): number | undefined {
  if (before === undefined || after === undefined || after < before) return undefined;
  return after - before;
}

function share(lost: number | undefined, received: number | undefined): number | undefined {
  if (lost === undefined || received === undefined || lost + received === 0) return undefined;
  return lost / (lost + received);
}
