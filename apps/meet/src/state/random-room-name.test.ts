import { expect, test } from 'vitest';
import { randomRoomName } from './random-room-name.ts';

test('a random room has a name of three words and a number', () => {
  expect(randomRoomName(() => 0)).toBe('amber-badger-bay-10');
  for (let i = 0; i < 200; i++) expect(randomRoomName()).toMatch(/^[a-z]+-[a-z]+-[a-z]+-\d\d$/);
});
