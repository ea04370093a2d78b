import { expect, test } from 'vitest';
import { mapSome } from './map-some.ts';

test('so many are made at once, and given in order', async () => {
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const begun: number[] = [];
  const made = mapSome([0, 1, 2, 3, 4], 2, async (item) => {
    begun.push(item);
    await gates[item]?.promise;
    return item * 10;
  });
  expect(begun).toEqual([0, 1]);
  gates[1]?.resolve();
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  for (const gate of gates) gate.resolve();
  expect(await made).toEqual([0, 10, 20, 30, 40]);
});

test('once one failed no more are begun, and what was begun is waited for', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const made = mapSome([0, 1, 2, 3], 2, async (item) => {
    begun.push(item);
    if (item === 0) throw new Error('no');
    await Promise.resolve();
    ended.push(item);
  });
  await expect(made).rejects.toThrow('no');
  expect([begun, ended]).toEqual([[0, 1], [1]]);
});
