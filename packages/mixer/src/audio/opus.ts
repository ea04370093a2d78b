/** What is known of Opus without decoding it (RFC 6716, RFC 7845). */
import { viewOf } from '../rtp/packet.ts';
import { sampleRate } from './mix.ts';

/** Milliseconds of one frame, by the packet's configuration (RFC 6716 section 3.1, table 2): SILK, both together, CELT. */
const silkMs = [10, 20, 40, 60] as const;
const hybridMs = [10, 20] as const;
const celtMs = [2.5, 5, 10, 20] as const;

/** Milliseconds that a packet plays: 0 to 120. 0 for what is none. */
export function opusDurationMs(packet: Uint8Array): number {
  const [head, count] = packet;
  if (head === undefined) return 0;
  const frames = frameCount(head & 0x03, count);
  return Math.min(120, frames * frameMs(head >> 3));
}

function frameMs(configuration: number): number {
  if (configuration < 12) return silkMs[configuration & 0x03] ?? 0;
  if (configuration < 16) return hybridMs[configuration & 0x01] ?? 0;
  return celtMs[configuration & 0x03] ?? 0;
}

/** Section 3.2: one, two of two kinds, or as many as the second octet says. */
function frameCount(code: number, count: number | undefined): number {
  if (code === 0) return 1;
  return code < 3 ? 2 : (count ?? 0) & 0x3f;
}

/**
 * The head that files have (RFC 7845 section 5.1). Nothing is to be skipped: what is written begins in the middle of a stream, and its times
 * are those of the packets.
 */
export function opusHead(channels: 1 | 2): Uint8Array {
  const head = new Uint8Array(19);
  const view = viewOf(head);
  head.set(new TextEncoder().encode('OpusHead'));
  view.setUint8(8, 1);
  view.setUint8(9, channels);
  view.setUint32(12, sampleRate, true);
  return head;
}
