/** The sole writer of a data object: changes its data, and tells every observer by a delta. SPEC.md rules R. */
import {
  type Address,
  applyChange,
  type Change,
  ConferenceError,
  changesOf,
  type DataObjectUrl,
  deltaToBody,
  type Json,
  type Request,
  type ResponseBody,
  randomWord,
  type Snapshot,
  subscriptionOf,
  wellKnown,
} from '@plenum/protocol';
import type { Clock } from './clock.ts';
import type { MessageBus, MessageHandler, Progress, RequestOptions } from './message-bus.ts';
import { throughLossMs } from './outbox.ts';

export interface ReporterOptions<T> {
  readonly url: DataObjectUrl;
  /** Its hyperty. */
  readonly reporter: Address;
  readonly schema: string;
  readonly name: string;
  readonly data: T;
  /** Who may observe by asking; nobody unless given. Others are added by `addObserver`. */
  readonly mayObserve?: ((request: Request) => boolean) | undefined;
  /** Answers what else is asked of the object: `create`, `update` and `delete` of what it holds. */
  readonly onRequest?: MessageHandler | undefined;
}

interface ReporterContext {
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly domain: string;
  /** A child's address is its parent's: it is neither claimed nor given back. */
  readonly isChild: boolean;
  readonly onClosed: () => void;
}

export class DataObjectReporter<T extends object> {
  readonly url: DataObjectUrl;
  readonly #options: ReporterOptions<T>;
  readonly #context: ReporterContext;
  readonly #epoch = randomWord(12);
  readonly #created: string;
  readonly #observers = new Set<Address>();
  readonly #stopListening: readonly (() => void)[];
  #data: T;
  #version = 0;
  #lastModified: string;
  #closed = false;

  constructor(options: ReporterOptions<T>, context: ReporterContext) {
    this.url = options.url;
    this.#options = options;
    this.#context = context;
    this.#data = options.data;
    this.#created = context.clock.isoTime();
    this.#lastModified = this.#created;
    this.#stopListening = [
      context.bus.listen(options.url, (message, progress) => this.#handleRequest(message, progress)),
      context.bus.listen(subscriptionOf(options.url), (message) => this.#handleSubscription(message)),
    ];
  }

  /** The hyperty that reports it. */
  get reporter(): Address {
    return this.#options.reporter;
  }

  get data(): T {
    return this.#data;
  }

  get version(): number {
    return this.#version;
  }

  get observers(): ReadonlySet<Address> {
    return this.#observers;
  }

  /** Replaces one attribute; nothing is sent when it has that value already. `undefined` removes it. */
  set<K extends keyof T & string>(attribute: K, value: T[K]): void {
    this.setAt([attribute], value);
  }

  /** Replaces the attribute at a path, such as `['participants', id, 'status']`. `undefined` removes it. */
  setAt(path: readonly [keyof T & string, ...string[]], value: unknown): void {
    if (this.#closed || Object.is(valueAt(this.#data, path), value)) return;
    const attribute = path.join('.');
    this.#apply(value === undefined ? { attribute } : { attribute, value: value as Json });
  }

  #apply(change: Change): void {
    const { bus, clock } = this.#context;
    this.#data = applyChange(this.#data as Json, change) as T;
    this.#version += 1;
    this.#lastModified = clock.isoTime();
    const delta = {
      ...change,
      epoch: this.#epoch,
      version: this.#version,
      lastModified: this.#lastModified,
    };
    if (this.#observers.size === 0) return;
    const body = deltaToBody(delta, this.#options.reporter);
    bus.send({ type: 'update', from: this.url, to: changesOf(this.url), body });
  }

  /** Tells the observers at which version it is: who missed a change reads it again. */
  announce(): void {
    if (this.#closed || this.#observers.size === 0) return;
    const body = { source: this.reporter, epoch: this.#epoch, version: this.#version };
    this.#context.bus.send({ type: 'update', from: this.url, to: changesOf(this.url), body });
  }

  snapshot(): Snapshot<T> {
    const { url, reporter, schema, name } = this.#options;
    return {
      url,
      epoch: this.#epoch,
      version: this.#version,
      schema,
      reporter,
      name,
      created: this.#created,
      lastModified: this.#lastModified,
      data: this.#data,
    };
  }

  /** Lets a hyperty observe: every later delta reaches it. To be followed by a message that brings it the snapshot. */
  addObserver(observer: Address): void {
    if (this.#closed || this.#observers.has(observer)) return;
    this.#observers.add(observer);
    this.#routeChanges('subscribe', observer);
  }

  /**
   * Lets a hyperty observe, and brings it the snapshot by a `create` from the object's `/subscription`. Resolves when it has
   * taken it. @throws ConferenceError as the observer refuses.
   */
  async inviteObserver(observer: Address, options: RequestOptions = {}): Promise<void> {
    this.addObserver(observer);
    const { schema } = this.#options;
    const body = { resource: this.url, schema, value: this.snapshot() as object as Json };
    await this.#context.bus.request(
      { type: 'create', from: subscriptionOf(this.url), to: observer, body },
      options,
    );
  }

  /** Tells nothing more to an observer, which learns why where there is a reason. */
  removeObserver(observer: Address, reason?: ConferenceError): void {
    if (!this.#observers.delete(observer)) return;
    this.#routeChanges('unsubscribe', observer);
    if (reason === undefined) return;
    const body = deletion(this.#epoch, reason);
    this.#context.bus.send({ type: 'delete', from: subscriptionOf(this.url), to: observer, body });
  }

  #routeChanges(type: 'subscribe' | 'unsubscribe', subscriber: Address): void {
    const body = { resources: [changesOf(this.url)], subscriber };
    this.#context.bus.send({
      type,
      from: this.#options.reporter,
      to: wellKnown.subscriptions(this.#context.domain),
      body,
    });
  }

  #handleRequest(message: Request, progress: Progress): ReturnType<MessageHandler> {
    if (message.type === 'read') return this.#handleRead(message);
    const { onRequest } = this.#options;
    if (onRequest === undefined) throw new ConferenceError('unknown-method');
    return onRequest(message, progress);
  }

  #handleRead(message: Request): ResponseBody {
    if (!this.#observers.has(message.from)) throw new ConferenceError('not-authorized');
    return { code: 200, value: this.snapshot() };
  }

  #handleSubscription(message: Request): ResponseBody | undefined {
    if (message.type === 'unsubscribe') {
      this.removeObserver(message.from);
      return { code: 200 };
    }
    if (message.type !== 'subscribe') throw new ConferenceError('unknown-method');
    const isAllowed = this.#observers.has(message.from) || this.#options.mayObserve?.(message) === true;
    if (!isAllowed) throw new ConferenceError('not-authorized');
    this.addObserver(message.from);
    return { code: 200, value: this.snapshot() };
  }

  /** Deletes the object: observers are told, with the reason where there is one. May be called more than once. */
  close(reason?: ConferenceError): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const stop of this.#stopListening) stop();
    const { bus, domain, isChild, onClosed } = this.#context;
    if (this.#observers.size > 0) {
      bus.send({
        type: 'delete',
        from: this.url,
        to: changesOf(this.url),
        body: deletion(this.#epoch, reason),
      });
    }
    if (!isChild) {
      const to = wellKnown.addressAllocation(domain);
      const body = { childrenResources: [this.url] };
      // A request, so that a lost link does not lose it. Where the node refuses, the address is not ours any more.
      bus
        .request({ type: 'delete', from: this.#options.reporter, to, body }, { timeoutMs: throughLossMs })
        .catch(() => undefined);
    }
    this.#observers.clear();
    onClosed();
  }
}

function deletion(epoch: string, reason: ConferenceError | undefined) {
  if (reason === undefined) return { epoch };
  return { epoch, description: reason.message, error: { code: reason.code, retryable: reason.retryable } };
}

function valueAt(data: object, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) =>
      typeof node === 'object' && node !== null && Object.hasOwn(node, key)
        ? (node as Readonly<Record<string, unknown>>)[key]
        : undefined,
    data,
  );
}
