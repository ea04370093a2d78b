/** One runtime's stay on the node: who it is, what it owns, and how to reach it. */
import { type Address, formatMessage, type Identity, type Message, type SessionId } from '@plenum/protocol';

/** A message on its way out; its text is made once, however many it goes to. */
export class OutgoingMessage {
  readonly message: Message;
  #text: string | undefined;

  constructor(message: Message) {
    this.message = message;
  }

  get text(): string {
    this.#text ??= formatMessage(this.message);
    return this.#text;
  }
}

/** The node's end of a wire. */
export interface Endpoint {
  deliver(message: OutgoingMessage): void;
  /** Ends the wire with a WebSocket close code and an error code as the reason. */
  close(code: number, reason: string): void;
}

export class Session {
  readonly id: SessionId;
  readonly identity: Identity;
  /** Whether it belongs to the domain itself, so that it may own any of the domain's addresses. */
  readonly isTrusted: boolean;
  readonly addresses = new Set<Address>();
  readonly #endpoint: Endpoint;

  constructor(id: SessionId, identity: Identity, isTrusted: boolean, endpoint: Endpoint) {
    this.id = id;
    this.identity = identity;
    this.isTrusted = isTrusted;
    this.#endpoint = endpoint;
  }

  deliver(message: OutgoingMessage): void {
    this.#endpoint.deliver(message);
  }
}
