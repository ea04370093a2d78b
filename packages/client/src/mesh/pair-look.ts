/** Reads from a browser's statistics what a link to one other participant carries of what is sent to them. */
import { numberIn, type Stats, selectedPair, statsOf, sumOf } from '../connections/stats.ts';
import type { PairLook } from './pair-allocation.ts';

/** Bytes of pictures that were sent so far, and of them those that were sent again. */
export interface SentCount {
  readonly bytes: number;
  readonly again: number;
}

export const nothingSent: SentCount = { bytes: 0, again: 0 };

/** `retransmittedBytesSent` of W3C WebRTC Statistics section 8.7. */
export function countSent(stats: Stats): SentCount {
  const pictures = statsOf(stats, 'outbound-rtp').filter(({ kind }) => kind === 'video');
  return { bytes: sumOf(pictures, 'bytesSent') ?? 0, again: sumOf(pictures, 'retransmittedBytesSent') ?? 0 };
}

/** @param before What was counted at the look before. */
export function lookAtPair(stats: Stats, before: SentCount): PairLook {
  const { bytes, again } = countSent(stats);
  // Fewer than before are those of another peer connection, or of fewer m-lines.
  const sent = bytes - before.bytes;
  const resentShare = sent <= 0 ? 0 : Math.max(0, again - before.again) / sent;
  // Firefox does not say it.
  return { availableBps: numberIn(selectedPair(stats), 'availableOutgoingBitrate'), resentShare };
}
