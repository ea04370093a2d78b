import type { Signal } from './conference-client-types.ts';

/** A signal that its owner may set; hand it out as `Signal`. */
export interface WritableSignal<T> extends Signal<T> {
  /** Takes a new value and tells the subscribers, unless it is the same (`Object.is`). */
  set(value: T): void;
}

/** Where errors of listeners go: they are the listener's bug and must not stop the others or the setter. */
export type ReportError = (error: unknown) => void;

/** The browser's (and Node's) way to report an error without throwing it here: it shows up as uncaught. */
export function reportAsUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** A value with subscribers, starting as `initial`. */
export function createSignal<T>(initial: T, report: ReportError = reportAsUncaught): WritableSignal<T> {
  // Keyed by subscription, so that one function subscribed twice is called twice and ended separately.
  const subscriptions = new Map<symbol, (value: T) => void>();
  let current = initial;

  function notify(value: T): void {
    for (const [key, listener] of [...subscriptions]) {
      // A listener may have set another value, which everybody has been told of: the rest would hear old news.
      if (!Object.is(current, value)) return;
      if (!subscriptions.has(key)) continue;
      try {
        listener(value);
      } catch (error) {
        report(error);
      }
    }
  }

  return {
    get current() {
      return current;
    },
    set(value) {
      if (Object.is(current, value)) return;
      current = value;
      notify(value);
    },
    subscribe(listener) {
      const key = Symbol('subscription');
      subscriptions.set(key, listener);
      return () => {
        subscriptions.delete(key);
      };
    },
  };
}

/** A signal computed from another. Nothing is kept: it subscribes to `source` only while it is subscribed to. */
export function mapSignal<T, U>(source: Signal<T>, map: (value: T) => U): Signal<U> {
  let input = source.current;
  let output = map(input);

  // Computed once per value of the source, so that `current` keeps its identity between changes.
  function read(): U {
    if (!Object.is(source.current, input)) {
      input = source.current;
      output = map(input);
    }
    return output;
  }

  return {
    get current() {
      return read();
    },
    subscribe(listener) {
      let last = read();
      return source.subscribe(() => {
        const next = read();
        if (Object.is(next, last)) return;
        last = next;
        listener(next);
      });
    },
  };
}
