/** The node's sessions: who opens one, loses its wire, comes back to it, and ends it. SPEC.md rules S. */
import type { Clock, Logger } from '@plenum/hyperty';
import {
  type Address,
  ConferenceError,
  type Identity,
  type MessageOf,
  type ResponseBody,
  randomWord,
  type SessionId,
  wellKnown,
} from '@plenum/protocol';
import type { NodeLimits } from './limits.ts';
import type { OriginTable } from './origin-table.ts';
import { forgetAddress, type Tables } from './services.ts';
import { Session } from './session.ts';
import { checkOpening } from './session-opening.ts';
import type { AccessClaims, SessionTokens } from './session-tokens.ts';
import type { Wire } from './wire.ts';

export interface SessionTableContext {
  readonly domain: string;
  readonly limits: NodeLimits;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tokens: SessionTokens;
  readonly origins: OriginTable;
  readonly tables: Tables;
  /** Ends a wire whose session goes on over another. */
  readonly onReplaced: (wire: Wire) => void;
}

/** What the opening of a session brings. */
interface Opening {
  readonly wire: Wire;
  readonly id: SessionId;
  /** The runtime's own address. */
  readonly runtime: Address;
}

export class SessionTable {
  readonly #context: SessionTableContext;
  readonly #sessions = new Map<SessionId, Session>();
  /** The wire of each session that has one. */
  readonly #wires = new Map<Session, Wire>();
  /** Those that are without a wire for a while. */
  readonly #suspended = new Set<Session>();

  constructor(context: SessionTableContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /**
   * Answers an opening. At once for a guest; who brings a token is verified first, and until then the wire is to hold what
   * follows. @throws ConferenceError `session-taken`, `session-lost`, `token-invalid`, `token-expired` …
   */
  open(wire: Wire, message: MessageOf<'create'>): ResponseBody | Promise<ResponseBody> {
    if (wire.session !== undefined) throw new ConferenceError('session-taken');
    const opening = { wire, id: checkOpening(message, this.#context.domain), runtime: message.from };
    const { accessToken, resumeToken } = message.body;
    if (resumeToken !== undefined) return this.#openAgain(opening, resumeToken);
    if (accessToken !== undefined) return this.#openWithAccess(opening, accessToken);
    return this.#begin(opening, wire.isTrusted ? this.#ownIdentity() : this.#guest());
  }

  async #openWithAccess(opening: Opening, token: string): Promise<ResponseBody> {
    const claims = await this.#context.tokens.verifyAccess(token);
    return this.#begin(opening, { ...this.#guest(), ...claims.identity }, claims.expires);
  }

  /** The token of this session: it goes on. Of an earlier one: the same user in a new session. */
  async #openAgain(opening: Opening, token: string): Promise<ResponseBody> {
    const { sessionId, identity, expires, isExpired } = await this.#context.tokens.verifySession(token);
    const session = this.#sessions.get(sessionId);
    if (sessionId === opening.id && session !== undefined) return this.#resume(session, opening.wire);
    // Who was in stays in; who comes anew needs a token that holds.
    if (isExpired) throw new ConferenceError('token-expired');
    if (sessionId === opening.id) throw new ConferenceError('session-lost');
    return this.#begin(opening, identity, expires);
  }

  #begin(
    { wire, id, runtime }: Opening,
    identity: Identity,
    expires?: AccessClaims['expires'],
  ): ResponseBody {
    if (this.#sessions.has(id)) throw new ConferenceError('session-taken');
    if (wire.isClosed) throw new ConferenceError('disconnected');
    const { origin, isTrusted } = wire;
    if (!this.#context.origins.addSession(origin)) {
      throw new ConferenceError('capacity-exceeded', 'Your network has too many sessions.');
    }
    const who = { identity: { ...identity, origin }, isTrusted, expires };
    const session = new Session(id, who, wire.endpoint);
    this.#sessions.set(id, session);
    this.#attach(session, wire);
    this.#context.tables.addresses.claim(session, [runtime]);
    this.#context.logger.debug('session opened', { sessionId: id });
    return { code: 200, value: { userURL: identity.userURL, isResumed: false } };
  }

  #resume(session: Session, wire: Wire): ResponseBody {
    if (wire.isClosed) throw new ConferenceError('disconnected');
    const replaced = this.#wires.get(session);
    this.#suspended.delete(session);
    session.resume(wire.endpoint);
    this.#attach(session, wire);
    if (replaced !== undefined) {
      replaced.session = undefined;
      this.#context.onReplaced(replaced);
    }
    this.#context.logger.debug('session resumed', { sessionId: session.id });
    return { code: 200, value: { userURL: session.identity.userURL, isResumed: true } };
  }

  #attach(session: Session, wire: Wire): void {
    wire.session = session;
    wire.stopOpenTimer();
    this.#wires.set(session, wire);
  }

  #ownIdentity(): Identity {
    return { userURL: wellKnown.conferenceUser(this.#context.domain) };
  }

  /** The guest's name is not made from the session's id, which the client chooses: no two get one name. */
  #guest(): Identity {
    return { userURL: `user://${this.#context.domain}/guest-${randomWord(16)}`, isGuest: true };
  }

  /** What the session comes back with, also after its end, as the same user. */
  mintToken({ id: sessionId, identity, expires }: Session): Promise<string> {
    const { origin: _origin, ...lasting } = identity;
    return this.#context.tokens.mintSession({ sessionId, identity: lasting, expires });
  }

  /** Keeps a session without its wire for a while. */
  suspend(session: Session): void {
    const { clock, limits, logger } = this.#context;
    this.#wires.delete(session);
    this.#suspended.add(session);
    session.suspend(clock.after(limits.resumeWithinMs, () => this.end(session)));
    logger.debug('session suspended', { sessionId: session.id });
  }

  /** Everything of the session goes; who observed its objects is told. May be called more than once. */
  end(session: Session): void {
    if (this.#sessions.get(session.id) !== session) return;
    const { tables, logger, origins } = this.#context;
    this.#sessions.delete(session.id);
    this.#wires.delete(session);
    this.#suspended.delete(session);
    origins.removeSession(session.identity.origin ?? '');
    session.end();
    tables.subscriptions.removeSession(session);
    const addresses = [...session.addresses];
    tables.addresses.release(session, addresses);
    for (const address of addresses) forgetAddress(tables, address);
    logger.debug('session ended', { sessionId: session.id });
  }

  /** Ends those without a wire; the others end with theirs. */
  close(): void {
    for (const session of [...this.#suspended]) this.end(session);
  }
}
