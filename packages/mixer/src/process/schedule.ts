/** Calls again and again at moments that do not drift, and makes up for those that it missed. */

export interface Schedule {
  /** Milliseconds between two calls. */
  readonly periodMs: number;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** @param dueMs When it was due, which is at most as much earlier as is made up for. */
  readonly call: (dueMs: number) => void;
}

/** What was missed for longer is left out: nobody wants to hear it so much later. */
const madeUpMs = 200;

/** @returns What ends it; may be called more than once. */
export function runOnSchedule({ periodMs, now, after, call }: Schedule): () => void {
  let due = now() + periodMs;
  let cancel = (): void => undefined;
  const wake = () => {
    if (now() - due > madeUpMs) due = now();
    for (; due <= now(); due += periodMs) call(due);
    cancel = after(Math.max(0, due - now()), wake);
  };
  cancel = after(periodMs, wake);
  return () => cancel();
}
