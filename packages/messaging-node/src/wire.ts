/** One wire of the node: whose it is, and how much it may still send. */
import { TokenBucket } from '@plenum/hyperty';
import type { Message } from '@plenum/protocol';
import type { NodeLimits } from './limits.ts';
import type { Endpoint, Session } from './session.ts';

/** Characters that count as one message: about what the longest of everyday ones has. */
const charactersPerToken = 4_096;

/** A flight that opens a session and joins has half a dozen. */
const maxHeld = 64;

export function tokensFor(text: string): number {
  return 1 + Math.floor(text.length / charactersPerToken);
}

export interface WireOptions {
  readonly endpoint: Endpoint;
  readonly origin: string;
  readonly isTrusted: boolean;
  readonly limits: NodeLimits;
}

export class Wire {
  readonly endpoint: Endpoint;
  readonly origin: string;
  readonly isTrusted: boolean;
  session: Session | undefined;
  isClosed = false;
  /** Whoever opens a session here is being verified; what they send meanwhile waits. */
  isOpening = false;
  stopOpenTimer: () => void = () => undefined;
  readonly #limits: NodeLimits;
  readonly #bucket: TokenBucket;
  #refusals = 0;
  #held: Message[] = [];

  constructor({ endpoint, origin, isTrusted, limits }: WireOptions) {
    this.endpoint = endpoint;
    this.origin = origin;
    this.isTrusted = isTrusted;
    this.#limits = limits;
    const { sessionMessagesPerSecond: perSecond, sessionMessageBurst: burst } = limits;
    this.#bucket = new TokenBucket({ burst, perSecond });
  }

  /** Keeps a message until the session is open; false where there are too many. */
  hold(message: Message): boolean {
    return this.#held.push(message) <= maxHeld;
  }

  takeHeld(): readonly Message[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /** Counts a message; false where the wire sends too many. */
  countMessage(count: number, now: number): boolean {
    return this.#bucket.take(now, count);
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
