/** What an encoder of FFmpeg makes of a frame. */
import type { CodecContext, Frame, Packet } from 'node-av/lib';

/**
 * A copy, since the packet's memory is FFmpeg's; undefined where the encoder says nothing yet.
 * @throws Error where it refuses the frame.
 */
export function encoded(context: CodecContext, frame: Frame, packet: Packet): Uint8Array | undefined {
  const sent = context.sendFrameSync(frame);
  if (sent < 0) throw new Error(`FFmpeg does not encode the frame: ${sent}.`);
  if (context.receivePacketSync(packet) < 0) return undefined;
  const data = packet.data === null ? undefined : Uint8Array.from(packet.data);
  packet.unref();
  return data;
}
