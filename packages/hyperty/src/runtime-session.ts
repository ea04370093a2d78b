/**
 * A runtime's session with its messaging node. It opens over a link, notices when that is dead, and comes back over a new one:
 * the node keeps the session for a while. SPEC.md rules S.
 *
 * | state    | means                                       | goes on with                                 |
 * |----------|---------------------------------------------|----------------------------------------------|
 * | opening  | the first link, the node has not answered   | answer: open; lost: closed                   |
 * | open     | messages flow                               | link lost: resuming; final error: closed     |
 * | resuming | the link is lost, others are tried          | answer: open; the node refuses: closed       |
 * | closed   | final                                       |                                              |
 */
import {
  ConferenceError,
  type ErrorCode,
  isPublishAddress,
  longestResumeSeconds,
  type Message,
  type MessageOf,
  protocolVersion,
  type Request,
  type RuntimeUrl,
  toConferenceError,
  wellKnown,
} from '@plenum/protocol';
import { retryDelayMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { sayGoodbye } from './goodbye.ts';
import type { Link, OpenLink } from './link.ts';
import type { Logger } from './logger.ts';
import { MessageBus } from './message-bus.ts';
import { Outbox } from './outbox.ts';

export type SessionState = 'opening' | 'open' | 'resuming' | 'closed';

export interface RuntimeSessionOptions {
  readonly url: RuntimeUrl;
  readonly domain: string;
  readonly openLink: OpenLink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly requestTimeoutMs: number;
  readonly accessToken: string | undefined;
  readonly resumeToken: string | undefined;
  /** False for links that cannot break, such as within a process. */
  readonly isResumable: boolean;
  /** A published message that nobody listens to, perhaps only not yet. */
  readonly onUnclaimed: (message: Request) => void;
  /** The state changed; not called for `closed`. */
  readonly onState: (state: SessionState) => void;
  /** What the session comes back with from now on. A secret. */
  readonly onResumeToken: (token: string) => void;
  /** The link is new, and nobody knows what was lost. */
  readonly onResumed: () => void;
  readonly onClosed: (error: ConferenceError | undefined) => void;
}

/** A silent link is asked after so long, and has so long to answer; milliseconds. */
const askAfterMs = 10_000;
const answerWithinMs = 5_000;
/** So long where there is a reason to think that the network is another: coming back costs little. */
const answerSuspectedWithinMs = 1_500;
/** One try to come back; TCP asks again within it after 1 and 3 seconds. */
const attemptMs = 4_000;
const defaultResumeSeconds = 30;

/** With these the node says that there is nothing to come back to. */
const finalCodes: ReadonlySet<ErrorCode> = new Set([
  'session-lost',
  'session-taken',
  'token-expired',
  'token-invalid',
  'version-mismatch',
  'wrong-domain',
  'not-authorized',
]);

export class RuntimeSession {
  readonly bus: MessageBus;
  /** Resolves when the node has opened the session, rejects as it refuses. */
  readonly opened: Promise<void>;
  readonly #options: RuntimeSessionOptions;
  readonly #outbox = new Outbox();
  #state: SessionState = 'opening';
  #link: Link;
  #userUrl: string | undefined;
  #resumeToken: string | undefined;
  #resumeWithinMs = defaultResumeSeconds * 1000;
  #attempts = 0;
  #attempt = new AbortController();
  #heardAt: number;
  #stopTimer: () => void = () => undefined;

  constructor(options: RuntimeSessionOptions) {
    this.#options = options;
    const { clock, logger, requestTimeoutMs, onUnclaimed } = options;
    const send = (message: Message, isTracked: boolean) => this.#send(message, isTracked);
    this.bus = new MessageBus({ send, onUnclaimed, clock, logger, requestTimeoutMs });
    this.#heardAt = clock.now();
    this.#link = this.#openLink();
    this.opened = this.#open();
    // Whoever waits sees the refusal; whoever does not sees it in `onClosed`.
    this.opened.catch((thrown) => this.#end(toConferenceError(thrown)));
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Who the node says one is; undefined until it has. */
  get userUrl(): string | undefined {
    return this.#userUrl;
  }

  /** What the session, or its user in a later one, comes back with. */
  get resumeToken(): string | undefined {
    return this.#resumeToken;
  }

  /** Milliseconds for which the node keeps the session without its link. */
  get resumeWithinMs(): number {
    return this.#resumeWithinMs;
  }

  #openLink(): Link {
    const link: Link = this.#options.openLink({
      onMessage: (message) => {
        if (this.#link === link) this.#receive(message);
      },
      onClosed: (error) => {
        if (this.#link === link) this.#handleLost(error ?? new ConferenceError('disconnected'));
      },
    });
    return link;
  }

  #receive(message: Message): void {
    this.#heardAt = this.#options.clock.now();
    this.bus.handleMessage(message);
  }

  async #open(): Promise<void> {
    const { accessToken, resumeToken } = this.#options;
    const { value } = await this.#ask('create', { value: { protocolVersion }, accessToken, resumeToken });
    if (this.#state !== 'opening') return;
    this.#userUrl = textOf(value, 'userURL');
    this.#setState('open');
    if (!this.#options.isResumable) return;
    this.#watch();
    // Ends with the session, which others are told of.
    this.#prepareResuming().catch(() => undefined);
  }

  /** Fetched after the opening and after each return, so that signing keeps nobody waiting. */
  async #prepareResuming(): Promise<void> {
    const { value } = await this.#ask('read', {});
    this.#resumeToken = textOf(value, 'resumeToken');
    this.#resumeWithinMs = resumeSecondsOf(value) * 1000;
    const token = this.#resumeToken;
    if (token !== undefined) this.#tell(() => this.#options.onResumeToken(token));
  }

  #ask<T extends 'create' | 'read' | 'update' | 'delete'>(
    type: T,
    body: MessageOf<T>['body'],
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ) {
    const { url, domain } = this.#options;
    return this.bus.request({ type, from: url, to: wellKnown.session(domain), body } as const, options);
  }

  /** Kept while there is no link, all but changes, since they are read again. */
  #send(message: Message, isTracked: boolean): void {
    const isForNode = message.to === wellKnown.session(this.#options.domain);
    if (this.#state !== 'resuming' || isForNode) this.#link.send(message);
    else if (!isPublishAddress(message.to)) this.#outbox.hold(message, isTracked);
  }

  #setState(state: SessionState): void {
    this.#state = state;
    this.#tell(() => this.#options.onState(state));
  }

  /** Whoever is told may throw: that is theirs to mend, and the session goes on, or ends, all the same. */
  #tell(listener: () => void): void {
    try {
      listener();
    } catch (thrown) {
      this.#options.logger.error('a listener of the session failed', { url: this.#options.url, thrown });
    }
  }

  /** A browser is not told that its network is gone: a link that has been silent for long is asked. */
  #watch(): void {
    this.#stopTimer();
    this.#stopTimer = this.#options.clock.after(askAfterMs, () => {
      const isSilent = this.#options.clock.now() - this.#heardAt >= askAfterMs;
      if (isSilent) void this.#check(answerWithinMs);
      this.#watch();
    });
  }

  async #check(timeoutMs: number): Promise<void> {
    const link = this.#link;
    try {
      await this.#ask('update', {}, { timeoutMs });
    } catch (thrown) {
      const isDead = this.#state === 'open' && this.#link === link;
      if (isDead && toConferenceError(thrown).code === 'timeout')
        this.#handleLost(new ConferenceError('disconnected'));
    }
  }

  /** The network changed, or the page woke: finds out at once whether the link lives, and tries again where it does not. */
  checkNow(): void {
    if (this.#state === 'open' && this.#options.isResumable) void this.#check(answerSuspectedWithinMs);
    if (this.#state === 'resuming') this.#tryAgain(0);
  }

  #handleLost(error: ConferenceError): void {
    const mayResume = this.#resumeToken !== undefined && error.code === 'disconnected';
    if (this.#state === 'resuming') return this.#attempt.abort();
    if (this.#state !== 'open' || !mayResume) return this.#end(error);
    this.#options.logger.info('link lost', { url: this.#options.url });
    this.#link.abandon();
    this.#attempts = 0;
    this.#setState('resuming');
    this.#tryAgain(0);
  }

  #tryAgain(delayMs: number): void {
    this.#stopTimer();
    this.#stopTimer = this.#options.clock.after(delayMs, () => void this.#resume());
  }

  async #resume(): Promise<void> {
    const { clock } = this.#options;
    const begun = clock.now();
    this.#attempt.abort();
    this.#attempt = new AbortController();
    const { signal } = this.#attempt;
    try {
      this.#link.abandon();
      this.#link = this.#openLink();
      const body = { value: { protocolVersion }, resumeToken: this.#resumeToken };
      await this.#ask('create', body, { timeoutMs: attemptMs, signal });
      this.#handleResumed();
    } catch (thrown) {
      if (this.#state !== 'resuming' || this.#attempt.signal !== signal) return;
      const error = toConferenceError(thrown);
      if (finalCodes.has(error.code)) return this.#end(error);
      // One that took its time has waited enough.
      const waited = clock.now() - begun;
      this.#tryAgain(Math.max(0, retryDelayMs(this.#attempts++) - waited));
    }
  }

  #handleResumed(): void {
    if (this.#state !== 'resuming') return;
    const { logger, url, onResumed } = this.#options;
    logger.info('session resumed', { url, attempts: this.#attempts + 1 });
    // What waited goes first, before anybody is told and says more.
    this.#state = 'open';
    for (const message of this.#outbox.empty(this.bus.unanswered)) this.#link.send(message);
    this.#setState('open');
    onResumed();
    this.#watch();
    // The one that was used may be near its end.
    this.#prepareResuming().catch(() => undefined);
  }

  #end(error: ConferenceError | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stopTimer();
    this.#attempt.abort();
    this.#tell(() => this.#options.onClosed(error));
    this.bus.close(error ?? new ConferenceError('closed'));
    this.#link.close();
  }

  /**
   * Ends the session. Where its link is lost, one attempt is made to tell the node, which would keep it for a while. May be
   * called more than once.
   */
  close(): void {
    const isWithoutLink = this.#state === 'resuming';
    // A page that is going away may take its socket's close frame with it; what was sent arrives more often.
    if (this.#state === 'open') this.#ask('delete', {}).catch(() => undefined);
    this.#end(undefined);
    const resumeToken = this.#resumeToken;
    if (isWithoutLink && resumeToken !== undefined)
      sayGoodbye({ ...this.#options, resumeToken, withinMs: attemptMs });
  }
}

function textOf(value: unknown, key: string): string | undefined {
  const text = partOf(value, key);
  return typeof text === 'string' ? text : undefined;
}

function resumeSecondsOf(value: unknown): number {
  const seconds = partOf(value, 'resumeSeconds');
  return typeof seconds === 'number' && seconds > 0
    ? Math.min(seconds, longestResumeSeconds)
    : defaultResumeSeconds;
}

function partOf(value: unknown, key: string): unknown {
  const parts = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return parts.find(([name]) => name === key)?.[1];
}
