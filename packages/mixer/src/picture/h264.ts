/** H.264 in RTP (RFC 6184), of packetization mode 1: frames for decoders have their units behind start codes (Annex B). */
import { concatenate, type FrameFormat, type FramePart, maxPayloadSize } from './codec.ts';

const unitTypes = {
  idr: 5,
  sequenceParameters: 7,
  pictureParameters: 8,
  aggregate: 24,
  fragment: 28,
} as const;
const startCode = Uint8Array.of(0, 0, 0, 1);
const headBits = 0xe0;
const typeBits = 0x1f;
const [fragmentStart, fragmentEnd] = [0x80, 0x40];

function parsePart(payload: Uint8Array): FramePart | undefined {
  const head = payload[0];
  if (head === undefined) return undefined;
  const type = head & typeBits;
  if (type === unitTypes.fragment) return parseFragment(payload, head);
  if (type === unitTypes.aggregate) return parseAggregate(payload);
  if (type === 0 || type > unitTypes.aggregate) return undefined;
  return { data: concatenate([startCode, payload]), isStart: true };
}

/** Section 5.7.1. */
function parseAggregate(payload: Uint8Array): FramePart | undefined {
  const units: Uint8Array[] = [];
  let at = 1;
  while (at + 2 < payload.length) {
    const size = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
    at += 2;
    if (size === 0 || at + size > payload.length) return undefined;
    units.push(startCode, payload.subarray(at, at + size));
    at += size;
  }
  return units.length === 0 ? undefined : { data: concatenate(units), isStart: true };
}

/** Section 5.8: the unit's own first octet is put together from the two of the fragment. */
function parseFragment(payload: Uint8Array, head: number): FramePart | undefined {
  const fragment = payload[1];
  if (fragment === undefined || payload.length < 3) return undefined;
  const rest = payload.subarray(2);
  if ((fragment & fragmentStart) === 0) return { data: rest, isStart: false };
  const unitHead = Uint8Array.of((head & headBits) | (fragment & typeBits));
  return { data: concatenate([startCode, unitHead, rest]), isStart: true };
}

/** The units of a frame, without their start codes of three or four octets. */
export function unitsOf(frame: Uint8Array): readonly Uint8Array[] {
  const begins: { readonly code: number; readonly unit: number }[] = [];
  for (let at = 2; at < frame.length; at++) {
    if (frame[at] !== 1 || frame[at - 1] !== 0 || frame[at - 2] !== 0) continue;
    begins.push({ code: frame[at - 3] === 0 ? at - 3 : at - 2, unit: at + 1 });
  }
  return begins
    .map(({ unit }, index) => frame.subarray(unit, begins[index + 1]?.code ?? frame.length))
    .filter(({ length }) => length > 0);
}

/** Whether a decoder can begin with it. */
function isKeyFrame(frame: Uint8Array): boolean {
  return unitsOf(frame).some((unit) => {
    const type = (unit[0] ?? 0) & typeBits;
    return type === unitTypes.idr || type === unitTypes.sequenceParameters;
  });
}

/** What a decoder has to know before a key frame that has it in front (ITU-T H.264 sections 7.3.2.1 and 7.3.2.2), behind start codes. */
export function parameterSetsOf(frame: Uint8Array): Uint8Array {
  const sets = unitsOf(frame).filter((unit) => {
    const type = (unit[0] ?? 0) & typeBits;
    return type === unitTypes.sequenceParameters || type === unitTypes.pictureParameters;
  });
  return concatenate(sets.flatMap((unit) => [startCode, unit]));
}

function split(frame: Uint8Array): readonly Uint8Array[] {
  return unitsOf(frame).flatMap((unit) => (unit.length <= maxPayloadSize ? [unit] : fragmentsOf(unit)));
}

function fragmentsOf(unit: Uint8Array): readonly Uint8Array[] {
  const head = unit[0] ?? 0;
  const body = unit.subarray(1);
  const room = maxPayloadSize - 2;
  const count = Math.ceil(body.length / room);
  return Array.from({ length: count }, (_, index) => {
    const bits = (index === 0 ? fragmentStart : 0) | (index === count - 1 ? fragmentEnd : 0);
    const heads = Uint8Array.of((head & headBits) | unitTypes.fragment, bits | (head & typeBits));
    return concatenate([heads, body.subarray(index * room, (index + 1) * room)]);
  });
}

export const h264: FrameFormat = { parsePart, isKeyFrame, split };
