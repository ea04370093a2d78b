/**
 * The messaging node: a relay. It opens sessions, binds addresses to them, and delivers messages; it knows nothing
 * of conferences. Everything that arrives is handled at once and in order.
 */
import { type Clock, type Logger, type OpenLink, type Policy, systemClock } from '@plenum/hyperty';
import {
  type Address,
  baseAddress,
  ConferenceError,
  type ErrorCode,
  errorBody,
  isErrorCode,
  isPublishAddress,
  type Message,
  type MessageOf,
  objectOf,
  parseMessage,
  type Request,
  type ResponseBody,
  respond,
  salvageHeader,
  toConferenceError,
  wellKnown,
} from '@plenum/protocol';
import { AddressTable } from './address-table.ts';
import { type Attachment, type AttachOptions, isGoodbye } from './attachment.ts';
import { DomainRegistry } from './domain-registry.ts';
import { Gatekeeper } from './gatekeeper.ts';
import { withIdentity, withoutIdentity } from './identity.ts';
import { defaultLimits, type NodeLimits } from './limits.ts';
import { createLocalLink } from './local-link.ts';
import { createMemoryTokens } from './memory-tokens.ts';
import { OriginTable } from './origin-table.ts';
import {
  allocateAddresses,
  announceChanges,
  keepRegistry,
  routeSubscriptions,
  type Service,
  type Tables,
} from './services.ts';
import { type Endpoint, OutgoingMessage, type Session } from './session.ts';
import { whyNoSession } from './session-opening.ts';
import { SessionTable } from './session-table.ts';
import type { SessionTokens } from './session-tokens.ts';
import { SubscriptionTable } from './subscription-table.ts';
import { tokensFor, Wire } from './wire.ts';

export interface MessagingNodeOptions {
  readonly domain: string;
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
  readonly limits?: Partial<NodeLimits> | undefined;
  /** Who signs and checks tokens. Unless given, sessions come back while the node lives, and there are no access tokens. */
  readonly tokens?: SessionTokens | undefined;
  /** The operator's own, besides the default one: what any of them denies is refused. */
  readonly policies?: readonly Policy[] | undefined;
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
  readonly #gatekeeper: Gatekeeper;
  readonly #sessions: SessionTable;
  readonly #wires = new Set<Wire>();
  readonly #refusals = new Map<ErrorCode, number>();
  #isClosed = false;

  constructor(options: MessagingNodeOptions) {
    const { domain, logger, clock = systemClock, limits } = options;
    const { tokens = createMemoryTokens(), policies = [] } = options;
    this.domain = domain;
    this.#logger = logger;
    this.#clock = clock;
    this.#limits = { ...defaultLimits, ...limits };
    this.#origins = new OriginTable(this.#limits, () => clock.now());
    this.#tables = {
      addresses: new AddressTable(domain, this.#limits.addressesPerSession),
      subscriptions: new SubscriptionTable(this.#limits),
      registry: new DomainRegistry({ clock, onChanged: () => announceChanges(this.#tables) }),
      publish: (message) => this.#publish(message),
    };
    this.#gatekeeper = new Gatekeeper({
      domain,
      policies,
      addresses: this.#tables.addresses,
      origins: this.#origins,
      now: () => clock.now(),
      isoTime: () => clock.isoTime(),
    });
    this.#sessions = new SessionTable({
      domain,
      limits: this.#limits,
      clock,
      logger,
      tokens,
      origins: this.#origins,
      tables: this.#tables,
      onReplaced: (wire) => this.#closeWire(wire, new ConferenceError('session-resumed')),
    });
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
      handleClosed: (closeCode) => this.#removeWire(wire, isGoodbye(closeCode)),
    };
  }

  /** A link for a runtime in this process. */
  openLink(options: AttachOptions): OpenLink {
    return (events) =>
      createLocalLink(events, (endpoint) => {
        const wire = this.#addWire(endpoint, options);
        return {
          handle: (message) => this.#handle(wire, message),
          close: (isFinal) => this.#removeWire(wire, isFinal),
        };
      });
  }

  #addWire(endpoint: Endpoint, { origin, isTrusted = false }: AttachOptions): Wire {
    const wire = new Wire({ endpoint, origin, isTrusted, limits: this.#limits });
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
    this.#removeWire(wire, true);
    wire.endpoint.close(error.closeCode, error.code);
  }

  /** With it goes its session, unless that may come back. */
  #removeWire(wire: Wire, isFinal: boolean): void {
    if (wire.isClosed) return;
    wire.isClosed = true;
    wire.stopOpenTimer();
    this.#wires.delete(wire);
    const { session } = wire;
    wire.session = undefined;
    this.#origins.removeSocket(wire.origin);
    if (session === undefined) return;
    if (isFinal) this.#sessions.end(session);
    else this.#sessions.suspend(session);
  }

  #handleText(wire: Wire, text: string): void {
    if (wire.isClosed) return;
    const message = this.#read(wire, text);
    if (message !== undefined) this.#handle(wire, message);
  }

  /** The message, if it may be read and is one; otherwise its sender is told, or cut off. */
  #read(wire: Wire, text: string): Message | undefined {
    try {
      this.#gatekeeper.checkArrival(wire, text);
      const message = parseMessage(text);
      wire.countAccepted();
      return message;
    } catch (thrown) {
      const error = toConferenceError(thrown, 'bad-message');
      if (wire.countRefused(tokensFor(text))) this.#closeWire(wire, error);
      else this.#answerUnread(wire, text, error);
      return undefined;
    }
  }

  #answerUnread(wire: Wire, text: string, error: ConferenceError): void {
    const mayRead = error.code !== 'rate-limited' || text.length <= maxSalvagedLength;
    const header = mayRead ? salvageHeader(text) : undefined;
    const unknown: Address = `runtime://${this.domain}/unknown`;
    const request = header ?? { id: 0, from: unknown, to: wellKnown.session(this.domain) };
    this.#answer(wire, request, errorBody(error));
  }

  #answer(wire: Wire, request: Pick<Message, 'id' | 'from' | 'to'>, body: ResponseBody): void {
    this.#count(body);
    wire.endpoint.deliver(new OutgoingMessage(respond(request, body)));
  }

  #handle(wire: Wire, message: Message): void {
    if (wire.isClosed) return;
    if (wire.isOpening) return this.#hold(wire, message);
    try {
      const body = this.#process(wire, message);
      if (body instanceof Promise) void this.#answerLater(wire, message, body);
      else if (body !== undefined) this.#answer(wire, message, body);
    } catch (thrown) {
      this.#refuse(wire, message, thrown);
    }
  }

  #refuse(wire: Wire, message: Message, thrown: unknown): void {
    const error = toConferenceError(thrown);
    if (error.code === 'internal') this.#logger.error('a message could not be routed', { thrown });
    // A response to a response would never end.
    if (message.type !== 'response') this.#answer(wire, message, errorBody(error));
  }

  async #answerLater(wire: Wire, message: Message, answering: Promise<ResponseBody>): Promise<void> {
    try {
      this.#answer(wire, message, await answering);
    } catch (thrown) {
      this.#refuse(wire, message, thrown);
    }
    if (wire.isOpening) this.#endOpening(wire);
  }

  /** Until it is known who is there, nothing else of the wire is handled. */
  #hold(wire: Wire, message: Message): void {
    if (!wire.hold(message)) this.#closeWire(wire, new ConferenceError('rate-limited'));
  }

  #endOpening(wire: Wire): void {
    wire.isOpening = false;
    wire.session?.deliverKept();
    for (const message of wire.takeHeld()) this.#handle(wire, message);
  }

  /** Routes one message; the body is the node's own answer, where it has one. */
  #process(wire: Wire, message: Message): ResponseBody | Promise<ResponseBody> | undefined {
    const isForSession = message.to === wellKnown.session(this.domain);
    const { session } = wire;
    if (session === undefined && !isForSession) throw whyNoSession(message, this.domain);
    this.#gatekeeper.checkMessage(wire, message);
    if (isForSession || session === undefined) return this.#handleSession(wire, message);
    if (message.type === 'response') return this.#deliver(session, message);
    const service = this.#services.get(message.to);
    if (service !== undefined) return service(this.#tables, session, message);
    if (isPublishAddress(message.to)) return this.#publishFor(session, message);
    return this.#deliver(session, message);
  }

  /** `create` opens, `update` shows that one is there, `read` tells what to come back with, `delete` ends. */
  #handleSession(wire: Wire, message: Message): ResponseBody | Promise<ResponseBody> {
    if (message.type === 'create') return this.#openSession(wire, message);
    const { session } = wire;
    if (session === undefined) throw whyNoSession(message, this.domain);
    switch (message.type) {
      case 'update':
        return { code: 200 };
      case 'read':
        return this.#describeSession(session);
      case 'delete':
        wire.session = undefined;
        this.#sessions.end(session);
        this.#expectSession(wire);
        return { code: 200 };
      default:
        throw new ConferenceError('unknown-method');
    }
  }

  async #describeSession(session: Session): Promise<ResponseBody> {
    const resumeToken = await this.#sessions.mintToken(session);
    const resumeSeconds = this.#limits.resumeWithinMs / 1000;
    return { code: 200, value: { userURL: session.identity.userURL, resumeToken, resumeSeconds } };
  }

  #openSession(wire: Wire, message: MessageOf<'create'>): ResponseBody | Promise<ResponseBody> {
    const opening = this.#sessions.open(wire, message);
    wire.isOpening = opening instanceof Promise;
    return opening;
  }

  /** Only the object itself publishes its changes, and only the node a registration's. */
  #publishFor(session: Session, message: Request): undefined {
    const isObject = objectOf(message.from) === message.from;
    if (!isObject || message.to !== `${message.from}/changes`) throw new ConferenceError('not-authorized');
    this.#publish(withoutIdentity(message));
    if (message.type === 'delete') this.#tables.subscriptions.handleDeleted(message.to, session);
  }

  #publish(message: Message): void {
    const outgoing = new OutgoingMessage(message);
    for (const session of this.#tables.subscriptions.sessionsOf(message.to)) session.deliver(outgoing);
  }

  #count({ error }: ResponseBody): void {
    if (error === undefined || !isErrorCode(error.code)) return;
    this.#refusals.set(error.code, (this.#refusals.get(error.code) ?? 0) + 1);
  }

  #deliver(from: Session, message: Message): undefined {
    // Anybody may answer with any code: only the domain's own refusals say something of the domain.
    if (message.type === 'response' && from.isTrusted) this.#count(message.body);
    const owner = this.#tables.addresses.ownerOf(message.to);
    if (owner === undefined) {
      throw new ConferenceError('address-not-found', undefined, {
        details: { address: baseAddress(message.to) },
      });
    }
    // What strangers ask of somebody who is away would fill what is kept for them.
    if (owner.isSuspended && !from.isTrusted) {
      if (message.type === 'response') return;
      throw new ConferenceError('user-unreachable');
    }
    owner.deliver(new OutgoingMessage(withIdentity(message, from, owner)));
  }

  /** How often each error was answered since the start, by the node or by whoever was asked. */
  get refusals(): ReadonlyMap<ErrorCode, number> {
    return this.#refusals;
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
    this.#sessions.close();
    this.#tables.registry.close();
  }
}
