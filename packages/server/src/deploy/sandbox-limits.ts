/** What one sandboxed hyperty may use. */
export interface SandboxLimits {
  /** Mebibytes of its JavaScript heap. */
  readonly heapMb: number;
  /** Mebibytes of its whole process, of which Node itself takes about 95. */
  readonly memoryMb: number;
  /** UTF-16 units of one message, either way from it. */
  readonly maxMessageLength: number;
  /** Messages that it sends a second, in the long run. */
  readonly messagesPerSecond: number;
  /** Messages that it sends at once. */
  readonly messageBurst: number;
  /** Milliseconds from its start until it must be active. */
  readonly startWithinMs: number;
  /** Every so many milliseconds it is asked whether it still listens, */
  readonly pingEveryMs: number;
  /** and without an answer for so long it hangs. */
  readonly hangMs: number;
  /** Milliseconds to say goodbye in. */
  readonly closeWithinMs: number;
  /** Refused messages that end it. */
  readonly refusalsBeforeEnd: number;
  /** Requests that wait for its answer. */
  readonly unansweredRequests: number;
  /** Milliseconds for an answer. */
  readonly answerWithinMs: number;
}

export const defaultSandboxLimits: SandboxLimits = {
  heapMb: 64,
  memoryMb: 320,
  maxMessageLength: 64 * 1024,
  messagesPerSecond: 50,
  messageBurst: 200,
  startWithinMs: 15_000,
  pingEveryMs: 1_000,
  hangMs: 5_000,
  closeWithinMs: 1_000,
  refusalsBeforeEnd: 16,
  unansweredRequests: 256,
  answerWithinMs: 15_000,
};
