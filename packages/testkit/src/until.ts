/** Waiting in tests: for a condition, never for a time. */

/** Lets everything run that is due already: promises, microtasks and the events they cause. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Resolves with the first value that is neither undefined nor false; the test runner's own limit ends a vain wait. */
export async function until<T>(
  read: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const value = await read();
    if (value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
