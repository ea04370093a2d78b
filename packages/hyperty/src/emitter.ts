/** Events are facts, told to whoever listens; a listener that throws is reported and does not stop the others. */

/** Event names with the arguments of their listeners. */
export type EventMap<Events> = { readonly [E in keyof Events]: readonly unknown[] };
type Listener<A extends readonly unknown[]> = (...args: A) => void;

export class Emitter<Events extends EventMap<Events>> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();
  readonly #onError: (thrown: unknown) => void;

  constructor(onError: (thrown: unknown) => void) {
    this.#onError = onError;
  }

  /** What it returns ends the listening. */
  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<E extends keyof Events>(event: E, ...args: Events[E]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        (listener as Listener<Events[E]>)(...args);
      } catch (thrown) {
        this.#onError(thrown);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
