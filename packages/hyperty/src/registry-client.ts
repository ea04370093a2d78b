/** The runtime's side of the domain registry: registers hyperties and discovers others. */
import { type Address, ConferenceError, type HypertyUrl, type UserUrl, wellKnown } from '@plenum/protocol';
import type { MessageBus, RequestOptions } from './message-bus.ts';

/** What is known of a live hyperty. */
export interface Registration {
  readonly url: HypertyUrl;
  readonly user: UserUrl;
  readonly dataSchemes: readonly string[];
  readonly resources: readonly string[];
}

export class RegistryClient {
  readonly #bus: MessageBus;
  readonly #domain: string;

  constructor(bus: MessageBus, domain: string) {
    this.#bus = bus;
    this.#domain = domain;
  }

  /** @throws ConferenceError `not-authorized` where the hyperty's address is not the session's own. */
  async register(registration: Registration, options: RequestOptions = {}): Promise<void> {
    const to = wellKnown.registry(this.#domain);
    const body = { value: { ...registration, status: 'live' } };
    await this.#bus.request({ type: 'create', from: registration.url, to, body }, options);
  }

  /** The live hyperties of a user, such as the domain's conference server. */
  async discover(
    from: Address,
    user: UserUrl,
    options: RequestOptions = {},
  ): Promise<readonly Registration[]> {
    const to = wellKnown.registry(this.#domain);
    const body = { resource: `/hyperty/user/${user}` };
    const { value } = await this.#bus.request({ type: 'read', from, to, body }, options);
    if (!Array.isArray(value)) throw new ConferenceError('internal', 'The registry answered with no list.');
    return value as readonly Registration[];
  }
}
