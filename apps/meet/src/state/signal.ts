/** Values that change, for view models: no React in here, one small bridge to it in the views. */
import type { Signal } from '@plenum/client';

export type { Signal };

export interface WritableSignal<T> extends Signal<T> {
  set(value: T): void;
}

type Equals<T> = (a: T, b: T) => boolean;

export function signal<T>(initial: T, equals: Equals<T> = Object.is): WritableSignal<T> {
  const listeners = new Set<(value: T) => void>();
  let current = initial;
  return {
    get current() {
      return current;
    },
    subscribe(listener) {
      // A wrapper, so that one function subscribed twice counts twice.
      const entry = (value: T) => listener(value);
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    set(value) {
      if (equals(current, value)) return;
      current = value;
      for (const listener of [...listeners]) listener(value);
    },
  };
}

/**
 * A value computed from others. It listens to them only while somebody listens to it, so it needs no closing;
 * `current` is right at any time, and keeps its identity while `equals` says that nothing changed.
 */
export function derived<T>(
  sources: readonly Signal<unknown>[],
  compute: () => T,
  equals: Equals<T> = Object.is,
): Signal<T> {
  const listeners = new Set<(value: T) => void>();
  let stops: (() => void)[] = [];
  let cached: { value: T } | undefined;
  // What the listeners know, which may be older than what somebody has read meanwhile.
  let told: { value: T } | undefined;

  const read = (): T => {
    const value = compute();
    if (cached === undefined || !equals(cached.value, value)) cached = { value };
    return cached.value;
  };
  const handleSourceChange = () => {
    const value = read();
    if (cached === told) return;
    told = cached;
    for (const listener of [...listeners]) listener(value);
  };
  return {
    get current() {
      return read();
    },
    subscribe(listener) {
      const entry = (value: T) => listener(value);
      if (listeners.size === 0) {
        read();
        told = cached;
        stops = sources.map((source) => source.subscribe(handleSourceChange));
      }
      listeners.add(entry);
      return () => {
        if (!listeners.delete(entry) || listeners.size > 0) return;
        for (const stop of stops) stop();
        stops = [];
      };
    },
  };
}

/** As `derived`, for what makes something new each time: computed anew only when a source has changed. */
export function derivedOnce<T>(sources: readonly Signal<unknown>[], compute: () => T): Signal<T> {
  let last: { readonly inputs: readonly unknown[]; readonly value: T } | undefined;
  return derived(sources, () => {
    const inputs = sources.map(({ current }) => current);
    if (last === undefined || !sameItems(last.inputs, inputs)) last = { inputs, value: compute() };
    return last.value;
  });
}

/** Equality for lists whose items keep their identity. */
export function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}
