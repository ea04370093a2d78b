import { expect, test, vi } from 'vitest';
import { derived, derivedOnce, sameItems, signal } from './signal.ts';

test('a signal tells its listeners about changes only', () => {
  const count = signal(1);
  const listener = vi.fn();
  const stop = count.subscribe(listener);
  count.set(1);
  count.set(2);
  stop();
  count.set(3);
  expect(listener.mock.calls).toEqual([[2]]);
});

test('a derived value is right with and without listeners', () => {
  const a = signal(1);
  const double = derived([a], () => a.current * 2);
  expect(double.current).toBe(2);
  a.set(2);
  expect(double.current).toBe(4);
  const listener = vi.fn();
  double.subscribe(listener);
  a.set(3);
  expect(listener.mock.calls).toEqual([[6]]);
});

test('a derived list keeps its identity while its items are the same', () => {
  const source = signal({ items: ['a'], noise: 0 });
  const list = derived([source], () => source.current.items.filter(Boolean), sameItems);
  const listener = vi.fn();
  list.subscribe(listener);
  const first = list.current;
  source.set({ items: ['a'], noise: 1 });
  expect(list.current).toBe(first);
  expect(listener).not.toHaveBeenCalled();
});

test('a derived value stops listening to its sources with its last listener', () => {
  const inner = signal(0);
  let subscribed = 0;
  const source = {
    get current() {
      return inner.current;
    },
    subscribe(listener: (value: number) => void) {
      subscribed++;
      const stop = inner.subscribe(listener);
      return () => {
        subscribed--;
        stop();
      };
    },
  };
  const value = derived([source], () => source.current);
  const stops = [value.subscribe(() => undefined), value.subscribe(() => undefined)];
  expect(subscribed).toBe(1);
  for (const stop of stops) stop();
  expect(subscribed).toBe(0);
});

test('a listener is told even if another one has read the new value before', () => {
  const source = signal(1);
  const value = derived([source], () => source.current);
  source.subscribe(() => void value.current);
  const listener = vi.fn();
  value.subscribe(listener);
  source.set(2);
  expect(listener.mock.calls).toEqual([[2]]);
});

test('what is derived once is computed anew only when a source changed', () => {
  const source = signal(1);
  const compute = vi.fn(() => [source.current]);
  const list = derivedOnce([source], compute);
  expect(list.current).toBe(list.current);
  source.set(2);
  expect(list.current).toEqual([2]);
  expect(compute).toHaveBeenCalledTimes(2);
});
