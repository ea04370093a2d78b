/** Creates the data objects that a runtime's hyperties report, and the copies of those that they observe. */
import {
  type Address,
  ConferenceError,
  childOf,
  type DataObjectUrl,
  objectOf,
  type Request,
  type Snapshot,
  subscriptionOf,
  wellKnown,
} from '@plenum/protocol';
import type { Clock } from './clock.ts';
import { DataObjectObserver, type ParseSnapshot } from './data-object-observer.ts';
import { DataObjectReporter, type ReporterOptions } from './data-object-reporter.ts';
import type { Logger } from './logger.ts';
import type { MessageBus, RequestOptions } from './message-bus.ts';

export interface SyncherOptions {
  readonly bus: MessageBus;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly domain: string;
}

type Reported = Pick<DataObjectReporter<object>, 'close' | 'announce'>;
type Observed = Pick<DataObjectObserver<unknown>, 'close' | 'refresh'>;

/** A delta that overtakes the code that handles its object's snapshot waits here for that long. */
const orphanLifeMs = 5_000;
const maxOrphans = 256;

export class Syncher {
  readonly #options: SyncherOptions;
  readonly #reporters = new Map<Address, Reported>();
  /** By parent. */
  readonly #children = new Map<DataObjectUrl, Set<Reported>>();
  readonly #observers = new Map<Address, Observed>();
  #orphans: readonly { readonly message: Request; readonly at: number }[] = [];

  constructor(options: SyncherOptions) {
    this.#options = options;
  }

  /**
   * Creates an object at an address that the caller's session may claim. `allocated` rejects where the messaging node
   * refuses the address; nothing needs to wait for it, since the node handles messages in order.
   */
  create<T extends object>(
    options: ReporterOptions<T>,
  ): { readonly reporter: DataObjectReporter<T>; readonly allocated: Promise<void> } {
    const { bus, clock, domain } = this.#options;
    const allocation = bus.request({
      type: 'create',
      from: options.reporter,
      to: wellKnown.addressAllocation(domain),
      body: { value: { addresses: [options.url] } },
    });
    const reporter = new DataObjectReporter(options, {
      bus,
      clock,
      domain,
      isChild: false,
      onClosed: () => {
        this.#reporters.delete(options.url);
        this.#closeChildren(options.url);
      },
    });
    this.#reporters.set(options.url, reporter);
    const allocated = allocation.then(() => undefined);
    allocated.catch(() => reporter.close());
    return { reporter, allocated };
  }

  /**
   * Creates a child object of one that is reported here, at `<parent>/children/<name>`: with epoch, versions and observers
   * of its own, and an end with its parent's. @throws ConferenceError `bad-request` for what is no name, `address-taken`.
   */
  createChild<T extends object>(
    parent: Pick<DataObjectReporter<T>, 'url' | 'reporter'>,
    name: string,
    options: Omit<ReporterOptions<T>, 'url' | 'reporter'>,
  ): DataObjectReporter<T> {
    const { bus, clock, domain } = this.#options;
    const url = childOf(parent.url, name);
    const siblings = this.#children.get(parent.url) ?? new Set();
    const child = new DataObjectReporter<T>(
      { ...options, url, reporter: parent.reporter },
      { bus, clock, domain, isChild: true, onClosed: () => siblings.delete(child) },
    );
    this.#children.set(parent.url, siblings.add(child));
    return child;
  }

  #closeChildren(parent: DataObjectUrl): void {
    const children = this.#children.get(parent) ?? [];
    this.#children.delete(parent);
    for (const child of [...children]) child.close();
  }

  /** Asks the reporter to observe. @throws ConferenceError as the reporter or the node refuses. */
  async subscribe<T>(
    url: DataObjectUrl,
    observer: Address,
    parse: ParseSnapshot<T>,
    options: RequestOptions = {},
  ): Promise<DataObjectObserver<T>> {
    const { bus } = this.#options;
    const { value } = await bus.request(
      { type: 'subscribe', from: observer, to: subscriptionOf(url), body: {} },
      options,
    );
    const snapshot = parse(value);
    if (snapshot.url !== url) throw new ConferenceError('invalid-object');
    return this.adopt(snapshot, observer, parse);
  }

  /** Observes from a snapshot whose sender has already made this hyperty an observer. */
  adopt<T>(snapshot: Snapshot<T>, observer: Address, parse: ParseSnapshot<T>): DataObjectObserver<T> {
    const { bus, logger } = this.#options;
    const { url } = snapshot;
    if (this.#observers.has(url)) throw new ConferenceError('address-taken');
    const copy = new DataObjectObserver(
      { snapshot, parse, observer },
      { bus, logger, onClosed: () => this.#observers.delete(url) },
    );
    this.#observers.set(url, copy);
    // Given to the copy after the caller has had the chance to listen to it.
    queueMicrotask(() => this.#claimOrphans(url, copy));
    return copy;
  }

  #claimOrphans(url: DataObjectUrl, copy: { handleMessage(message: Request): void }): void {
    const mine = this.#orphans.filter(({ message }) => objectOf(message.to) === url);
    this.#orphans = this.#orphans.filter((orphan) => !mine.includes(orphan));
    for (const { message } of mine) copy.handleMessage(message);
  }

  /** A published message came before somebody listened. */
  handleUnclaimed(message: Request): void {
    const now = this.#options.clock.now();
    const fresh = this.#orphans.filter(({ at }) => now - at < orphanLifeMs).slice(1 - maxOrphans);
    this.#orphans = [...fresh, { message, at: now }];
  }

  /** After the link was lost: every copy here and of here is brought up to date. */
  resynchronise(): void {
    for (const observer of [...this.#observers.values()]) observer.refresh();
    for (const reporter of this.#allReported()) reporter.announce();
  }

  #allReported(): readonly Reported[] {
    return [
      ...this.#reporters.values(),
      ...[...this.#children.values()].flatMap((children) => [...children]),
    ];
  }

  close(): void {
    for (const reporter of this.#allReported()) reporter.close();
    for (const observer of [...this.#observers.values()]) observer.close();
    this.#orphans = [];
  }
}
