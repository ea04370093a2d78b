import type { ParticipantId } from '@plenum/client';
import { expect, test } from 'vitest';
import { firstWords, groupLines } from './chat-groups.ts';
import { aMessage } from './fake-chat.ts';

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 20, 10, minutes)).toISOString();
const byAnn = { participantId: 'ann' as ParticipantId, authorName: 'Ann' };

test('what one person writes in one go is one group', () => {
  const groups = groupLines(
    [
      aMessage('1', { created: at(0) }),
      aMessage('2', { created: at(4) }),
      aMessage('3', { created: at(5), ...byAnn }),
      aMessage('4', { created: at(6) }),
    ],
    [],
  );
  expect(groups.map(({ authorName, lines }) => [authorName, lines.length])).toEqual([
    ['Ben', 2],
    ['Ann', 1],
    ['Ben', 1],
  ]);
});

test('after a long pause the name is said again', () => {
  const groups = groupLines([aMessage('1', { created: at(0) }), aMessage('2', { created: at(6) })], []);
  expect(groups).toHaveLength(2);
});

test('two people of one name are two groups', () => {
  const groups = groupLines([aMessage('1'), aMessage('2', { participantId: 'x' as ParticipantId })], []);
  expect(groups).toHaveLength(2);
});

test('what is being sent stands last', () => {
  const outgoing = { id: 'o', text: 'Hello', isAccepted: false, failure: undefined };
  expect(groupLines([aMessage('1')], [outgoing]).at(-1)).toMatchObject({ isOwn: true, created: undefined });
});

test('the first words are one line', () => {
  expect(firstWords(' Hello\n  you ')).toBe('Hello you');
  expect(firstWords('x'.repeat(200))).toHaveLength(120);
});
