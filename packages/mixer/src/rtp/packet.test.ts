import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatRtp, isRtcp, parseRtp, type RtpPacket } from './packet.ts';

const packets = fc.record<RtpPacket>({
  payloadType: fc.integer({ min: 0, max: 127 }),
  marker: fc.boolean(),
  sequenceNumber: fc.integer({ min: 0, max: 0xffff }),
  timestamp: fc.integer({ min: 0, max: 0xffff_ffff }),
  ssrc: fc.integer({ min: 0, max: 0xffff_ffff }),
  payload: fc.uint8Array({ maxLength: 1_200 }),
});

test('what is written is read again', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      expect(parseRtp(formatRtp(packet))).toEqual(packet);
    }),
  );
});

test('contributing sources, a header extension and padding are no payload', () => {
  const datagram = Uint8Array.from([
    // Version 2, padding, extension, one contributing source.
    0b1011_0001,
    111,
    0,
    7,
    0,
    0,
    0,
    9,
    0,
    0,
    0,
    5,
    ...[0, 0, 0, 1],
    ...[0xbe, 0xde, 0, 1, 0x10, 1, 0, 0],
    ...[42, 43],
    ...[0, 0, 3],
  ]);
  expect(parseRtp(datagram)).toMatchObject({
    payloadType: 111,
    sequenceNumber: 7,
    timestamp: 9,
    ssrc: 5,
    payload: Uint8Array.of(42, 43),
  });
});

test('whatever comes is read as a packet or as none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (datagram) => {
      const packet = parseRtp(datagram);
      expect((packet?.payload.length ?? 0) <= datagram.length).toBe(true);
    }),
  );
});

test('reports are told from media by the second octet', () => {
  expect(isRtcp(Uint8Array.of(0x80, 200))).toBe(true);
  expect(
    isRtcp(
      formatRtp({
        payloadType: 111,
        marker: true,
        sequenceNumber: 0,
        timestamp: 0,
        ssrc: 1,
        payload: new Uint8Array(),
      }),
    ),
  ).toBe(false);
});
