import { expect, test } from 'vitest';
import { costOf, isRoomLeft, type RoomLoad } from './cost.ts';

const small: RoomLoad = { codec: 'vp8', people: 4 };

test('rooms are begun as long as all together cost no more than they may', () => {
  const two = costOf(small) * 2;
  expect(isRoomLeft(two, [small], small)).toBe(true);
  expect(isRoomLeft(two - 1, [small], small)).toBe(false);
  expect(isRoomLeft(0, [], { codec: 'h264', people: 1 })).toBe(false);
});

test('what takes the place of another is counted as one with it, and is begun in any case where it costs no more', () => {
  const large: RoomLoad = { codec: 'h264', people: 4 };
  const [one, other] = [costOf(small), costOf(large)];
  expect(isRoomLeft(one + other, [large], small)).toBe(true);
  expect(isRoomLeft(one + other, [large], large, small)).toBe(true);
  expect(isRoomLeft(one, [], small, large)).toBe(true);
  expect(isRoomLeft(one - 1, [], small, large)).toBe(false);
  // Who came since it was begun may have made it dearer than all may be.
  expect(isRoomLeft(0, [], large, small)).toBe(true);
});

test('a room that one thread does not carry is not begun, whatever is left', () => {
  expect(isRoomLeft(1_000, [], { codec: 'h264', people: 100 })).toBe(false);
  expect(isRoomLeft(1_000, [], { codec: 'h264', people: 25 })).toBe(true);
});

test('a room costs more with each who is in it, and in VP8 more than in H.264', () => {
  expect(costOf({ ...small, people: 5 })).toBeGreaterThan(costOf(small));
  expect(costOf(small)).toBeGreaterThan(costOf({ ...small, codec: 'h264' }));
  expect(costOf({ ...small, codec: 'h264' })).toBeGreaterThan(costOf({ ...small, codec: 'none' }));
  expect(costOf({ ...small, isSmallShown: true })).toBeGreaterThan(costOf(small));
});
