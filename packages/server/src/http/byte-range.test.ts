import { expect, test } from 'vitest';
import { askedOctets } from './byte-range.ts';

const all = { kind: 'all' };
const none = { kind: 'none' };
const some = (from: number, until: number) => ({ kind: 'some', from, until });

test.each([
  [undefined, all],
  ['bytes=0-', some(0, 9)],
  ['bytes=2-4', some(2, 4)],
  ['Bytes= 2-4', some(2, 4)],
  ['bytes=9-', some(9, 9)],
  ['bytes=2-999', some(2, 9)],
  ['bytes=-3', some(7, 9)],
  ['bytes=-300', some(0, 9)],
  ['bytes=10-', none],
  ['bytes=-0', none],
  // What no server has to understand.
  ['bytes=-', all],
  ['bytes=4-2', all],
  ['bytes=0-1,3-4', all],
  ['lines=0-1', all],
  ['bytes=a-b', all],
])('of ten octets %s asks for the right ones', (header, asked) => {
  expect(askedOctets(header, 10)).toEqual(asked);
});

test('of an empty file there are none', () => {
  expect(askedOctets('bytes=0-', 0)).toEqual(none);
  expect(askedOctets('bytes=-5', 0)).toEqual(none);
  expect(askedOctets(undefined, 0)).toEqual(all);
});
