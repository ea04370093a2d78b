/**
 * Keeps the STUN and TURN servers of a link good: their credentials end, and calls may last longer. What media flows over now
 * goes on without; they are for the next way through the network, and then there is no time to lose. SPEC.md rule ICE3.
 */
import type { Clock } from '@plenum/hyperty';
import type { IceServer, IssuedIceServers } from '@plenum/protocol';
import { pause } from './pause.ts';

export interface IceRenewalOptions {
  readonly clock: Clock;
  /** Asks the server for others. */
  readonly ask: () => Promise<IssuedIceServers>;
  readonly use: (servers: readonly IceServer[]) => void;
}

/** Of how long they are good, after so much others are asked for. */
const renewAfter = 0.75;
/** Where the server could not be asked. */
const retryMs = 30_000;
/** After so long much may be another at the server: a relay that was down is up, or the reverse. */
const oldAfterMs = 10_000;
/** A link that is to be mended does not wait for longer. */
const waitAtMostMs = 1_000;

export class IceRenewal {
  readonly #options: IceRenewalOptions;
  readonly #closing = new AbortController();
  /** Undefined where they stay good. */
  #issuedAt: number | undefined;
  #asking: Promise<void> | undefined;
  #servers: readonly IceServer[] = [];
  #stopTimer: () => void = () => undefined;

  constructor(options: IceRenewalOptions, issued: IssuedIceServers) {
    this.#options = options;
    this.#plan(issued);
  }

  /** For links that are made now. */
  get servers(): readonly IceServer[] {
    return this.#servers;
  }

  #plan({ iceServers, iceServersValidForMs }: IssuedIceServers): void {
    const { clock } = this.#options;
    this.#servers = iceServers;
    this.#issuedAt = iceServersValidForMs === undefined ? undefined : clock.now();
    if (iceServersValidForMs !== undefined) this.#renewIn(iceServersValidForMs * renewAfter);
  }

  #renewIn(ms: number): void {
    this.#stopTimer = this.#options.clock.after(ms, () => void this.#renew());
  }

  #renew(): Promise<void> {
    this.#stopTimer();
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    const { ask, use } = this.#options;
    try {
      const issued = await ask();
      if (this.#closing.signal.aborted) return;
      this.#plan(issued);
      use(issued.iceServers);
    } catch {
      // The server is out of reach, or restarts: those there are may do.
      if (!this.#closing.signal.aborted) this.#renewIn(retryMs);
    }
  }

  /** Another way through the network is about to be looked for. */
  handleRestart(): void {
    const { clock } = this.#options;
    if (this.#issuedAt !== undefined && clock.now() - this.#issuedAt >= oldAfterMs) void this.#renew();
  }

  /** Resolves when those that were asked for are in use, or have been waited for; undefined where none were. */
  get pending(): Promise<void> | undefined {
    if (this.#asking === undefined) return undefined;
    const waiting = new AbortController();
    const asked = this.#asking.finally(() => waiting.abort());
    return Promise.race([asked, pause(this.#options.clock, waitAtMostMs, waiting.signal)]);
  }

  /** May be called more than once. */
  close(): void {
    this.#closing.abort();
    this.#stopTimer();
  }
}
