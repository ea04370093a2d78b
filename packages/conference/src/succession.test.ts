import type { Role } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { successorAmong } from './succession.ts';

test.each<[readonly Role[], number | undefined]>([
  [['participant', 'moderator', 'moderator'], 1],
  [['listener', 'participant', 'participant'], 1],
  [['listener', 'listener'], 0],
  [['participant', 'owner'], undefined],
  [[], undefined],
])('[C19] of %j, in order of joining, the heir is number %s', (present, heir) => {
  const people = present.map((role, order) => ({ role, order }));
  expect(successorAmong(people.toReversed())?.order).toBe(heir);
});
