import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderedPacket } from '../rtp/reorder.ts';
import { FrameAssembler } from './assembler.ts';
import { type FrameFormat, maxPayloadSize } from './codec.ts';
import { h264, unitsOf } from './h264.ts';
import { vp8 } from './vp8.ts';

/** A frame of VP8: whether it is a key frame is in its first bit. */
const vp8Frame = (size: number, isKey: boolean) =>
  Uint8Array.from({ length: size }, (_, index) => (index === 0 ? (isKey ? 0 : 1) : index % 251));

/** A frame of H.264 with one unit of each type, each of the size given. No octet is 0, as if they were escaped. */
const h264Frame = (units: readonly (readonly [type: number, size: number])[]) =>
  Uint8Array.from(
    units.flatMap(([type, size]) => [
      ...[0, 0, 0, 1, 0x60 | type],
      ...Array.from({ length: size - 1 }, (_, index) => 1 + (index % 250)),
    ]),
  );

function packetsOf(format: FrameFormat, frame: Uint8Array, timestamp: number): OrderedPacket[] {
  const payloads = format.split(frame, timestamp);
  return payloads.map((payload, index) => ({
    payloadType: 96,
    marker: index === payloads.length - 1,
    sequenceNumber: index,
    timestamp,
    ssrc: 1,
    payload,
    isAfterGap: false,
  }));
}

const afterGap = ([first, ...others]: readonly OrderedPacket[]): OrderedPacket[] =>
  first === undefined ? [] : [{ ...first, isAfterGap: true }, ...others];

describe.each<[string, FrameFormat, (size: number, isKey: boolean) => Uint8Array]>([
  ['VP8', vp8, vp8Frame],
  ['H.264', h264, (size, isKey) => h264Frame([[isKey ? 5 : 1, size]])],
])('frames of %s', (_name, format, frameOf) => {
  test('are cut into packets that networks carry, and put together again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20_000 }), (size) => {
        const frame = frameOf(size, true);
        const packets = packetsOf(format, frame, 3_000);
        expect(Math.max(...packets.map(({ payload }) => payload.length))).toBeLessThanOrEqual(
          maxPayloadSize + 4,
        );
        const { frames } = new FrameAssembler(format).push(packets);
        expect(frames).toEqual([{ data: frame, isKeyFrame: true, timestamp: 3_000 }]);
      }),
      { numRuns: 30 },
    );
  });

  test('come from the first key frame on', () => {
    const assembler = new FrameAssembler(format);
    const push = (timestamp: number, isKey: boolean) =>
      assembler.push(packetsOf(format, frameOf(3_000, isKey), timestamp));
    expect(push(0, false)).toEqual({ frames: [], isKeyFrameNeeded: true });
    expect(push(1, true)).toMatchObject({ frames: [{ isKeyFrame: true }], isKeyFrameNeeded: false });
    expect(push(2, false)).toMatchObject({ frames: [{ isKeyFrame: false }], isKeyFrameNeeded: false });
  });

  test('after a loss there is nothing before the next key frame', () => {
    const assembler = new FrameAssembler(format);
    const packets = (timestamp: number, isKey: boolean) =>
      packetsOf(format, frameOf(5_000, isKey), timestamp);
    assembler.push(packets(0, true));
    const torn = packets(1, false);
    expect(assembler.push([...torn.slice(0, 1), ...afterGap(torn.slice(2))])).toEqual({
      frames: [],
      isKeyFrameNeeded: true,
    });
    expect(assembler.push(packets(2, false)).frames).toEqual([]);
    expect(assembler.push(packets(3, true)).frames).toHaveLength(1);
  });

  test('one whose end did not come spoils what is built on it', () => {
    const assembler = new FrameAssembler(format);
    const packets = (timestamp: number, isKey: boolean) =>
      packetsOf(format, frameOf(5_000, isKey), timestamp);
    assembler.push(packets(0, true));
    assembler.push(packets(1, false).slice(0, -1));
    expect(assembler.push(afterGap(packets(2, false)))).toEqual({ frames: [], isKeyFrameNeeded: true });
  });

  test('what a decoder cannot make anything of is waited over as a loss', () => {
    const assembler = new FrameAssembler(format);
    assembler.push(packetsOf(format, frameOf(100, true), 0));
    assembler.handleUndecodable();
    expect(assembler.push(packetsOf(format, frameOf(100, false), 1)).frames).toEqual([]);
  });

  test('whatever comes is put together or not, without a mistake', () => {
    const payloads = fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean(), fc.boolean()));
    fc.assert(
      fc.property(payloads, (parts) => {
        const [model] = packetsOf(format, frameOf(10, true), 0);
        if (model === undefined) return;
        const packets = parts.map(([payload, marker, isAfterGap], index) => ({
          ...model,
          payload,
          marker,
          isAfterGap,
          timestamp: index >> 1,
        }));
        expect(new FrameAssembler(format).push(packets).frames.length).toBeLessThanOrEqual(parts.length);
      }),
    );
  });
});

test('a frame of H.264 with parameters is a key frame, and its units stay apart', () => {
  const frame = h264Frame([
    [7, 20],
    [8, 6],
    [5, 4_000],
  ]);
  expect(h264.isKeyFrame(frame)).toBe(true);
  expect(unitsOf(frame).map(({ length }) => length)).toEqual([20, 6, 4_000]);
  const { frames } = new FrameAssembler(h264).push(packetsOf(h264, frame, 0));
  expect(frames[0]?.data).toEqual(frame);
});

test('units that came in one packet are several again', () => {
  const aggregate = Uint8Array.of(24, 0, 2, 0x67, 1, 0, 3, 0x65, 2, 3);
  expect(h264.parsePart(aggregate)).toEqual({
    data: Uint8Array.of(0, 0, 0, 1, 0x67, 1, 0, 0, 0, 1, 0x65, 2, 3),
    isStart: true,
  });
  expect(h264.parsePart(aggregate.subarray(0, 8))).toBeUndefined();
});

test('of VP8 the descriptor is no part of the frame, whatever is in it', () => {
  const descriptors = [
    [0x10],
    [0x90, 0x80, 0x11],
    [0x90, 0x80, 0x81, 0x11],
    [0x90, 0xe0, 0x11, 0x22, 0x33],
    [0x90, 0x30, 0x33],
  ];
  for (const descriptor of descriptors) {
    expect(vp8.parsePart(Uint8Array.of(...descriptor, 42))).toEqual({
      data: Uint8Array.of(42),
      isStart: true,
    });
  }
  expect(vp8.parsePart(Uint8Array.of(0x11, 42))?.isStart).toBe(false);
  expect(vp8.parsePart(Uint8Array.of(0x00, 42))?.isStart).toBe(false);
});
