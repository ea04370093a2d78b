/** A link for a runtime in the node's own process: messages cross it as they are. */
import { createDelivery, type Link, type LinkEvents } from '@plenum/hyperty';
import { ConferenceError, type Message } from '@plenum/protocol';
import type { Endpoint } from './session.ts';

/** The node's end of the wire. */
interface LocalWire {
  handle(message: Message): void;
  close(): void;
}

export function createLocalLink(events: LinkEvents, attach: (endpoint: Endpoint) => LocalWire): Link {
  const toRuntime = createDelivery(events);
  const wire = attach({
    deliver: ({ message }) => toRuntime.send(message),
    close: (_code, reason) =>
      toRuntime.close(new ConferenceError('disconnected', undefined, { details: { reason } })),
  });
  return {
    send: (message) => wire.handle(message),
    close: () => {
      toRuntime.close(undefined);
      wire.close();
    },
  };
}
