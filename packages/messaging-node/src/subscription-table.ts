/** Who is sent what is published at an address. */
import { type Address, ConferenceError } from '@plenum/protocol';
import type { Session } from './session.ts';

export class SubscriptionTable {
  readonly #perSession: number;
  /** Subscriber addresses by publish address and session: a session gets one copy, however many of its hyperties observe. */
  readonly #subscribers = new Map<Address, Map<Session, Set<Address>>>();
  readonly #resources = new Map<Session, Set<Address>>();

  constructor(subscriptionsPerSession: number) {
    this.#perSession = subscriptionsPerSession;
  }

  /** @throws ConferenceError `capacity-exceeded`. */
  add(resource: Address, session: Session, subscriber: Address): void {
    const resources = this.#resources.get(session) ?? new Set();
    if (!session.isTrusted && !resources.has(resource) && resources.size >= this.#perSession) {
      throw new ConferenceError('capacity-exceeded', 'The session has too many subscriptions.');
    }
    this.#resources.set(session, resources.add(resource));
    const sessions = this.#subscribers.get(resource) ?? new Map<Session, Set<Address>>();
    this.#subscribers.set(resource, sessions);
    sessions.set(session, (sessions.get(session) ?? new Set<Address>()).add(subscriber));
  }

  remove(resource: Address, session: Session, subscriber: Address): void {
    const addresses = this.#subscribers.get(resource)?.get(session);
    if (addresses === undefined) return;
    addresses.delete(subscriber);
    if (addresses.size === 0) this.#forget(resource, session);
  }

  #forget(resource: Address, session: Session): void {
    const sessions = this.#subscribers.get(resource);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#subscribers.delete(resource);
    const resources = this.#resources.get(session);
    resources?.delete(resource);
    if (resources?.size === 0) this.#resources.delete(session);
  }

  sessionsOf(resource: Address): Iterable<Session> {
    return this.#subscribers.get(resource)?.keys() ?? [];
  }

  /** Nothing is published at this address any more. */
  removeResource(resource: Address): void {
    for (const session of [...this.sessionsOf(resource)]) this.#forget(resource, session);
  }

  removeSession(session: Session): void {
    for (const resource of [...(this.#resources.get(session) ?? [])]) this.#forget(resource, session);
  }
}
