import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RtpPacket } from './packet.ts';
import { type OrderedPacket, Reorder } from './reorder.ts';

const waitMs = 100;

function packet(sequenceNumber: number): RtpPacket {
  return {
    payloadType: 96,
    marker: false,
    sequenceNumber: sequenceNumber % 2 ** 16,
    timestamp: 0,
    ssrc: 1,
    payload: new Uint8Array(),
  };
}

/** Numbers, with a `!` behind a gap. */
const told = (packets: readonly OrderedPacket[]) =>
  packets.map(({ sequenceNumber, isAfterGap }) => `${sequenceNumber}${isAfterGap ? '!' : ''}`).join(' ');

test('what comes in order goes on at once, also where the numbers begin again', () => {
  const reorder = new Reorder(waitMs);
  expect([65_534, 65_535, 65_536, 65_537].map((number) => told(reorder.push(packet(number), 0)))).toEqual([
    '65534',
    '65535',
    '0',
    '1',
  ]);
});

test('what comes too early waits for what is missing', () => {
  const reorder = new Reorder(waitMs);
  expect([1, 3, 4, 2].map((number) => told(reorder.push(packet(number), 0)))).toEqual(['1', '', '', '2 3 4']);
});

test('what does not come in time is given up, and comes too late then', () => {
  const reorder = new Reorder(waitMs);
  reorder.push(packet(1), 0);
  reorder.push(packet(3), 10);
  expect(told(reorder.flush(109))).toBe('');
  expect(told(reorder.flush(110))).toBe('3!');
  expect(told(reorder.push(packet(2), 111))).toBe('');
  expect(told(reorder.push(packet(4), 112))).toBe('4');
});

test('a packet that comes twice goes on once', () => {
  const reorder = new Reorder(waitMs);
  reorder.push(packet(1), 0);
  expect(told(reorder.push(packet(1), 0))).toBe('');
});

test('a sender that begins anew elsewhere is followed at once', () => {
  const reorder = new Reorder(waitMs);
  reorder.push(packet(10), 0);
  expect(told(reorder.push(packet(30_000), 1))).toBe('30000!');
  expect(told(reorder.push(packet(30_001), 1))).toBe('30001');
});

test('however packets are shuffled on the way, they go on in order and none twice', () => {
  const shuffles = fc.shuffledSubarray(
    Array.from({ length: 40 }, (_, index) => index),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(shuffles, (order) => {
      const reorder = new Reorder(waitMs);
      const out = order.flatMap((number) => reorder.push(packet(number), 0));
      const numbers = [...out, ...reorder.flush(waitMs)].map(({ sequenceNumber }) => sequenceNumber);
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
    }),
  );
});
