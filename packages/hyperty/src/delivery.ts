/** The receiving half of an in-memory wire: what is sent arrives whole, in order, after the sender has returned. */
import type { ConferenceError, Message } from '@plenum/protocol';
import type { LinkEvents } from './link.ts';

export interface WireEnd {
  send(message: Message): void;
  close(error?: ConferenceError): void;
}

/** Delivers to `events` asynchronously and in order; nothing is delivered after `close`. */
export function createDelivery(events: LinkEvents): WireEnd {
  let queue: (() => void)[] = [];
  let isScheduled = false;
  let isClosed = false;
  const flush = () => {
    isScheduled = false;
    const due = queue;
    queue = [];
    for (const deliver of due) deliver();
  };
  const enqueue = (deliver: () => void) => {
    queue.push(deliver);
    if (isScheduled) return;
    isScheduled = true;
    queueMicrotask(flush);
  };
  return {
    send: (message) => {
      if (!isClosed) enqueue(() => events.onMessage(message));
    },
    close: (error) => {
      if (isClosed) return;
      isClosed = true;
      enqueue(() => events.onClosed(error));
    },
  };
}
