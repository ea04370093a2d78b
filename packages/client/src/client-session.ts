/**
 * The client's session with the messaging node: opened when it is needed, in the right domain and as the right user, and
 * opened anew after one was lost.
 */
import { abortable, type Clock, HypertyRuntime, type OpenLink, type SessionState } from '@plenum/hyperty';
import { ConferenceError, type ErrorCode, type HypertyUrl, wellKnown } from '@plenum/protocol';
import type { ConferenceClientOptions, Signal } from './conference-client-types.ts';
import { createSignal } from './signal.ts';

/** One session, and the client's own hyperty in it. */
export interface OpenSession {
  readonly runtime: HypertyRuntime;
  readonly hypertyUrl: HypertyUrl;
  readonly conferenceUrl: HypertyUrl;
  /** Rejects where the node refuses the session or the address. */
  readonly ready: Promise<void>;
  /** Opened as who one was before, not by an access token. */
  readonly isRemembered: boolean;
  /** Something goes on in it, until what this returns is called: should it be replaced meanwhile, it is not ended before. */
  readonly hold: () => () => void;
}

export interface ClientSessionContext {
  readonly options: ConferenceClientOptions;
  readonly openLink: (url: string) => OpenLink;
  readonly serverUrl: () => string;
  readonly clock: Clock;
  /** A session begins: what listens at its hyperty can be put there. */
  readonly onOpened: (session: OpenSession) => void;
  /** Its link was lost (`resuming`), or is there again (`open`). */
  readonly onState: (session: OpenSession, state: SessionState) => void;
  /** A session is no more; not called after `close()`. */
  readonly onLost: (session: OpenSession, error: ConferenceError) => void;
}

interface Credentials {
  readonly accessToken?: string | undefined;
  readonly resumeToken?: string | undefined;
}

/** The domain may be another, and the token remembered of no use any more. */
const attemptsToOpen = 3;

/** With these another token may do better than the remembered one. */
const uselessTokens: ReadonlySet<ErrorCode> = new Set([
  'token-invalid',
  'token-expired',
  'token-for-another-room',
]);

export class ClientSession {
  readonly userUrl: Signal<string | undefined>;
  readonly #userUrl = createSignal<string | undefined>(undefined);
  readonly #context: ClientSessionContext;
  #domain: string;
  #opening: Promise<OpenSession> | undefined;
  #current: OpenSession | undefined;
  /** The current one, and replaced ones that are still of use, with how much goes on in them. */
  readonly #sessions = new Map<OpenSession, number>();
  /** Who one was in the session before. */
  #remembered: string | undefined;
  #isClosed = false;

  constructor(context: ClientSessionContext) {
    this.#context = context;
    this.userUrl = this.#userUrl;
    this.#domain = context.options.domain ?? new URL(context.serverUrl()).hostname;
    this.#remembered = recall(context.options);
  }

  /** The session that is open now. */
  get current(): OpenSession | undefined {
    return this.#current;
  }

  /**
   * Does something in the session, which is opened where there is none. A host may be known by several names; the node
   * tells which one its addresses carry, and it is tried once more. So it is where nobody knows the remembered user.
   */
  async run<T>(attempt: (session: OpenSession) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let left = attemptsToOpen; ; left--) {
      const session = await abortable(this.#open(), signal);
      const letGo = session.hold();
      try {
        return await attempt(session);
      } catch (thrown) {
        if (left === 1 || !this.#learn(session, thrown)) throw thrown;
      } finally {
        letGo();
      }
    }
  }

  #hold(session: OpenSession): () => void {
    this.#count(session, 1);
    let isHeld = true;
    return () => {
      if (isHeld) this.#count(session, -1);
      isHeld = false;
    };
  }

  #count(session: OpenSession, change: 1 | -1): void {
    const count = this.#sessions.get(session);
    if (count === undefined) return;
    this.#sessions.set(session, count + change);
    if (count + change === 0 && session !== this.#current) session.runtime.close();
  }

  /** Once the session is open, asks something in it. @throws ConferenceError `aborted` at once. */
  ask<T>(request: (session: OpenSession) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.run(async (session) => {
      await abortable(session.ready, signal);
      return request(session);
    }, signal);
  }

  /** Whether another attempt may do better. */
  #learn(session: OpenSession, thrown: unknown): boolean {
    if (!(thrown instanceof ConferenceError) || this.#isClosed) return false;
    // The server was restarted meanwhile: there is nothing wrong with a new session.
    if (thrown.code === 'session-lost') return true;
    if (thrown.code === 'wrong-domain') return this.#learnDomain(session, thrown.details?.['domain']);
    if (!uselessTokens.has(thrown.code)) return false;
    // The same token would be for the same room.
    if (thrown.code === 'token-for-another-room' && !session.isRemembered) return false;
    const wasRemembered = this.#remembered !== undefined;
    this.#remembered = undefined;
    this.#forget(session);
    return wasRemembered;
  }

  #learnDomain(session: OpenSession, domain: unknown): boolean {
    if (typeof domain !== 'string' || domain === session.runtime.domain) return false;
    this.#domain = domain;
    this.#forget(session);
    return true;
  }

  /** Another attempt on the same session may have been told first, and have a new one already. */
  #forget(session: OpenSession): void {
    if (this.#current !== session) return;
    this.#current = undefined;
    this.#opening = undefined;
  }

  async #open(): Promise<OpenSession> {
    if (this.#isClosed) throw new ConferenceError('closed');
    this.#opening ??= this.#begin();
    return this.#opening;
  }

  async #begin(): Promise<OpenSession> {
    try {
      const credentials = await this.#credentials();
      if (this.#isClosed) throw new ConferenceError('closed');
      return this.#create(credentials);
    } catch (thrown) {
      this.#opening = undefined;
      throw thrown;
    }
  }

  async #credentials(): Promise<Credentials> {
    if (this.#remembered !== undefined) return { resumeToken: this.#remembered };
    const { accessToken } = this.#context.options;
    return { accessToken: typeof accessToken === 'function' ? await accessToken() : accessToken };
  }

  #create(credentials: Credentials): OpenSession {
    const { options, clock, onOpened } = this.#context;
    const runtime: HypertyRuntime = new HypertyRuntime({
      domain: this.#domain,
      openLink: this.#context.openLink(socketUrl(this.#context.serverUrl())),
      clock,
      requestTimeoutMs: options.requestTimeoutMs,
      isResumable: true,
      ...credentials,
      onState: (state) => this.#handleState(session, state),
      onResumeToken: (token) => this.#remember(session, token),
      onClosed: (error) => this.#handleClosed(session, error),
    });
    const hypertyUrl = runtime.hypertyUrl('client');
    const claimed = runtime.claim([hypertyUrl]);
    const ready = Promise.all([runtime.opened, claimed]).then(() => undefined);
    // Whoever needs the session hears of it there.
    ready.catch(() => undefined);
    const session: OpenSession = {
      runtime,
      hypertyUrl,
      conferenceUrl: wellKnown.conference(this.#domain),
      ready,
      isRemembered: credentials.resumeToken !== undefined,
      hold: () => this.#hold(session),
    };
    this.#sessions.set(session, 0);
    this.#current = session;
    onOpened(session);
    return session;
  }

  #handleState(session: OpenSession, state: SessionState): void {
    if (this.#isClosed) return;
    if (this.#current === session) this.#userUrl.set(session.runtime.userUrl);
    this.#context.onState(session, state);
  }

  #remember(session: OpenSession, token: string): void {
    if (this.#isClosed || this.#current !== session) return;
    this.#remembered = token;
    keep(this.#context.options, token);
  }

  #handleClosed(session: OpenSession, error: ConferenceError | undefined): void {
    this.#sessions.delete(session);
    this.#forget(session);
    if (!this.#isClosed) this.#context.onLost(session, error ?? new ConferenceError('disconnected'));
  }

  /** Ends every session in the same turn, since a page that is going away runs no other. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    for (const { runtime } of [...this.#sessions.keys()]) runtime.close();
  }
}

/** Who one was on the page before: unless a token says who one is that this page did not have then. */
function recall({ identityStore, accessToken }: ConferenceClientOptions): string | undefined {
  const [remembered, given] = identityStore?.load()?.split(' ') ?? [];
  return typeof accessToken === 'string' && signatureOf(accessToken) !== given ? undefined : remembered;
}

function keep({ identityStore, accessToken }: ConferenceClientOptions, token: string): void {
  const given = typeof accessToken === 'string' ? ` ${signatureOf(accessToken)}` : '';
  identityStore?.save(token + given);
}

/** Enough to tell one token from another. */
function signatureOf(token: string): string | undefined {
  return token.split('.').at(-1);
}

function socketUrl(serverUrl: string): string {
  const url = new URL('ws', serverUrl);
  url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
  return url.href;
}
