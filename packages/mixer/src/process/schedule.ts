/** Calls again and again at moments that do not drift, and makes up for those that it missed. */

export interface Schedule {
  /** Milliseconds between two calls. */
  readonly periodMs: number;
  /** Milliseconds: of what was missed for longer only the last is called. */
  readonly madeUpMs: number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** @param dueMs When it was due, which is at most as much earlier as is made up for. */
  readonly call: (dueMs: number) => void;
}

/** @returns What ends it; may be called more than once. */
export function runOnSchedule({ periodMs, madeUpMs, now, after, call }: Schedule): () => void {
  let due = now() + periodMs;
  let cancel = (): void => undefined;
  const wake = () => {
    // What falls due meanwhile waits: where calls take longer than the time between them, all else still gets its turn.
    const begun = now();
    if (begun - due > madeUpMs) due += periodMs * Math.floor((begun - due) / periodMs);
    for (; due <= begun; due += periodMs) call(due);
    cancel = after(Math.max(0, due - now()), wake);
  };
  cancel = after(periodMs, wake);
  return () => cancel();
}
