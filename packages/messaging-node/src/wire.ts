/** One wire of the node: whose it is, and how much it may still send. */
import type { NodeLimits } from './limits.ts';
import type { Endpoint, Session } from './session.ts';
import { fullBucket, type TokenBucket, takeTokens } from './token-bucket.ts';

/** Characters that count as one message: about what the longest of everyday ones has. */
const charactersPerToken = 4_096;

export function tokensFor(text: string): number {
  return 1 + Math.floor(text.length / charactersPerToken);
}

export interface WireOptions {
  readonly endpoint: Endpoint;
  readonly origin: string;
  readonly isTrusted: boolean;
  readonly limits: NodeLimits;
  /** Milliseconds on the clock. */
  readonly now: number;
}

export class Wire {
  readonly endpoint: Endpoint;
  readonly origin: string;
  readonly isTrusted: boolean;
  session: Session | undefined;
  isClosed = false;
  stopOpenTimer: () => void = () => undefined;
  readonly #limits: NodeLimits;
  #bucket: TokenBucket;
  #refusals = 0;

  constructor({ endpoint, origin, isTrusted, limits, now }: WireOptions) {
    this.endpoint = endpoint;
    this.origin = origin;
    this.isTrusted = isTrusted;
    this.#limits = limits;
    this.#bucket = fullBucket(this.#rate, now);
  }

  /** Counts a message; false where the wire sends too many. */
  countMessage(count: number, now: number): boolean {
    const { bucket, taken } = takeTokens(this.#bucket, this.#rate, { now, count });
    this.#bucket = bucket;
    return taken;
  }

  get #rate() {
    const { sessionMessagesPerSecond, sessionMessageBurst } = this.#limits;
    return { perSecond: sessionMessagesPerSecond, burst: sessionMessageBurst };
  }

  /** A message was understood: that makes up for one that was not. */
  countAccepted(): void {
    this.#refusals = Math.max(0, this.#refusals - 1);
  }

  /** A message was refused, a long one for as many; says whether the wire has had its last chance. */
  countRefused(count: number): boolean {
    this.#refusals += count;
    return this.#refusals > this.#limits.refusalsBeforeClose;
  }
}
