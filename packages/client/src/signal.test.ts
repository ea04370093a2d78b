import { describe, expect, test } from 'vitest';
import { createSignal, mapSignal } from './signal.ts';

describe('a signal', () => {
  test('holds the value set last', () => {
    const signal = createSignal(1);
    signal.set(2);
    expect(signal.current).toBe(2);
  });

  test('tells subscribers of each change, and not of the value it has already', () => {
    const signal = createSignal(1);
    const seen: number[] = [];
    signal.subscribe((value) => seen.push(value));
    expect(seen).toEqual([]);
    signal.set(2);
    signal.set(3);
    expect(seen).toEqual([2, 3]);
  });

  test('does not tell of a value equal to the present one', () => {
    const signal = createSignal(Number.NaN);
    let calls = 0;
    signal.subscribe(() => calls++);
    signal.set(Number.NaN);
    expect(calls).toBe(0);
  });

  test('stops telling a listener that unsubscribed, even while it tells the others', () => {
    const signal = createSignal(0);
    const seen: string[] = [];
    signal.subscribe(() => {
      seen.push('first');
      endSecond();
    });
    const endSecond = signal.subscribe(() => seen.push('second'));
    signal.set(1);
    expect(seen).toEqual(['first']);
  });

  test('ends one subscription of a function that subscribed twice', () => {
    const signal = createSignal(0);
    const seen: number[] = [];
    const listener = (value: number) => seen.push(value);
    const end = signal.subscribe(listener);
    signal.subscribe(listener);
    end();
    end();
    signal.set(1);
    expect(seen).toEqual([1]);
  });

  test('reports what a listener throws and still tells the others', () => {
    const reported: unknown[] = [];
    const signal = createSignal(0, (error) => reported.push(error));
    const seen: number[] = [];
    const bug = new Error('bug');
    signal.subscribe(() => {
      throw bug;
    });
    signal.subscribe((value) => seen.push(value));
    signal.set(1);
    expect(seen).toEqual([1]);
    expect(reported).toEqual([bug]);
  });

  test('leaves every listener with the newest value when a listener sets another', () => {
    const signal = createSignal(0);
    const seen: number[] = [];
    signal.subscribe((value) => {
      if (value === 1) signal.set(2);
    });
    signal.subscribe((value) => seen.push(value));
    signal.set(1);
    expect(seen).toEqual([2]);
  });
});

describe('a mapped signal', () => {
  test('follows its source', () => {
    const source = createSignal(2);
    const doubled = mapSignal(source, (value) => value * 2);
    const seen: number[] = [];
    const end = doubled.subscribe((value) => seen.push(value));
    source.set(3);
    end();
    source.set(4);
    expect(seen).toEqual([6]);
    expect(doubled.current).toBe(8);
  });

  test('does not tell of a change of the source that makes no difference', () => {
    const source = createSignal(1);
    const parity = mapSignal(source, (value) => value % 2);
    const seen: number[] = [];
    parity.subscribe((value) => seen.push(value));
    source.set(3);
    source.set(4);
    expect(seen).toEqual([0]);
  });

  test('keeps the identity of its value while the source is unchanged', () => {
    const mapped = mapSignal(createSignal(1), (value) => ({ value }));
    expect(mapped.current).toBe(mapped.current);
  });
});
