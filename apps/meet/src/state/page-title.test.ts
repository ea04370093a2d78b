import { expect, test } from 'vitest';
import { pageTitle } from './page-title.ts';

test('the tab tells the state first', () => {
  expect(pageTitle({ name: 'landing' })).toBe('Plenum');
  expect(pageTitle({ name: 'before', room: 'blue' })).toBe('blue · Ready to join · Plenum');
  expect(pageTitle({ name: 'waiting', room: 'blue' })).toBe('Waiting to be let in · blue · Plenum');
  expect(pageTitle({ name: 'call', room: 'blue', count: 3, isInterrupted: false })).toBe('(3) blue · Plenum');
  expect(pageTitle({ name: 'call', room: 'blue', count: 3, isInterrupted: true })).toBe(
    'Reconnecting… · blue · Plenum',
  );
});
