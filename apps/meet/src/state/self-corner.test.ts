import { expect, test } from 'vitest';
import { cornerAfterKey, nextCorner } from './self-corner.ts';

test('a press moves the own tile clockwise', () => {
  expect(nextCorner('bottom-right')).toBe('bottom-left');
  expect(nextCorner('bottom-left')).toBe('top-left');
});

test('an arrow moves it to that side', () => {
  expect(cornerAfterKey('bottom-right', 'ArrowUp')).toBe('top-right');
  expect(cornerAfterKey('top-right', 'ArrowLeft')).toBe('top-left');
  expect(cornerAfterKey('top-left', 'ArrowLeft')).toBe('top-left');
  expect(cornerAfterKey('top-left', 'Enter')).toBeUndefined();
});
