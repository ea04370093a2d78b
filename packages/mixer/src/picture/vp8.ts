/** VP8 in RTP (RFC 7741). */
import { concatenate, type FrameFormat, type FramePart, maxPayloadSize } from './codec.ts';

/** Bits of the payload descriptor's first octet (section 4.2). */
const flags = { extended: 0x80, start: 0x10, partition: 0x0f } as const;
const extensions = { pictureId: 0x80, tl0PicIdx: 0x40, temporal: 0x20, keyIndex: 0x10 } as const;

function parsePart(payload: Uint8Array): FramePart | undefined {
  const first = payload[0];
  if (first === undefined) return undefined;
  const size = descriptorSize(payload, first);
  if (size === undefined || size >= payload.length) return undefined;
  const isStart = (first & flags.start) !== 0 && (first & flags.partition) === 0;
  return { data: payload.subarray(size), isStart };
}

function descriptorSize(payload: Uint8Array, first: number): number | undefined {
  if ((first & flags.extended) === 0) return 1;
  const present = payload[1];
  if (present === undefined) return undefined;
  let size = 2;
  // Of 7 bits, or of 15 where the first bit says so.
  if ((present & extensions.pictureId) !== 0) size += ((payload[size] ?? 0) & 0x80) === 0 ? 1 : 2;
  if ((present & extensions.tl0PicIdx) !== 0) size += 1;
  if ((present & (extensions.temporal | extensions.keyIndex)) !== 0) size += 1;
  return size;
}

/** RFC 6386 section 9.1: the first bit says that a frame depends on others. */
function isKeyFrame(frame: Uint8Array): boolean {
  return frame.length > 0 && ((frame[0] ?? 1) & 1) === 0;
}

function split(frame: Uint8Array, number: number): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(frame.length / maxPayloadSize));
  // Of about the same size: a small last packet costs as much as a large one.
  const size = Math.ceil(frame.length / count);
  return Array.from({ length: count }, (_, index) => {
    const start = index === 0 ? flags.start : 0;
    const descriptor = Uint8Array.of(
      flags.extended | start,
      extensions.pictureId,
      0x80 | ((number >> 8) & 0x7f),
      number & 0xff,
    );
    return concatenate([descriptor, frame.subarray(index * size, (index + 1) * size)]);
  });
}

export const vp8: FrameFormat = { parsePart, isKeyFrame, split };
