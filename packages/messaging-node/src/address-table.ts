/** Who owns which address. An address has one owner, and only its owner may send from it. */
import {
  type Address,
  baseAddress,
  ConferenceError,
  dataObjectSchemes,
  isSendingSubAddress,
  type Scheme,
  splitAddress,
} from '@plenum/protocol';
import type { Session } from './session.ts';

export class AddressTable {
  readonly #domain: string;
  readonly #perSession: number;
  readonly #owners = new Map<Address, Session>();
  readonly #counts = new Map<Scheme, number>();

  constructor(domain: string, addressesPerSession: number) {
    this.#domain = domain;
    this.#perSession = addressesPerSession;
  }

  /** The owner of an address, or of what the sub-address (`…/changes`) belongs to. */
  ownerOf(address: Address): Session | undefined {
    return this.#owners.get(address) ?? this.#owners.get(baseAddress(address));
  }

  /** Whether a request of a session may come from an address: its own, or of what hangs on it. */
  maySendFrom(session: Session, address: Address): boolean {
    if (session.addresses.has(address)) return true;
    return isSendingSubAddress(address) && session.addresses.has(baseAddress(address));
  }

  /** Whether a session may answer from an address: one it has, or had and has given up before the answer was ready. */
  mayAnswerFrom(session: Session, address: Address): boolean {
    const owner = this.ownerOf(address);
    return owner === session || (owner === undefined && this.#mayClaim(session, baseAddress(address)));
  }

  /** How many addresses of a scheme are owned now: for data objects, how many there are. */
  count(scheme: Scheme): number {
    return this.#counts.get(scheme) ?? 0;
  }

  /**
   * All or nothing.
   * @throws ConferenceError `address-taken`, `not-authorized` outside the session's own part of the domain,
   * `capacity-exceeded`.
   */
  claim(session: Session, addresses: readonly Address[]): void {
    if (!session.isTrusted && session.addresses.size + addresses.length > this.#perSession) {
      throw new ConferenceError('capacity-exceeded', 'The session has too many addresses.');
    }
    for (const address of addresses) this.#check(session, address);
    for (const address of addresses) {
      if (session.addresses.has(address)) continue;
      session.addresses.add(address);
      this.#owners.set(address, session);
      this.#add(address, 1);
    }
  }

  #mayClaim(session: Session, address: Address): boolean {
    const parts = splitAddress(address);
    const isOwnPart = parts?.path === session.id || parts?.path.startsWith(`${session.id}/`) === true;
    const isInDomain = parts?.domain === this.#domain && claimable.has(parts.scheme);
    return isInDomain && (isOwnPart || session.isTrusted) && baseAddress(address) === address;
  }

  #check(session: Session, address: Address): void {
    if (!this.#mayClaim(session, address)) {
      throw new ConferenceError('not-authorized', 'The session may not have that address.');
    }
    const owner = this.#owners.get(address);
    if (owner !== undefined && owner !== session) throw new ConferenceError('address-taken');
  }

  /** Addresses of others are left alone. */
  release(session: Session, addresses: readonly Address[]): void {
    for (const address of addresses) {
      if (!session.addresses.delete(address)) continue;
      this.#owners.delete(address);
      this.#add(address, -1);
    }
  }

  #add(address: Address, by: number): void {
    const scheme = splitAddress(address)?.scheme;
    if (scheme !== undefined) this.#counts.set(scheme, this.count(scheme) + by);
  }
}

const claimable: ReadonlySet<Scheme> = new Set(['runtime', 'hyperty', ...dataObjectSchemes]);
