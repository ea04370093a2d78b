import { expect, test } from 'vitest';
import { initialsOf, tintOf } from './initials.ts';

test.each([
  ['Ann', 'A'],
  ['ann lee', 'AL'],
  ['Anna Maria van der Berg', 'AB'],
  ['محمد علي', 'مع'],
  ['李小龙', '李'],
  ['(guest) 7', 'G7'],
  ['🙂', '?'],
  ['', '?'],
])('%s becomes %s', (name, initials) => {
  expect(initialsOf(name)).toBe(initials);
});

test('a name always has the same tint', () => {
  expect(tintOf('Ann', 6)).toBe(tintOf('Ann', 6));
  expect(tintOf('Zoë', 6)).toBeLessThan(6);
});
