/** One runtime's stay on the node: who it is, what it owns, and how to reach it. It outlives its wire for a while. */
import {
  type Address,
  formatMessage,
  type Identity,
  isPublishAddress,
  type Message,
  type SessionId,
} from '@plenum/protocol';

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

/** Kept for a session without a wire: messages, and UTF-16 units in all of them. */
const maxKept = 64;
const maxKeptLength = 512 * 1024;

/** Changes that are missed the observers read again; of an object that has ended they could not. */
function isLasting({ type, to }: Message): boolean {
  return type === 'delete' || !isPublishAddress(to);
}

export class Session {
  readonly id: SessionId;
  readonly identity: Identity;
  /** Whether it belongs to the domain itself, so that it may own any of the domain's addresses. */
  readonly isTrusted: boolean;
  /** Milliseconds since 1970 until which who it is may come anew; undefined for no set time. It is not ended then. */
  readonly expires: number | undefined;
  readonly addresses = new Set<Address>();
  #endpoint: Endpoint | undefined;
  #kept: OutgoingMessage[] = [];
  /** It has a wire again, which has not been told so yet: what comes meanwhile waits behind what was kept. */
  #isReturning = false;
  #stopGrace: () => void = () => undefined;

  constructor(
    id: SessionId,
    who: {
      readonly identity: Identity;
      readonly isTrusted: boolean;
      readonly expires: number | undefined;
    },
    endpoint: Endpoint,
  ) {
    this.id = id;
    this.identity = who.identity;
    this.isTrusted = who.isTrusted;
    this.expires = who.expires;
    this.#endpoint = endpoint;
  }

  get isSuspended(): boolean {
    return this.#endpoint === undefined;
  }

  deliver(message: OutgoingMessage): void {
    if (this.#isReturning) this.#kept.push(message);
    else if (this.#endpoint !== undefined) this.#endpoint.deliver(message);
    else if (isLasting(message.message)) this.#keep(message);
  }

  #keep(message: OutgoingMessage): void {
    const length = this.#kept.reduce((sum, { text }) => sum + text.length, message.text.length);
    if (this.#kept.length < maxKept && length <= maxKeptLength) this.#kept.push(message);
  }

  /** It lost its wire. @param stopGrace Calls off what ends the session when nobody comes back. */
  suspend(stopGrace: () => void): void {
    this.#endpoint = undefined;
    this.#isReturning = false;
    this.#stopGrace = stopGrace;
  }

  /** It goes on over another wire; to be followed by `deliverKept`, once that knows so. */
  resume(endpoint: Endpoint): void {
    this.#stopGrace();
    this.#endpoint = endpoint;
    this.#isReturning = true;
  }

  deliverKept(): void {
    this.#isReturning = false;
    const kept = this.#kept;
    this.#kept = [];
    for (const message of kept) this.deliver(message);
  }

  /** May be called more than once. */
  end(): void {
    this.#stopGrace();
    this.#kept = [];
  }
}
