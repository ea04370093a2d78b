/**
 * A hyperty from outside: verified source in a sandbox, on a session of its own, so that the messaging node bounds it
 * like any visitor, and its end takes back all it had. SPEC.md rules DE6 and DE8.
 */
import {
  type Address,
  ConferenceError,
  type HypertyUrl,
  type Json,
  type SandboxedDescriptor,
  type UserUrl,
} from '@plenum/protocol';
import { abortable } from '../abortable.ts';
import type { MessageBus } from '../message-bus.ts';
import type { Registration } from '../registration.ts';
import type { Sandbox, SandboxedHyperty, VerifiedSource } from './contract.ts';
import { GuardedBus } from './guarded-bus.ts';

/** What a hyperty's session must offer; a HypertyRuntime does. */
export interface HypertySession {
  readonly bus: Pick<MessageBus, 'send' | 'request' | 'listen'>;
  readonly registry: { register(registration: Registration): Promise<void> };
  readonly opened: Promise<void>;
  /** Who the node says it is, once it is open. */
  readonly userUrl: string | undefined;
  hypertyUrl(name: string): HypertyUrl;
  claim(addresses: readonly Address[]): Promise<void>;
  close(): void;
}

export interface SandboxHost {
  readonly sandbox: Sandbox;
  /** A new session without any trust. Tells when it ended by itself. */
  readonly openSession: (onClosed: (error: ConferenceError | undefined) => void) => HypertySession;
}

export interface ForeignOptions {
  readonly host: SandboxHost;
  readonly configuration: Json | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onEnded: (error: ConferenceError) => void;
}

export class ForeignHyperty {
  readonly url: HypertyUrl;
  readonly #options: ForeignOptions;
  readonly #session: HypertySession;
  readonly #bus: GuardedBus;
  #hyperty: SandboxedHyperty | undefined;
  /** Why it ended by itself. */
  #failure: ConferenceError | undefined;
  #closing: Promise<void> | undefined;

  private constructor(name: string, options: ForeignOptions) {
    this.#options = options;
    this.#session = options.host.openSession((error) =>
      this.#fail(error ?? new ConferenceError('disconnected')),
    );
    this.url = this.#session.hypertyUrl(name);
    this.#bus = new GuardedBus(this.#session.bus, this.url);
  }

  /** Resolves once it is active. @throws ConferenceError as session or sandbox refuse, `aborted`; nothing is left then. */
  static async start(
    descriptor: SandboxedDescriptor,
    source: VerifiedSource,
    options: ForeignOptions,
  ): Promise<ForeignHyperty> {
    const foreign = new ForeignHyperty(descriptor.objectName, options);
    try {
      await abortable(foreign.#register(descriptor), options.signal);
      await foreign.#run(source, options.configuration ?? (descriptor.configuration as Json));
    } catch (thrown) {
      const reason = foreign.#failure ?? thrown;
      await foreign.close();
      throw reason;
    }
    return foreign;
  }

  /** As it calls itself. */
  get name(): string {
    return this.#hyperty?.name ?? '';
  }

  /** Known before it is active, as the specification has it: address, registration, activation. */
  async #register({ dataObjects, hypertyType }: SandboxedDescriptor): Promise<void> {
    await this.#session.opened;
    await this.#session.claim([this.url]);
    const { userUrl } = this.#session;
    if (userUrl === undefined) return;
    const dataSchemes = [...new Set(dataObjects.map(({ schema }) => schemeOf(schema)))];
    const registration = { url: this.url, user: userUrl as UserUrl, dataSchemes, resources: hypertyType };
    await this.#session.registry.register(registration);
  }

  async #run(source: VerifiedSource, configuration: Json): Promise<void> {
    const { host, signal } = this.#options;
    const running = host.sandbox.run(source, {
      url: this.url,
      bus: this.#bus,
      configuration,
      signal,
      onEnded: (error) => this.#fail(error),
    });
    this.#hyperty = await abortable(running, signal, (late) => void late.close());
    // It may have ended before we were told that it had begun.
    if (this.#failure !== undefined) throw this.#failure;
  }

  #fail(error: ConferenceError): void {
    if (this.#failure !== undefined || this.#closing !== undefined) return;
    this.#failure = error;
    const wasActive = this.#hyperty !== undefined;
    void this.close();
    // Before, `start` tells.
    if (wasActive) this.#options.onEnded(error);
  }

  /** Ends the hyperty, then its session. May be called more than once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.#hyperty?.close();
    } finally {
      this.#bus.close();
      this.#session.close();
    }
  }
}

/** The schemas of the product have names; every other object lives in a Communication's tree. */
function schemeOf(schema: string): string {
  return /(?:^|\/)Connection$/.test(schema) ? 'connection' : 'comm';
}
