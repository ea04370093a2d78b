/**
 * The runtime that hosts hyperties: one session with a messaging node over one link. The same core runs in browsers
 * and on Node; what differs is the link.
 */
import {
  type Address,
  ConferenceError,
  createSessionId,
  type HypertyUrl,
  type Message,
  protocolVersion,
  type RuntimeUrl,
  type SessionId,
  wellKnown,
} from '@plenum/protocol';
import { type Clock, systemClock } from './clock.ts';
import type { Link, OpenLink } from './link.ts';
import { type Logger, silentLogger } from './logger.ts';
import { MessageBus } from './message-bus.ts';
import { RegistryClient } from './registry-client.ts';
import { Syncher } from './syncher.ts';

export interface HypertyRuntimeOptions {
  readonly domain: string;
  readonly openLink: OpenLink;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  /** How long a request waits for its answer; 15,000 ms unless given. */
  readonly requestTimeoutMs?: number | undefined;
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
  /**
   * Resolves when the node has opened the session, rejects as it refuses. Nothing needs to wait for it: what is sent
   * before is handled after.
   */
  readonly opened: Promise<void>;
  readonly #link: Link;
  readonly #onClosed: (error: ConferenceError | undefined) => void;
  #closed = false;

  constructor(options: HypertyRuntimeOptions) {
    this.domain = options.domain;
    this.url = `runtime://${options.domain}/${this.sessionId}`;
    this.clock = options.clock ?? systemClock;
    this.logger = options.logger ?? silentLogger;
    this.#onClosed = options.onClosed ?? (() => undefined);
    this.bus = new MessageBus({
      send: (message) => this.#link.send(message),
      onUnclaimed: (message) => this.syncher.handleUnclaimed(message),
      clock: this.clock,
      logger: this.logger,
      requestTimeoutMs: options.requestTimeoutMs ?? defaultRequestTimeoutMs,
    });
    this.syncher = new Syncher({
      bus: this.bus,
      clock: this.clock,
      logger: this.logger,
      domain: this.domain,
    });
    this.registry = new RegistryClient(this.bus, this.domain);
    this.#link = options.openLink({
      onMessage: (message: Message) => this.bus.handleMessage(message),
      onClosed: (error) => this.#end(error ?? new ConferenceError('disconnected')),
    });
    this.opened = this.#open();
    // Whoever waits sees the refusal; whoever does not sees it in `onClosed`.
    this.opened.catch((error: ConferenceError) => this.#end(error));
  }

  async #open(): Promise<void> {
    await this.bus.request({
      type: 'create',
      from: this.url,
      to: wellKnown.session(this.domain),
      body: { value: { protocolVersion } },
    });
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

  #end(error: ConferenceError | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.syncher.close();
    this.bus.close(error ?? new ConferenceError('closed'));
    this.#link.close();
    this.#onClosed(error);
  }

  /** Ends the session and everything in it. May be called more than once. */
  close(): void {
    this.#end(undefined);
  }
}
