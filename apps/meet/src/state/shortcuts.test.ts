import { expect, test } from 'vitest';
import { type KeyStroke, type KeyTarget, keyTargetOf, shortcutFor } from './shortcuts.ts';

function stroke(text: string): KeyStroke {
  const parts = text.split('+');
  return {
    key: parts.at(-1) ?? '',
    ctrlKey: parts.includes('Ctrl'),
    metaKey: parts.includes('Meta'),
    altKey: parts.includes('Alt'),
  };
}

test.each([
  ['m', 'page', 'toggle-microphone'],
  ['M', 'control', 'toggle-microphone'],
  ['v', 'page', 'toggle-camera'],
  ['d', 'page', 'toggle-screen'],
  ['Ctrl+d', 'page', 'toggle-microphone'],
  ['Meta+e', 'page', 'toggle-camera'],
  ['Ctrl+d', 'text', 'toggle-microphone'],
  [' ', 'page', 'push-to-talk'],
  ['r', 'page', 'toggle-hand'],
  ['c', 'control', 'toggle-chat'],
  ['P', 'page', 'toggle-people'],
  ['t', 'page', 'toggle-connection'],
  ['?', 'page', 'help'],
])('%s on the %s means %s', (key, target, action) => {
  expect(shortcutFor(stroke(key), target as KeyTarget)).toBe(action);
});

test.each([
  ['m', 'text'],
  [' ', 'text'],
  ['?', 'text'],
  ['c', 'text'],
  // A focused button takes the space bar for itself.
  [' ', 'control'],
  ['Alt+m', 'page'],
  ['Ctrl+m', 'page'],
  ['Ctrl+c', 'page'],
  ['x', 'page'],
])('%s on the %s means nothing', (key, target) => {
  expect(shortcutFor(stroke(key), target as KeyTarget)).toBeUndefined();
});

/** An element that is inside of whatever matches the given selector part. */
const inside = (part: string) =>
  ({ closest: (selector: string) => (selector.includes(part) ? {} : null) }) as Element;

test('the target is told by the element', () => {
  expect(keyTargetOf(null)).toBe('page');
  expect(keyTargetOf(inside('textarea'))).toBe('text');
  expect(keyTargetOf(inside('button'))).toBe('control');
  expect(keyTargetOf(inside('main'))).toBe('page');
});
