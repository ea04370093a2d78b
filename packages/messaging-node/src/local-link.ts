/** A link for a runtime in the node's own process: messages cross it as they are. */
import { createDelivery, type Link, type LinkEvents } from '@plenum/hyperty';
import { ConferenceError, isErrorCode, type Message } from '@plenum/protocol';
import type { Endpoint } from './session.ts';

/** The node's end of the wire. */
interface LocalWire {
  handle(message: Message): void;
  close(isFinal: boolean): void;
}

export function createLocalLink(events: LinkEvents, attach: (endpoint: Endpoint) => LocalWire): Link {
  const toRuntime = createDelivery(events);
  const wire = attach({
    deliver: ({ message }) => toRuntime.send(message),
    close: (_code, reason) =>
      toRuntime.close(new ConferenceError(isErrorCode(reason) ? reason : 'disconnected')),
  });
  return {
    send: (message) => wire.handle(message),
    close: () => {
      toRuntime.close(undefined);
      wire.close(true);
    },
    abandon: () => {
      toRuntime.close(undefined);
      wire.close(false);
    },
  };
}
