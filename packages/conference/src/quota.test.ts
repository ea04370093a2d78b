import { expect, test } from 'vitest';
import { Quota } from './quota.ts';

test('a key gets its share, has it back once it is given back, and others are not concerned', () => {
  const quota = new Quota(2);
  expect([quota.take('a'), quota.take('a'), quota.take('a'), quota.take('b')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  quota.giveBack('a');
  expect([quota.take('a'), quota.take('a')]).toEqual([true, false]);
});
