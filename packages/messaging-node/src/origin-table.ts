/** What each origin uses: its open sessions and its rate of messages. Origins without sessions are forgotten. */
import { TokenBucket } from '@plenum/hyperty';
import type { NodeLimits } from './limits.ts';

interface OriginUse {
  sockets: number;
  readonly bucket: TokenBucket;
}

export class OriginTable {
  readonly #limits: NodeLimits;
  readonly #now: () => number;
  readonly #uses = new Map<string, OriginUse>();

  constructor(limits: NodeLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** A socket came; false where its origin has too many. Sockets without a session count too. */
  addSocket(origin: string): boolean {
    const use = this.#uses.get(origin) ?? {
      sockets: 0,
      bucket: new TokenBucket(this.#rate),
    };
    if (use.sockets >= this.#limits.sessionsPerOrigin) return false;
    use.sockets += 1;
    this.#uses.set(origin, use);
    return true;
  }

  removeSocket(origin: string): void {
    const use = this.#uses.get(origin);
    if (use === undefined) return;
    use.sockets -= 1;
    if (use.sockets === 0) this.#uses.delete(origin);
  }

  /** Counts a message by its tokens; false where the origin sends too many. */
  countMessage(origin: string, count: number): boolean {
    const use = this.#uses.get(origin);
    if (use === undefined) return false;
    return use.bucket.take(this.#now(), count);
  }

  get #rate() {
    return { perSecond: this.#limits.messagesPerSecond, burst: this.#limits.messageBurst };
  }
}
