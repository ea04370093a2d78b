/** A link over a WebSocket: one JSON text frame for each message. */
import {
  ConferenceError,
  downstreamLimits,
  type ErrorCode,
  errorTable,
  formatMessage,
  type Message,
  parseMessage,
} from '@plenum/protocol';
import type { Link, LinkEvents, OpenLink } from './link.ts';

/** The part of the WHATWG WebSocket that is used here; browsers, Node and `ws` all have it. */
export interface WebSocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  addEventListener(type: 'error', listener: () => void): void;
}

export type WebSocketConstructor = new (url: string) => WebSocketLike;

export interface WebSocketLinkOptions {
  readonly url: string;
  /** The platform's own unless given. */
  readonly webSocket?: WebSocketConstructor | undefined;
}

const open = 1;

/** Close codes: 1000 ends the session on the node, any other lets it wait. */
const goodbye = 1000;
const abandoned = 4000;

export function openWebSocketLink({ url, webSocket }: WebSocketLinkOptions): OpenLink {
  const Constructor = webSocket ?? (WebSocket as WebSocketConstructor);
  return (events) => new WebSocketLink(new Constructor(url), events);
}

class WebSocketLink implements Link {
  readonly #socket: WebSocketLike;
  #waiting: string[] = [];
  #closed = false;

  constructor(socket: WebSocketLike, events: LinkEvents) {
    this.#socket = socket;
    socket.addEventListener('open', () => this.#flush());
    socket.addEventListener('message', ({ data }) => this.#receive(data, events));
    // An error is always followed by close, which carries all that a page may know of it.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', ({ code, reason }) => {
      const error = this.#closed ? undefined : closeError(code, reason);
      this.#closed = true;
      events.onClosed(error);
    });
  }

  send(message: Message): void {
    if (this.#closed) return;
    const text = formatMessage(message);
    if (this.#socket.readyState === open) this.#socket.send(text);
    else this.#waiting.push(text);
  }

  close(): void {
    this.#close(goodbye);
  }

  abandon(): void {
    this.#close(abandoned);
  }

  #close(code: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiting = [];
    this.#socket.close(code);
  }

  #flush(): void {
    for (const text of this.#waiting) this.#socket.send(text);
    this.#waiting = [];
  }

  #receive(data: unknown, events: LinkEvents): void {
    if (this.#closed) return;
    try {
      events.onMessage(parseMessage(String(data), downstreamLimits));
    } catch (thrown) {
      if (!(thrown instanceof ConferenceError)) throw thrown;
      // A node that talks nonsense is of another version; going on would only hide it.
      this.#socket.close(4400, thrown.code);
    }
  }
}

/** The reason of a close frame is the error's code where the node sent one; otherwise the socket just broke. */
function closeError(closeCode: number, reason: string): ConferenceError {
  const known = Object.entries(errorTable).find(
    ([code, { close }]) => close === closeCode && code === reason,
  );
  return new ConferenceError(known === undefined ? 'disconnected' : (known[0] as ErrorCode), undefined, {
    details: { closeCode, reason },
  });
}
