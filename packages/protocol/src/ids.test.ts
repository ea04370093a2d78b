import { expect, test } from 'vitest';
import { createParticipantId, createSessionId, isRoomName, parseRoomId, sessionIdPattern } from './ids.ts';

test('ids are random and of the form that is checked', () => {
  expect(createSessionId()).toMatch(sessionIdPattern);
  const ids = new Set(Array.from({ length: 1000 }, createParticipantId));
  expect(ids.size).toBe(1000);
});

test('a room is named in any script, and case and composition do not count', () => {
  expect(parseRoomId('StandUp')).toBe('standup');
  expect(parseRoomId('Caf\u0065\u0301')).toBe('café');
  expect(parseRoomId('会議-1')).toBe('会議-1');
  expect(isRoomName('会'.repeat(50))).toBe(true);
});

test.each([
  '',
  '-a',
  'a b',
  'a/b',
  '..',
  'a.b',
  'x'.repeat(65),
  '会'.repeat(51),
  '\ud800',
  '<script>',
  'Children',
  'metrics',
])('%j names no room', (name) => {
  expect(isRoomName(name)).toBe(false);
});
