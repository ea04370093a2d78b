/** A station that shows nothing to anybody, and remembers what it was told. */
import type { LiveEvent } from '@plenum/media';
import type { RoomId } from '@plenum/protocol';
import type { BroadcastStation } from '../broadcast-station.ts';

interface Channel {
  readonly roomId: RoomId;
  readonly key: string | undefined;
  readonly events: LiveEvent[];
  audience: number;
  isClosed: boolean;
}

export class MemoryStation implements BroadcastStation {
  readonly channels: Channel[] = [];

  begin(roomId: RoomId, key: string | undefined) {
    const channel: Channel = { roomId, key, events: [], audience: 0, isClosed: false };
    this.channels.push(channel);
    return {
      handle: (event: LiveEvent) => void channel.events.push(event),
      get audience() {
        return channel.audience;
      },
      attend: () => {
        channel.audience += 1;
        return () => {
          channel.audience -= 1;
        };
      },
      close: () => {
        channel.isClosed = true;
      },
    };
  }
}
