import { expect, test } from 'vitest';
import { countSent, lookAtPair, nothingSent } from './pair-look.ts';

function statsOf(camera: readonly [bytes: number, again: number], availableOutgoingBitrate?: number) {
  const stats = [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    { id: 'P', type: 'candidate-pair', availableOutgoingBitrate },
    { id: 'Q', type: 'candidate-pair', availableOutgoingBitrate: 300_000 },
    { id: 'A', type: 'outbound-rtp', kind: 'audio', bytesSent: 9_000, retransmittedBytesSent: 9_000 },
    { id: 'V', type: 'outbound-rtp', kind: 'video', bytesSent: camera[0], retransmittedBytesSent: camera[1] },
    { id: 'W', type: 'outbound-rtp', kind: 'video', bytesSent: 100, retransmittedBytesSent: 0 },
  ];
  return new Map(stats.map((stat) => [stat.id, stat]));
}

test('of the pictures that were sent since the look before, the share that was sent again', () => {
  const before = countSent(statsOf([900, 0]));
  expect(before).toEqual({ bytes: 1_000, again: 0 });
  expect(lookAtPair(statsOf([1_900, 250], 84_000), before)).toEqual({
    availableBps: 84_000,
    resentShare: 0.25,
  });
});

test.each([
  ['nothing was sent', statsOf([900, 50])],
  ['the counts began anew', statsOf([500, 50])],
])('where %s, nothing was sent again', (_what, stats) => {
  expect(lookAtPair(stats, { bytes: 1_000, again: 50 }).resentShare).toBe(0);
});

test('a browser that says nothing is not guessed at', () => {
  expect(lookAtPair(new Map(), nothingSent)).toEqual({ availableBps: undefined, resentShare: 0 });
});
