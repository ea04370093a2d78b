/** Keeps the client to be found by its user URL while somebody listens for invitations, also after its session was lost. */
import { type Clock, retryDelayMs } from '@plenum/hyperty';
import { ConferenceError } from '@plenum/protocol';
import type { ClientSession, OpenSession } from './client-session.ts';
import { pause } from './pause.ts';

const kinds = { dataSchemes: ['connection', 'comm'], resources: ['audio', 'video', 'chat'] };

export class Reachability {
  readonly #session: ClientSession;
  readonly #clock: Clock;
  readonly #ending = new AbortController();
  #isWanted = false;
  #isTrying = false;
  /** Where it is registered, from the request on. */
  #registeredIn: OpenSession | undefined;

  constructor(session: ClientSession, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
  }

  /** Somebody listens. To be found there has to be a session: one is opened where there is none. */
  start(): void {
    this.#isWanted = true;
    void this.#try(0);
  }

  /** Nobody listens any more. */
  stop(): void {
    this.#isWanted = false;
    this.#unregister();
  }

  #unregister(): void {
    const session = this.#registeredIn;
    this.#registeredIn = undefined;
    // A session that has ended is registered nowhere.
    session?.runtime.registry.unregister(session.hypertyUrl).catch(() => undefined);
  }

  /** A session begins, for whatever reason. */
  handleSessionOpened(): void {
    void this.#try(0);
  }

  /** After a restart of the server everybody comes back: not all at once. */
  handleSessionLost(): void {
    void this.#try(retryDelayMs(0));
  }

  get #isMissing(): boolean {
    const isRegistered = this.#registeredIn !== undefined && this.#registeredIn === this.#session.current;
    return this.#isWanted && !isRegistered && !this.#ending.signal.aborted;
  }

  /** Until it works; what is refused for good shows in whatever else needs the session. */
  async #try(firstDelayMs: number): Promise<void> {
    if (this.#isTrying) return;
    this.#isTrying = true;
    let delayMs = firstDelayMs;
    for (let attempt = 0; this.#isMissing; attempt++) {
      if (delayMs > 0) await pause(this.#clock, delayMs, this.#ending.signal);
      if (!this.#isMissing || !(await this.#attempt())) break;
      delayMs = retryDelayMs(attempt);
    }
    this.#isTrying = false;
  }

  /** Whether it worked, or another attempt may. */
  async #attempt(): Promise<boolean> {
    try {
      await this.#session.run((session) => this.#register(session), this.#ending.signal);
      return true;
    } catch (thrown) {
      return thrown instanceof ConferenceError && thrown.retryable;
    }
  }

  async #register(session: OpenSession): Promise<void> {
    const { runtime, hypertyUrl, ready } = session;
    await ready;
    const user = runtime.userUrl;
    if (user === undefined || !this.#isMissing) return;
    this.#unregister();
    this.#registeredIn = session;
    try {
      await runtime.registry.register({ url: hypertyUrl, user: user as `user://${string}`, ...kinds });
    } catch (thrown) {
      if (this.#registeredIn === session) this.#registeredIn = undefined;
      throw thrown;
    }
  }

  /** Tries no more. May be called more than once. */
  close(): void {
    this.#ending.abort();
  }
}
