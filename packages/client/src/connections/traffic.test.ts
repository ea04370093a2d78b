import { expect, test } from 'vitest';
import { recorded } from './recorded-stats.ts';
import { countTraffic, measureTraffic, type TrafficCount } from './traffic.ts';

const before: TrafficCount = {
  atMs: 1_000,
  bytesSent: 1_000,
  bytesReceived: 10_000,
  packetsReceived: 100,
  packetsLost: 5,
};

test.each(['chromiumStar', 'firefoxStar'] as const)('%s: bytes and packets are counted', (name) => {
  const { bytesSent, bytesReceived, packetsReceived, packetsLost } = countTraffic(recorded[name], 0);
  for (const count of [bytesSent, bytesReceived, packetsReceived]) expect(count).toBeGreaterThan(0);
  expect(packetsLost).toBe(0);
});

test('between two looks there is a bit rate each way, and a share of what was lost', () => {
  const after = {
    atMs: 3_000,
    bytesSent: 251_000,
    bytesReceived: 35_000,
    packetsReceived: 190,
    packetsLost: 15,
  };
  expect(measureTraffic(before, after)).toEqual({ sentBps: 1_000_000, receivedBps: 100_000, lost: 0.1 });
});

test('counts that began anew, or are missing, say nothing', () => {
  const another = { ...before, atMs: 3_000, bytesSent: 0, packetsLost: undefined };
  expect(measureTraffic(before, another)).toEqual({ sentBps: undefined, receivedBps: 0, lost: undefined });
  expect(measureTraffic(before, before)).toBeUndefined();
});
