/** Writes down what crosses the links of runtimes, so that a flow can be looked at, and drawn. */
import type { OpenLink } from '@plenum/hyperty';
import type { Message } from '@plenum/protocol';

export interface TracedMessage {
  /** Whose link it crossed. */
  readonly of: string;
  readonly direction: 'sent' | 'received';
  readonly message: Message;
}

export interface MessageTrace {
  readonly messages: readonly TracedMessage[];
  /** The link of whoever is called so, traced. */
  traced(of: string, openLink: OpenLink): OpenLink;
  /** What has crossed since the last time. */
  take(): readonly TracedMessage[];
}

export function createMessageTrace(): MessageTrace {
  const messages: TracedMessage[] = [];
  return {
    messages,
    traced: (of, openLink) => (events) => {
      const link = openLink({
        ...events,
        onMessage: (message) => {
          messages.push({ of, direction: 'received', message });
          events.onMessage(message);
        },
        onClosed: (error) => events.onClosed(error),
      });
      return {
        send: (message) => {
          messages.push({ of, direction: 'sent', message });
          link.send(message);
        },
        close: () => link.close(),
        abandon: () => link.abandon(),
      };
    },
    take: () => messages.splice(0),
  };
}
