/** What each origin uses: its open sessions and its rate of messages. Origins without any are forgotten. */
import { TokenBucket } from '@plenum/hyperty';
import type { NodeLimits } from './limits.ts';

interface OriginUse {
  sockets: number;
  sessions: number;
  readonly bucket: TokenBucket;
}

/**
 * Sockets for each session that there may be: a session that lost one, perhaps unnoticed yet, comes back over another,
 * also where everybody at an origin does so at once.
 */
const socketsPerSession = 2;

export class OriginTable {
  readonly #limits: NodeLimits;
  readonly #now: () => number;
  readonly #uses = new Map<string, OriginUse>();

  constructor(limits: NodeLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** A socket came; false where its origin has too many. Those without a session count too. */
  addSocket(origin: string): boolean {
    return this.#add(origin, 'sockets', this.#limits.sessionsPerOrigin * socketsPerSession);
  }

  removeSocket(origin: string): void {
    this.#remove(origin, 'sockets');
  }

  /** A session begins; false where its origin has too many. Those that are without a socket for a while count too. */
  addSession(origin: string): boolean {
    return this.#add(origin, 'sessions', this.#limits.sessionsPerOrigin);
  }

  removeSession(origin: string): void {
    this.#remove(origin, 'sessions');
  }

  #add(origin: string, kind: 'sockets' | 'sessions', limit: number): boolean {
    const use = this.#uses.get(origin) ?? { sockets: 0, sessions: 0, bucket: new TokenBucket(this.#rate) };
    if (use[kind] >= limit) return false;
    use[kind] += 1;
    this.#uses.set(origin, use);
    return true;
  }

  #remove(origin: string, kind: 'sockets' | 'sessions'): void {
    const use = this.#uses.get(origin);
    if (use === undefined) return;
    use[kind] -= 1;
    if (use.sockets === 0 && use.sessions === 0) this.#uses.delete(origin);
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
