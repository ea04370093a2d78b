/** The runtime's side of the domain registry: registers hyperties and data objects, keeps them alive, and discovers others. */
import {
  type Address,
  type ConferenceError,
  type DataObjectUrl,
  type HypertyUrl,
  type Request,
  registrationOf,
  toConferenceError,
  type UserUrl,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { Clock } from './clock.ts';
import type { MessageBus, RequestOptions } from './message-bus.ts';
import { throughLossMs } from './outbox.ts';
import {
  dataObjects,
  hyperties,
  type ObjectRegistration,
  parseAs,
  type Registration,
  type RegistrationStatus,
  statusSchema,
} from './registration.ts';

/** What narrows a discovery: found is what has all of them. */
interface Criteria {
  readonly resources?: readonly string[] | undefined;
  readonly dataSchemes?: readonly string[] | undefined;
  /** Of fifty; 1 unless given. */
  readonly page?: number | undefined;
}

/** What to find hyperties by. */
export interface HypertyQuery extends Criteria {
  readonly by: 'user' | 'url' | 'name';
  readonly value: string;
}

/** What to find data objects by. */
export interface ObjectQuery extends Criteria {
  readonly by: 'url' | 'name' | 'reporter';
  readonly value: string;
}

const defaultExpiresSeconds = 3_600;

interface Watcher {
  readonly from: Address;
  readonly onStatus: (status: RegistrationStatus) => void;
}

export class RegistryClient {
  readonly #bus: MessageBus;
  readonly #domain: string;
  readonly #clock: Clock | undefined;
  /** What is to be registered, from the request on. */
  readonly #wanted = new Map<Address, Registration | ObjectRegistration>();
  /** What stops keeping each registration alive. */
  readonly #stops = new Map<Address, () => void>();
  readonly #watchers = new Map<HypertyUrl, Set<Watcher>>();
  readonly #stopListening = new Map<HypertyUrl, () => void>();

  /** With a clock what is registered is kept alive until it is unregistered or `close()`. */
  constructor(bus: MessageBus, domain: string, clock?: Clock) {
    this.#bus = bus;
    this.#domain = domain;
    this.#clock = clock;
  }

  get #address() {
    return wellKnown.registry(this.#domain);
  }

  /**
   * Where it is unregistered, or registered anew, before the answer is there, that holds.
   * @throws ConferenceError `not-authorized` where the address or the user is not the session's own, `capacity-exceeded`.
   */
  async register(
    registration: Registration | ObjectRegistration,
    options: RequestOptions = {},
  ): Promise<void> {
    const before = this.#wanted.get(registration.url);
    this.#wanted.set(registration.url, registration);
    const body = { value: { ...registration, status: 'live' } };
    const draft = { type: 'create', from: registration.url, to: this.#address, body } as const;
    try {
      await this.#bus.request(draft, options);
    } catch (thrown) {
      // The one before is registered still.
      if (this.#isWanted(registration)) {
        if (before === undefined) this.#wanted.delete(registration.url);
        else this.#wanted.set(registration.url, before);
      }
      throw thrown;
    }
    if (this.#isWanted(registration)) this.#keepAliveLater(registration);
  }

  #isWanted(registration: Registration | ObjectRegistration): boolean {
    return this.#wanted.get(registration.url) === registration;
  }

  /** @throws ConferenceError `address-not-found` where the registry has forgotten it. */
  async keepAlive(url: HypertyUrl | DataObjectUrl, options: RequestOptions = {}): Promise<void> {
    const draft = { type: 'update', from: url, to: this.#address, body: { resource: url } } as const;
    await this.#bus.request(draft, options);
  }

  /** Of what is not registered nothing is left to do. */
  async unregister(url: HypertyUrl | DataObjectUrl, options: RequestOptions = {}): Promise<void> {
    this.#forget(url);
    const draft = { type: 'delete', from: url, to: this.#address, body: { resource: url } } as const;
    try {
      await this.#bus.request(draft, { timeoutMs: throughLossMs, ...options });
    } catch (thrown) {
      if (toConferenceError(thrown).code !== 'address-not-found') throw thrown;
    }
  }

  /** Three times within its life, so that one that is lost does not end it. */
  #keepAliveLater(registration: Registration | ObjectRegistration): void {
    this.#stops.get(registration.url)?.();
    if (this.#clock === undefined) return;
    const everyMs = ((registration.expires ?? defaultExpiresSeconds) * 1000) / 3;
    this.#stops.set(
      registration.url,
      this.#clock.after(everyMs, () => void this.#renew(registration)),
    );
  }

  async #renew(registration: Registration | ObjectRegistration): Promise<void> {
    const { url } = registration;
    this.#keepAliveLater(registration);
    try {
      await this.keepAlive(url);
    } catch (thrown) {
      const { code, retryable } = toConferenceError(thrown);
      // Unregistered meanwhile, or registered as something else.
      if (!this.#isWanted(registration)) return;
      if (code === 'address-not-found') await this.register(registration).catch(() => undefined);
      // Refused for good; whoever is to know has been told by the node, or has closed it.
      else if (!retryable) this.#forget(url);
    }
  }

  /** It is registered no more, and kept alive no more. */
  #forget(url: Address): void {
    this.#wanted.delete(url);
    this.#stops.get(url)?.();
    this.#stops.delete(url);
  }

  /** The live hyperties of a user, such as the domain's conference server; none where there are none. */
  async discover(
    from: Address,
    user: UserUrl,
    options: RequestOptions = {},
  ): Promise<readonly Registration[]> {
    const found = await this.search(from, { by: 'user', value: user }, options);
    return found.filter(({ status }) => status !== 'disconnected');
  }

  /**
   * The hyperties that fit: those that are live, or else those that are known but disconnected.
   * @throws ConferenceError `internal` for an answer that is none.
   */
  async search(
    from: Address,
    query: HypertyQuery,
    options: RequestOptions = {},
  ): Promise<readonly Registration[]> {
    return parseAs(hyperties, await this.#read(from, '/hyperty', query, options));
  }

  /** The same for data objects. */
  async searchObjects(
    from: Address,
    query: ObjectQuery,
    options: RequestOptions = {},
  ): Promise<readonly ObjectRegistration[]> {
    return parseAs(dataObjects, await this.#read(from, '/dataObject', query, options));
  }

  async #read(
    from: Address,
    kind: '/hyperty' | '/dataObject',
    { by, value, ...criteria }: HypertyQuery | ObjectQuery,
    options: RequestOptions,
  ): Promise<unknown> {
    const body = { resource: `${kind}/${by}/${value}`, criteria };
    try {
      return (await this.#bus.request({ type: 'read', from, to: this.#address, body }, options)).value;
    } catch (thrown) {
      return listedBy(toConferenceError(thrown));
    }
  }

  /**
   * Tells whenever a hyperty's registration becomes live or disconnected, until the function that it returns is called.
   * @throws ConferenceError as the node refuses; `capacity-exceeded` for too many subscriptions.
   */
  async watch(
    from: Address,
    url: HypertyUrl,
    onStatus: (status: RegistrationStatus) => void,
    options: RequestOptions = {},
  ): Promise<() => void> {
    const watcher = { from, onStatus };
    this.#addWatcher(url, watcher);
    const stop = () => this.#removeWatcher(url, watcher);
    const body = { resources: [registrationOf(url)] };
    const to = wellKnown.subscriptions(this.#domain);
    try {
      await this.#bus.request({ type: 'subscribe', from, to, body }, options);
    } catch (thrown) {
      stop();
      throw thrown;
    }
    return stop;
  }

  #addWatcher(url: HypertyUrl, watcher: Watcher): void {
    const watchers = this.#watchers.get(url) ?? new Set<Watcher>();
    if (watchers.size === 0) {
      const stop = this.#bus.listen(registrationOf(url), (message) => this.#handleStatus(url, message));
      this.#stopListening.set(url, stop);
    }
    this.#watchers.set(url, watchers.add(watcher));
  }

  #handleStatus(url: HypertyUrl, { type, from, body }: Request): undefined {
    if (type !== 'update' || from !== this.#address || body.attribute !== 'status') return;
    const status = v.safeParse(statusSchema, body.value);
    if (!status.success) return;
    for (const { onStatus } of [...(this.#watchers.get(url) ?? [])]) onStatus(status.output);
  }

  /** May be called more than once. */
  #removeWatcher(url: HypertyUrl, watcher: Watcher): void {
    const watchers = this.#watchers.get(url);
    if (watchers?.delete(watcher) !== true) return;
    const { from } = watcher;
    const body = { resources: [registrationOf(url)] };
    const to = wellKnown.subscriptions(this.#domain);
    const isLastOfItsHyperty = [...watchers].every((other) => other.from !== from);
    if (isLastOfItsHyperty) this.#bus.send({ type: 'unsubscribe', from, to, body });
    if (watchers.size > 0) return;
    this.#watchers.delete(url);
    this.#stopListening.get(url)?.();
    this.#stopListening.delete(url);
  }

  /** Keeps nothing alive any more. May be called more than once. */
  close(): void {
    for (const url of [...this.#wanted.keys()]) this.#forget(url);
  }
}

/** What an error of the registry lists: nothing where nobody is there, and what is known but disconnected. */
function listedBy(error: ConferenceError): unknown {
  if (error.code === 'address-not-found') return [];
  const listed = error.details?.['registrations'];
  if (error.code === 'timeout' && listed !== undefined) return listed;
  throw error;
}
