import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRtcp } from './packet.ts';
import { formatPictureLoss, formatSenderReport, parseRtcp } from './rtcp.ts';

test('a request for a key frame is read as it is written', () => {
  const request = formatPictureLoss(1, 0xffff_fffe);
  expect(isRtcp(request)).toBe(true);
  expect(parseRtcp(request)).toEqual([{ type: 'key-frame-request', ssrc: 0xffff_fffe }]);
});

test('a full intra request asks for the streams that it lists', () => {
  const request = Uint8Array.of(
    0x84,
    206,
    0,
    6,
    0,
    0,
    0,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    7,
    1,
    0,
    0,
    0,
    0,
    0,
    0,
    8,
    2,
    0,
    0,
    0,
  );
  expect(parseRtcp(request)).toEqual([
    { type: 'key-frame-request', ssrc: 7 },
    { type: 'key-frame-request', ssrc: 8 },
  ]);
});

test('a sender report says which moment a timestamp belongs to, to a fraction of a millisecond', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }),
      fc.double({ min: 0, max: 4e12, noNaN: true }),
      (cname, ntpMs) => {
        const report = formatSenderReport({
          ssrc: 5,
          cname,
          ntpMs,
          rtpTimestamp: 90_000,
          packets: 3,
          octets: 400,
        });
        expect(report.length % 4).toBe(0);
        const [read, ...others] = parseRtcp(report);
        expect(others).toEqual([]);
        expect(read).toMatchObject({ type: 'sender-report', ssrc: 5, rtpTimestamp: 90_000 });
        if (read?.type === 'sender-report') expect(Math.abs(read.ntpMs - ntpMs)).toBeLessThan(0.01);
      },
    ),
  );
});

test('several reports in one datagram are all read, and what is cut off is not', () => {
  const both = Uint8Array.of(...formatPictureLoss(1, 2), ...formatPictureLoss(1, 3));
  expect(parseRtcp(both)).toHaveLength(2);
  expect(parseRtcp(both.subarray(0, 20))).toHaveLength(1);
});

test('whatever comes is read without a mistake', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (datagram) => {
      expect(Array.isArray(parseRtcp(datagram))).toBe(true);
    }),
  );
});
