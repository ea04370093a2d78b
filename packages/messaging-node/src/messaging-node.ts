/**
 * The messaging node: a relay. It opens sessions, binds addresses to them, and delivers messages; it knows nothing
 * of conferences. Everything that arrives is handled at once and in order.
 */
import { type Clock, type Logger, type OpenLink, systemClock } from '@plenum/hyperty';
import {
  type Address,
  baseAddress,
  ConferenceError,
  errorBody,
  isPublishAddress,
  type Message,
  type MessageOf,
  parseMessage,
  type Request,
  type ResponseBody,
  randomWord,
  respond,
  type SessionId,
  salvageHeader,
  toConferenceError,
  type UserUrl,
  wellKnown,
} from '@plenum/protocol';
import { AddressTable } from './address-table.ts';
import type { Attachment, AttachOptions } from './attachment.ts';
import { DomainRegistry } from './domain-registry.ts';
import { withIdentity, withoutIdentity } from './identity.ts';
import { defaultLimits, type NodeLimits } from './limits.ts';
import { createLocalLink } from './local-link.ts';
import { OriginTable } from './origin-table.ts';
import {
  allocateAddresses,
  forgetAddress,
  keepRegistry,
  routeSubscriptions,
  type Service,
  type Tables,
} from './services.ts';
import { type Endpoint, OutgoingMessage, Session } from './session.ts';
import { checkOpening, whyNoSession } from './session-opening.ts';
import { SubscriptionTable } from './subscription-table.ts';
import { tokensFor, Wire } from './wire.ts';

export interface MessagingNodeOptions {
  readonly domain: string;
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
  readonly limits?: Partial<NodeLimits> | undefined;
}

export interface MessagingNodeDump {
  readonly sessions: number;
  readonly connectionObjects: number;
  readonly communicationObjects: number;
  /** Publish addresses that somebody observes. */
  readonly subscriptions: number;
}

/** Of a message for which there was no leave, no more is read than this; a longer one is answered without its id. */
const maxSalvagedLength = 16 * 1024;

export class MessagingNode {
  readonly domain: string;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #limits: NodeLimits;
  readonly #origins: OriginTable;
  readonly #tables: Tables;
  readonly #services: ReadonlyMap<Address, Service>;
  readonly #sessions = new Map<SessionId, Session>();
  readonly #wires = new Set<Wire>();
  #isClosed = false;

  constructor({ domain, logger, clock = systemClock, limits }: MessagingNodeOptions) {
    this.domain = domain;
    this.#logger = logger;
    this.#clock = clock;
    this.#limits = { ...defaultLimits, ...limits };
    this.#origins = new OriginTable(this.#limits, () => clock.now());
    this.#tables = {
      addresses: new AddressTable(domain, this.#limits.addressesPerSession),
      subscriptions: new SubscriptionTable(this.#limits),
      registry: new DomainRegistry(),
      publish: (message) => this.#publish(message),
    };
    this.#services = new Map<Address, Service>([
      [wellKnown.addressAllocation(domain), allocateAddresses],
      [wellKnown.subscriptions(domain), routeSubscriptions],
      [wellKnown.registry(domain), keepRegistry],
    ]);
  }

  /** Takes a wire over which texts arrive, such as a WebSocket. */
  attach(endpoint: Endpoint, options: AttachOptions): Attachment {
    const wire = this.#addWire(endpoint, options);
    return {
      handleText: (text) => this.#handleText(wire, text),
      handleClosed: () => this.#removeWire(wire),
    };
  }

  /** A link for a runtime in this process. */
  openLink(options: AttachOptions): OpenLink {
    return (events) =>
      createLocalLink(events, (endpoint) => {
        const wire = this.#addWire(endpoint, options);
        return {
          handle: (message) => this.#handle(wire, message),
          close: () => this.#removeWire(wire),
        };
      });
  }

  #addWire(endpoint: Endpoint, { origin, isTrusted = false }: AttachOptions): Wire {
    const now = this.#clock.now();
    const wire = new Wire({ endpoint, origin, isTrusted, limits: this.#limits, now });
    this.#wires.add(wire);
    if (this.#isClosed) this.#refuseWire(wire, new ConferenceError('shutting-down'));
    else if (!this.#origins.addSocket(origin))
      this.#refuseWire(wire, new ConferenceError('capacity-exceeded'));
    else this.#expectSession(wire);
    return wire;
  }

  #expectSession(wire: Wire): void {
    const expire = () => this.#closeWire(wire, new ConferenceError('session-required'));
    wire.stopOpenTimer = this.#clock.after(this.#limits.openWithinMs, expire);
  }

  #refuseWire(wire: Wire, error: ConferenceError): void {
    wire.isClosed = true;
    this.#wires.delete(wire);
    wire.endpoint.close(error.closeCode, error.code);
  }

  #closeWire(wire: Wire, error: ConferenceError): void {
    this.#removeWire(wire);
    wire.endpoint.close(error.closeCode, error.code);
  }

  #removeWire(wire: Wire): void {
    if (wire.isClosed) return;
    wire.isClosed = true;
    wire.stopOpenTimer();
    this.#wires.delete(wire);
    this.#origins.removeSocket(wire.origin);
    if (wire.session !== undefined) this.#endSession(wire.session);
    wire.session = undefined;
  }

  #handleText(wire: Wire, text: string): void {
    if (wire.isClosed) return;
    const tokens = tokensFor(text);
    const refuse = (header: ReturnType<typeof salvageHeader>, error: ConferenceError) => {
      if (wire.countRefused(tokens)) this.#closeWire(wire, error);
      else this.#answerUnread(wire, header, error);
    };
    if (!this.#mayGoOn(wire, tokens)) {
      const header = text.length <= maxSalvagedLength ? salvageHeader(text) : undefined;
      refuse(header, new ConferenceError('rate-limited'));
      return;
    }
    try {
      const message = parseMessage(text);
      wire.countAccepted();
      this.#handle(wire, message);
    } catch (thrown) {
      refuse(salvageHeader(text), toConferenceError(thrown, 'bad-message'));
    }
  }

  /** Counts before anything is read: who floods must not make work. */
  #mayGoOn(wire: Wire, tokens: number): boolean {
    return wire.countMessage(tokens, this.#clock.now()) && this.#origins.countMessage(wire.origin, tokens);
  }

  #answerUnread(wire: Wire, header: ReturnType<typeof salvageHeader>, error: ConferenceError): void {
    const unknown: Address = `runtime://${this.domain}/unknown`;
    const request = header ?? { id: 0, from: unknown, to: wellKnown.session(this.domain) };
    this.#answer(wire, request, errorBody(error));
  }

  #answer(wire: Wire, request: Pick<Message, 'id' | 'from' | 'to'>, body: ResponseBody): void {
    wire.endpoint.deliver(new OutgoingMessage(respond(request, body)));
  }

  #handle(wire: Wire, message: Message): void {
    if (wire.isClosed) return;
    try {
      const body = this.#process(wire, message);
      if (body !== undefined) this.#answer(wire, message, body);
    } catch (thrown) {
      const error = toConferenceError(thrown);
      if (error.code === 'internal') this.#logger.error('a message could not be routed', { thrown });
      // A response to a response would never end.
      if (message.type !== 'response') this.#answer(wire, message, errorBody(error));
    }
  }

  /** Routes one message; the body is the node's own answer, where it has one. */
  #process(wire: Wire, message: Message): ResponseBody | undefined {
    if (message.to === wellKnown.session(this.domain)) return this.#handleSession(wire, message);
    const { session } = wire;
    if (session === undefined) throw whyNoSession(message, this.domain);
    if (!this.#maySendFrom(session, message)) {
      throw new ConferenceError('not-authorized', 'The sender is not an address of this session.');
    }
    if (message.type === 'response') return this.#deliver(session, message);
    const service = this.#services.get(message.to);
    if (service !== undefined) return service(this.#tables, session, message);
    if (isPublishAddress(message.to)) return this.#publishFor(message);
    return this.#deliver(session, message);
  }

  /** A request comes from an address itself: of those that could be made up behind one there is no end. */
  #maySendFrom(session: Session, { type, from }: Message): boolean {
    if (type === 'response') return this.#tables.addresses.mayAnswerFrom(session, from);
    return session.addresses.has(from);
  }

  #handleSession(wire: Wire, message: Message): ResponseBody {
    if (message.type === 'delete' && wire.session !== undefined) {
      this.#endSession(wire.session);
      wire.session = undefined;
      this.#expectSession(wire);
      return { code: 200 };
    }
    if (message.type !== 'create') throw new ConferenceError('unknown-method');
    return this.#openSession(wire, message);
  }

  #openSession(wire: Wire, message: MessageOf<'create'>): ResponseBody {
    if (wire.session !== undefined) throw new ConferenceError('session-taken');
    const id = checkOpening(message, this.domain);
    if (this.#sessions.has(id)) throw new ConferenceError('session-taken');
    wire.session = this.#createSession(id, wire);
    wire.stopOpenTimer();
    this.#tables.addresses.claim(wire.session, [message.from]);
    return { code: 200, value: { userURL: wire.session.identity.userURL } };
  }

  #createSession(id: SessionId, wire: Wire): Session {
    // Not made from the session's id, which the client chooses: no two get one name.
    const userURL: UserUrl = `user://${this.domain}/${wire.isTrusted ? 'conference' : `guest-${randomWord(16)}`}`;
    const session = new Session(id, { userURL, origin: wire.origin }, wire.isTrusted, wire.endpoint);
    this.#sessions.set(id, session);
    this.#logger.debug('session opened', { sessionId: id });
    return session;
  }

  /** Everything of the session goes; who observed its objects is told. */
  #endSession(session: Session): void {
    this.#sessions.delete(session.id);
    this.#tables.subscriptions.removeSession(session);
    const addresses = [...session.addresses];
    this.#tables.addresses.release(session, addresses);
    for (const address of addresses) forgetAddress(this.#tables, address);
    this.#logger.debug('session ended', { sessionId: session.id });
  }

  /** Only the object itself publishes its changes, and only the node a registration's. */
  #publishFor(message: Request): undefined {
    if (message.to !== `${message.from}/changes`) throw new ConferenceError('not-authorized');
    this.#publish(withoutIdentity(message));
    // After its deletion nothing comes from an object.
    if (message.type === 'delete') this.#tables.subscriptions.removeResource(message.to);
  }

  #publish(message: Message): void {
    const outgoing = new OutgoingMessage(message);
    for (const session of this.#tables.subscriptions.sessionsOf(message.to)) session.deliver(outgoing);
  }

  #deliver(from: Session, message: Message): undefined {
    const owner = this.#tables.addresses.ownerOf(message.to);
    if (owner === undefined) {
      throw new ConferenceError('address-not-found', undefined, {
        details: { address: baseAddress(message.to) },
      });
    }
    owner.deliver(new OutgoingMessage(withIdentity(message, from, owner)));
  }

  dump(): MessagingNodeDump {
    return {
      sessions: this.#sessions.size,
      connectionObjects: this.#tables.addresses.count('connection'),
      communicationObjects: this.#tables.addresses.count('comm'),
      subscriptions: this.#tables.subscriptions.size,
    };
  }

  /** Ends every wire with `shutting-down`. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    for (const wire of [...this.#wires]) this.#closeWire(wire, new ConferenceError('shutting-down'));
  }
}
