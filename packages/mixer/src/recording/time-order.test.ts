import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimeOrder } from './time-order.ts';

const at = (timeMs: number) => ({ timeMs });

test('what comes a little late is put in its place', () => {
  const order = new TimeOrder(200);
  expect([0, 20, 100, 40, 60].flatMap((timeMs) => order.push(at(timeMs)))).toEqual([]);
  expect(order.push(at(260))).toEqual([0, 20, 40, 60].map(at));
  expect(order.drain()).toEqual([100, 260].map(at));
  expect(order.drain()).toEqual([]);
});

test('of the same time the first that came is the first', () => {
  const order = new TimeOrder<{ readonly timeMs: number; readonly name: string }>(10);
  const items = ['a', 'b', 'c'].map((name) => ({ timeMs: 5, name }));
  expect([...items.flatMap((item) => order.push(item)), ...order.drain()]).toEqual(items);
});

test('nothing is lost, and what is not too late is in order', () => {
  const jitter = fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 100 });
  fc.assert(
    fc.property(jitter, (late) => {
      const order = new TimeOrder(100);
      const items = late
        .map((lateMs, index) => ({ timeMs: 20 * index, comesAt: 20 * index + lateMs }))
        .toSorted((one, other) => one.comesAt - other.comesAt);
      const given = [...items.flatMap((item) => order.push(item)), ...order.drain()];
      expect(given.map(({ timeMs }) => timeMs)).toEqual(late.map((_, index) => 20 * index));
    }),
  );
});
