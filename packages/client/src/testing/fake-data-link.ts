/** Data channels without a browser: open when the test says so, and connected to whatever it says. */
import type { DataChannelName } from '@plenum/protocol';
import type { DataLink, DataLinkEvents } from '../data/data-link.ts';

export interface FakeDataLink extends DataLink {
  /** Hears what is sent. */
  onSent: (message: Uint8Array, channel: DataChannelName) => void;
  setOpen(isOpen: boolean): void;
  /** The other end sends a message. */
  deliver(message: Uint8Array, channel: DataChannelName): void;
}

export function fakeDataLink(): FakeDataLink {
  let isOpen = false;
  let events: DataLinkEvents | undefined;
  const link: FakeDataLink = {
    onSent: () => undefined,
    get isOpen() {
      return isOpen;
    },
    setOpen: (is) => {
      isOpen = is;
      if (is) events?.onReady();
    },
    deliver: (message, channel) => {
      if (isOpen) events?.onMessage(message, channel);
    },
    canSend: () => isOpen,
    send: (message, channel) => {
      if (isOpen) link.onSent(message, channel);
    },
    listen: (to) => {
      events = to;
    },
  };
  return link;
}
