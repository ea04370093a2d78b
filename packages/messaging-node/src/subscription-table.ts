/** Who is sent what is published at an address. */
import { type Address, baseAddress, ConferenceError } from '@plenum/protocol';
import type { NodeLimits } from './limits.ts';
import type { Session } from './session.ts';

/** One subscriber of one publish address. */
export interface Subscription {
  /** Where is published: `…/changes` or `…/registration`. */
  readonly resource: Address;
  readonly session: Session;
  /** The session's address that observes. */
  readonly subscriber: Address;
}

type Limits = Pick<NodeLimits, 'subscriptionsPerSession' | 'observersPerObject'>;

export class SubscriptionTable {
  readonly #limits: Limits;
  /**
   * Subscriber addresses by publish address and session, with who asked for each: a session gets one copy, however
   * many of its hyperties observe.
   */
  readonly #subscribers = new Map<Address, Map<Session, Map<Address, Session>>>();
  /** Publish addresses by what they belong to. */
  readonly #below = new Map<Address, Set<Address>>();
  readonly #resources = new Map<Session, Set<Address>>();
  readonly #asked = new Map<Session, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /**
   * Counts against whoever asks, so that nobody can fill another's table.
   * @throws ConferenceError `capacity-exceeded`.
   */
  add({ resource, session, subscriber }: Subscription, asker: Session): void {
    const sessions = this.#subscribers.get(resource) ?? new Map<Session, Map<Address, Session>>();
    const addresses = sessions.get(session) ?? new Map<Address, Session>();
    const before = addresses.get(subscriber);
    // What the domain itself asks for is its own from then on.
    if (before !== undefined && (before.isTrusted || !asker.isTrusted)) return;
    if (before !== undefined) this.#credit(before);
    const asked = this.#asked.get(asker) ?? 0;
    if (!asker.isTrusted && asked >= this.#limits.subscriptionsPerSession) {
      throw new ConferenceError('capacity-exceeded', 'The session has too many subscriptions.');
    }
    const isForOthers = !asker.isTrusted && asker !== session;
    if (isForOthers && sessions.size >= this.#limits.observersPerObject) {
      throw new ConferenceError('capacity-exceeded', 'The object has too many observers.');
    }
    this.#asked.set(asker, asked + 1);
    this.#subscribers.set(resource, sessions.set(session, addresses.set(subscriber, asker)));
    const base = baseAddress(resource);
    this.#below.set(base, (this.#below.get(base) ?? new Set<Address>()).add(resource));
    this.#resources.set(session, (this.#resources.get(session) ?? new Set<Address>()).add(resource));
  }

  /** What the domain's own hyperties asked for themselves, they alone end. */
  remove({ resource, session, subscriber }: Subscription, by: Session): void {
    const addresses = this.#subscribers.get(resource)?.get(session);
    const asker = addresses?.get(subscriber);
    if (addresses === undefined || asker === undefined || (asker.isTrusted && asker !== by)) return;
    addresses.delete(subscriber);
    this.#credit(asker);
    if (addresses.size === 0) this.#forget(resource, session);
  }

  #credit(asker: Session): void {
    const asked = (this.#asked.get(asker) ?? 0) - 1;
    if (asked > 0) this.#asked.set(asker, asked);
    else this.#asked.delete(asker);
  }

  #forget(resource: Address, session: Session): void {
    const sessions = this.#subscribers.get(resource);
    for (const asker of sessions?.get(session)?.values() ?? []) this.#credit(asker);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#forgetResource(resource);
    const resources = this.#resources.get(session);
    resources?.delete(resource);
    if (resources?.size === 0) this.#resources.delete(session);
  }

  #forgetResource(resource: Address): void {
    this.#subscribers.delete(resource);
    const base = baseAddress(resource);
    const siblings = this.#below.get(base);
    siblings?.delete(resource);
    if (siblings?.size === 0) this.#below.delete(base);
  }

  /** Where subscribers are told of an object, its children or a hyperty. */
  resourcesOf(base: Address): readonly Address[] {
    return [...(this.#below.get(base) ?? [])];
  }

  sessionsOf(resource: Address): Iterable<Session> {
    return this.#subscribers.get(resource)?.keys() ?? [];
  }

  /** How many publish addresses have subscribers. */
  get size(): number {
    return this.#subscribers.size;
  }

  /** Nothing is published at this address any more. */
  removeResource(resource: Address): void {
    for (const session of [...this.sessionsOf(resource)]) this.#forget(resource, session);
  }

  /**
   * Its owner says that nothing will be published at this address any more. What the domain's own hyperties asked for
   * stays: they are told once more when the address goes, whatever its owner said before.
   */
  handleDeleted(resource: Address, by: Session): void {
    for (const [session, addresses] of [...(this.#subscribers.get(resource) ?? [])]) {
      for (const subscriber of [...addresses.keys()]) this.remove({ resource, session, subscriber }, by);
    }
  }

  removeSession(session: Session): void {
    for (const resource of [...(this.#resources.get(session) ?? [])]) this.#forget(resource, session);
  }
}
