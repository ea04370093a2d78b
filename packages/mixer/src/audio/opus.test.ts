import { expect, test } from 'vitest';
import { opusDurationMs, opusHead } from './opus.ts';

/** The configuration of 0 to 31, how many frames there are (0: one, 1 and 2: two, 3: as the next octet says), the rest. */
const packet = (configuration: number, code: number, ...rest: number[]) =>
  Uint8Array.of((configuration << 3) | code, ...rest);

test.each([
  ['speech of 20 ms', packet(1, 0), 20],
  ['speech of 60 ms', packet(3, 0), 60],
  ['both kinds, of 10 ms', packet(12, 0), 10],
  ['music of 2.5 ms', packet(16, 0), 2.5],
  ['music of 20 ms, twice', packet(31, 1), 40],
  ['music of 20 ms, twice, of two sizes', packet(31, 2), 40],
  ['three times 20 ms', packet(9, 3, 0x80 | 3), 60],
  ['more than there may be', packet(3, 3, 63), 120],
  ['a number that is cut off', packet(9, 3), 0],
  ['nothing', new Uint8Array(), 0],
])('%s plays as long as it says', (_, data, ms) => {
  expect(opusDurationMs(data)).toBe(ms);
});

test('the head of files names the channels, and leaves nothing out', () => {
  const head = opusHead(2);
  expect(new TextDecoder().decode(head.subarray(0, 8))).toBe('OpusHead');
  expect([...head.subarray(8, 12)]).toEqual([1, 2, 0, 0]);
});
