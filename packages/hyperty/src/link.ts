/**
 * The wire from a runtime to its messaging node. Messages arrive whole, in order, at most once; a link that is
 * still opening keeps what is sent until it is open.
 */
import type { ConferenceError, Message } from '@plenum/protocol';

export interface LinkEvents {
  onMessage(message: Message): void;
  /** Called once, also for a link that never opened. No error after the own `close()`. */
  onClosed(error: ConferenceError | undefined): void;
}

export interface Link {
  /** Ignored after the link closed. */
  send(message: Message): void;
  /** Says goodbye: the session ends with it. May be called more than once. */
  close(): void;
  /** Gives the wire up, but not the session, which may go on over another. May be called more than once. */
  abandon(): void;
}

/** Opens a link; nothing is delivered before the call has returned. */
export type OpenLink = (events: LinkEvents) => Link;
