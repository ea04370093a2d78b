/** Time is injected, so that tests can move it. */
export interface Clock {
  /** Milliseconds since some fixed moment; only differences mean something. */
  now(): number;
  /** The calendar time in ISO 8601. */
  isoTime(): string;
  /** Calls back once after the delay; what it returns cancels. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  isoTime: () => new Date().toISOString(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
