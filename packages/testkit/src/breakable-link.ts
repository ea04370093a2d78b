/** Links that break when a test says so, as networks do: with word of it on both sides, or without a sound. */
import type { Link, LinkEvents, OpenLink } from '@plenum/hyperty';
import { ConferenceError } from '@plenum/protocol';

export interface BreakableNetwork {
  readonly openLink: OpenLink;
  /** How many links were opened in all. */
  readonly opened: number;
  /** Ends the link in use; both sides notice. Links opened while it is down fail at once. */
  cut(): void;
  /** Nothing gets through any more, and nobody is told. */
  silence(): void;
  /** The node gives up the links that fell silent. */
  noticeSilence(): void;
  /** Links can be opened again, and what is said gets through. */
  restore(): void;
}

interface Wire {
  readonly inner: Link;
  readonly events: LinkEvents;
  isSilent: boolean;
}

/** @param toNode Opens the links that are broken, such as those of a node in memory. */
export function breakable(toNode: OpenLink): BreakableNetwork {
  const wires = new Set<Wire>();
  let condition: 'up' | 'silent' | 'down' = 'up';
  let opened = 0;

  const breakWire = (wire: Wire) => {
    if (!wires.delete(wire)) return;
    wire.isSilent = true;
    wire.inner.abandon();
    wire.events.onClosed(new ConferenceError('disconnected'));
  };

  const openLink: OpenLink = (events) => {
    opened += 1;
    const inner = toNode({
      onMessage: (message) => {
        if (!wire.isSilent) events.onMessage(message);
      },
      onClosed: (error) => {
        wires.delete(wire);
        if (!wire.isSilent) events.onClosed(error);
      },
    });
    const wire: Wire = { inner, events, isSilent: condition === 'silent' };
    wires.add(wire);
    if (condition === 'down') queueMicrotask(() => breakWire(wire));
    const unlessSilent = (act: () => void) => {
      if (!wire.isSilent) act();
    };
    return {
      send: (message) => unlessSilent(() => inner.send(message)),
      close: () => unlessSilent(() => inner.close()),
      abandon: () => unlessSilent(() => inner.abandon()),
    };
  };

  return {
    openLink,
    get opened() {
      return opened;
    },
    cut: () => {
      condition = 'down';
      for (const wire of [...wires]) breakWire(wire);
    },
    silence: () => {
      condition = 'silent';
      for (const wire of wires) wire.isSilent = true;
    },
    noticeSilence: () => {
      for (const { inner, isSilent } of [...wires]) if (isSilent) inner.abandon();
    },
    restore: () => {
      condition = 'up';
    },
  };
}
