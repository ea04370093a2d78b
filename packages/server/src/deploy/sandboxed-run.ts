/**
 * The host's side of one sandboxed hyperty, from its start to its end. Whatever bound it breaks ends it, and nothing
 * else. SPEC.md rules DE7 to DE10.
 */
import type { Activation, Clock, Logger, SandboxedHyperty, VerifiedSource } from '@plenum/hyperty';
import { ConferenceError, toConferenceError } from '@plenum/protocol';
import { Credit } from './credit.ts';
import type { SandboxLimits } from './sandbox-limits.ts';
import { type FromSandbox, parseFromSandbox, type ToSandbox } from './sandbox-messages.ts';
import { SandboxTraffic, type Traffic } from './sandbox-traffic.ts';
import type { OpenSandboxWire, SandboxWire } from './sandbox-wire.ts';
import { Watchdog } from './watchdog.ts';

export interface SandboxedRunOptions {
  readonly openWire: OpenSandboxWire;
  readonly limits: SandboxLimits;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class SandboxedRun implements SandboxedHyperty {
  readonly #activation: Activation;
  readonly #limits: SandboxLimits;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #wire: SandboxWire;
  readonly #credit: Credit;
  readonly #watchdog: Watchdog;
  readonly #traffic: SandboxTraffic;
  readonly #ready = Promise.withResolvers<void>();
  readonly #gone = Promise.withResolvers<void>();
  readonly #stopStartTimer: () => void;
  #state: 'starting' | 'active' | 'closing' | 'ended' = 'starting';
  #name = '';
  #refusals = 0;
  #closing: Promise<void> | undefined;

  private constructor(
    source: VerifiedSource,
    activation: Activation,
    { openWire, limits, clock, logger }: SandboxedRunOptions,
  ) {
    this.#activation = activation;
    this.#limits = limits;
    this.#clock = clock;
    this.#logger = logger;
    const post = (message: ToSandbox) => this.#wire.post(JSON.stringify(message));
    this.#credit = new Credit({
      burst: limits.messageBurst,
      perSecond: limits.messagesPerSecond,
      clock,
      onRenewed: (count) => post({ kind: 'credit', count }),
    });
    this.#watchdog = new Watchdog({
      ...limits,
      clock,
      ping: (count) => post({ kind: 'ping', count }),
      onHang: () => this.#end(new ConferenceError('timeout', 'The hyperty does not answer any more.')),
    });
    this.#traffic = new SandboxTraffic({ bus: activation.bus, limits, clock, post });
    this.#stopStartTimer = clock.after(limits.startWithinMs, () =>
      this.#end(new ConferenceError('timeout', 'The hyperty did not become active in time.')),
    );
    this.#wire = openWire({
      onLine: (line) => this.#handleLine(line),
      onGone: () => {
        this.#end(new ConferenceError('internal', 'The process of the hyperty ended.'));
        this.#gone.resolve();
      },
    });
    post({
      kind: 'start',
      url: activation.url,
      ...source,
      configuration: JSON.stringify(activation.configuration),
      credit: limits.messageBurst,
      maxMessageLength: limits.maxMessageLength,
    });
  }

  /** Resolves once it is active. @throws ConferenceError as it fails, `timeout`, `aborted`; nothing of it runs then. */
  static async start(
    source: VerifiedSource,
    activation: Activation,
    options: SandboxedRunOptions,
  ): Promise<SandboxedRun> {
    const { signal } = activation;
    if (signal?.aborted === true) throw new ConferenceError('aborted');
    const run = new SandboxedRun(source, activation, options);
    const abort = () => run.#end(new ConferenceError('aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await run.#ready.promise;
      return run;
    } catch (thrown) {
      await run.#gone.promise;
      throw thrown;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  get name(): string {
    return this.#name;
  }

  #handleLine(line: string): void {
    if (this.#state === 'ended') return;
    try {
      this.#handle(parseFromSandbox(line, this.#limits.maxMessageLength + 1_024));
    } catch (thrown) {
      this.#refuse(toConferenceError(thrown));
    }
  }

  #handle(message: FromSandbox): void {
    switch (message.kind) {
      case 'ready':
        return this.#becomeActive(message.name);
      case 'failed':
        return this.#end(new ConferenceError('internal', `The hyperty failed: ${message.message}`));
      case 'out-of-memory':
        return this.#end(new ConferenceError('capacity-exceeded', 'The hyperty took too much memory.'));
      case 'closed':
        return this.#end(undefined);
      case 'pong':
        if (!this.#watchdog.handlePong(message.count)) this.#spend();
        return;
      case 'trouble':
        this.#logger.warn('a sandboxed hyperty failed at a message', {
          url: this.#activation.url,
          message: message.message,
        });
        return this.#spend();
      default:
        return this.#handleTraffic(message);
    }
  }

  #becomeActive(name: string): void {
    if (this.#state !== 'starting') return this.#spend();
    this.#state = 'active';
    this.#name = name === '' ? this.#activation.url : name;
    this.#stopStartTimer();
    this.#watchdog.ask();
    this.#ready.resolve();
  }

  #handleTraffic(message: Traffic): void {
    this.#spend();
    if (this.#state !== 'ended') this.#traffic.handle(message);
  }

  /** Its thread does not let it send more than this; so who does has got out of there. */
  #spend(): void {
    if (!this.#credit.spend()) this.#end(new ConferenceError('rate-limited', 'The hyperty sent too much.'));
  }

  #refuse(error: ConferenceError): void {
    this.#refusals += 1;
    const { url } = this.#activation;
    this.#logger.warn('a message of a sandboxed hyperty was refused', { url, code: error.code });
    if (this.#refusals >= this.#limits.refusalsBeforeEnd) this.#end(error);
  }

  #end(error: ConferenceError | undefined): void {
    if (this.#state === 'ended') return;
    const before = this.#state;
    this.#state = 'ended';
    this.#stopStartTimer();
    this.#watchdog.close();
    this.#credit.close();
    this.#traffic.close();
    this.#wire.kill();
    const reason = error ?? new ConferenceError('closed');
    if (before === 'starting') this.#ready.reject(reason);
    if (before === 'active') this.#activation.onEnded(reason);
  }

  /** Lets it say goodbye for a moment, then ends its process. May be called more than once. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#state === 'active') {
      this.#state = 'closing';
      this.#wire.post(JSON.stringify({ kind: 'close' } satisfies ToSandbox));
      const stopTimer = this.#clock.after(this.#limits.closeWithinMs, () => this.#end(undefined));
      await this.#gone.promise;
      stopTimer();
      return;
    }
    this.#end(undefined);
    await this.#gone.promise;
  }
}
