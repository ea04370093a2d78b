/**
 * The runtime that hosts hyperties: one session with a messaging node over one link. The same core runs in browsers
 * and on Node; what differs is the link.
 */
import {
  type Address,
  type ConferenceError,
  createSessionId,
  type HypertyUrl,
  type RuntimeUrl,
  type SessionId,
  wellKnown,
} from '@plenum/protocol';
import { type Clock, systemClock } from './clock.ts';
import { type Deployed, type DeployOptions, deploy } from './deploy/deploy.ts';
import type { OpenLink } from './link.ts';
import { type Logger, silentLogger } from './logger.ts';
import type { MessageBus } from './message-bus.ts';
import { RegistryClient } from './registry-client.ts';
import { RuntimeSession, type SessionState } from './runtime-session.ts';
import { Syncher } from './syncher.ts';

export interface HypertyRuntimeOptions {
  readonly domain: string;
  readonly openLink: OpenLink;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** How long a request waits for its answer; 15,000 ms unless given. */
  readonly requestTimeoutMs?: number | undefined;
  /** Says who one is; a guest without it. */
  readonly accessToken?: string | undefined;
  /** Of an earlier session: makes one the same user again. */
  readonly resumeToken?: string | undefined;
  /** Whether the session outlives its link, as those over networks should; false unless given. */
  readonly isResumable?: boolean | undefined;
  /** `open` and `resuming`, whenever one becomes the other. */
  readonly onState?: ((state: SessionState) => void) | undefined;
  /** There is a token to come back with, or a newer one. A secret. */
  readonly onResumeToken?: ((token: string) => void) | undefined;
  /** Called once when the session ended; no error after the own `close()`. */
  readonly onClosed?: ((error: ConferenceError | undefined) => void) | undefined;
}

const defaultRequestTimeoutMs = 15_000;

export class HypertyRuntime {
  readonly domain: string;
  readonly sessionId: SessionId = createSessionId();
  readonly url: RuntimeUrl;
  readonly bus: MessageBus;
  readonly syncher: Syncher;
  readonly registry: RegistryClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly #session: RuntimeSession;
  readonly #onClosed: (error: ConferenceError | undefined) => void;

  constructor(options: HypertyRuntimeOptions) {
    this.domain = options.domain;
    this.url = `runtime://${options.domain}/${this.sessionId}`;
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger ?? silentLogger;
    this.#onClosed = options.onClosed ?? (() => undefined);
    const { domain, clock, logger } = this;
    this.#session = new RuntimeSession({
      url: this.url,
      domain,
      openLink: options.openLink,
      clock,
      logger,
      requestTimeoutMs: options.requestTimeoutMs ?? defaultRequestTimeoutMs,
      accessToken: options.accessToken,
      resumeToken: options.resumeToken,
      isResumable: options.isResumable ?? false,
      onUnclaimed: (message) => this.syncher.handleUnclaimed(message),
      onState: options.onState ?? (() => undefined),
      onResumeToken: options.onResumeToken ?? (() => undefined),
      onResumed: () => this.syncher.resynchronise(),
      onClosed: (error) => {
        this.syncher.close();
        this.registry.close();
        this.#onClosed(error);
      },
    });
    this.bus = this.#session.bus;
    this.syncher = new Syncher({ bus: this.bus, clock, logger, domain });
    this.registry = new RegistryClient(this.bus, domain, clock);
  }

  /**
   * Resolves when the node has opened the session, rejects as it refuses. Nothing needs to wait for it: what is sent
   * before is handled after.
   */
  get opened(): Promise<void> {
    return this.#session.opened;
  }

  get state(): SessionState {
    return this.#session.state;
  }

  /** Who the node says one is; undefined until the session is open. */
  get userUrl(): string | undefined {
    return this.#session.userUrl;
  }

  /** Makes a later session the same user's. A secret. Undefined until the node has made it. */
  get resumeToken(): string | undefined {
    return this.#session.resumeToken;
  }

  /** Milliseconds for which the node keeps the session without its link; until it has said so, what is usual. */
  get resumeWithinMs(): number {
    return this.#session.resumeWithinMs;
  }

  /** To be called when the network changed or the page woke: a dead link is noticed at once. */
  checkLink(): void {
    this.#session.checkNow();
  }

  /**
   * Loads and executes a hyperty from its descriptor, from an allow-list and with an integrity hash.
   * @throws ConferenceError `descriptor-refused`, `integrity-mismatch`, `bad-request`, `aborted`, and what its start throws.
   */
  deploy<R extends object, I>(descriptorUrl: string, options: DeployOptions<R, I>): Promise<Deployed<I>> {
    return deploy(descriptorUrl, options);
  }

  /** Claims addresses. @throws ConferenceError `address-taken`, `not-authorized`, `capacity-exceeded`. */
  async claim(addresses: readonly Address[]): Promise<void> {
    const to = wellKnown.addressAllocation(this.domain);
    await this.bus.request({ type: 'create', from: this.url, to, body: { value: { addresses } } });
  }

  /** The address of a hyperty of this session; to be claimed before it sends. */
  hypertyUrl(name: string): HypertyUrl {
    return `hyperty://${this.domain}/${this.sessionId}/${name}`;
  }

  /** Ends the session and everything in it. May be called more than once. */
  close(): void {
    this.#session.close();
  }
}
