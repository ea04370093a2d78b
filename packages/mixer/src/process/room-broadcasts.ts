/** The live streams of one room in the mixer, as the server knows them. */
import type { LiveEvent } from '../live/state.ts';
import type { BroadcastEvent, RoomCommand } from './messages.ts';

export interface RoomBroadcastRequest {
  /** What the stream consists of, as it comes. */
  readonly onEvent: (event: LiveEvent) => void;
  /** It ended by itself; not called where its room ends. */
  readonly onFailed: (reason: string) => void;
}

export interface RoomBroadcast {
  /** Nothing is told of it any more, not even its end. May be called more than once. */
  stop(): void;
}

export class RoomBroadcasts {
  readonly #tell: (command: RoomCommand) => void;
  readonly #known = new Map<number, RoomBroadcastRequest>();
  #last = 0;

  constructor(tell: (command: RoomCommand) => void) {
    this.#tell = tell;
  }

  begin(request: RoomBroadcastRequest): RoomBroadcast {
    this.#last += 1;
    const broadcast = this.#last;
    this.#known.set(broadcast, request);
    this.#tell({ type: 'broadcast', broadcast });
    return {
      stop: () => {
        if (this.#known.delete(broadcast)) this.#tell({ type: 'stop-broadcast', broadcast });
      },
    };
  }

  handle(event: BroadcastEvent): void {
    const known = this.#known.get(event.broadcast);
    if (known === undefined) return;
    if (event.type === 'live') return known.onEvent(event.event);
    this.#known.delete(event.broadcast);
    known.onFailed(event.reason);
  }

  /** The room has ended. May be called more than once. */
  close(): void {
    this.#known.clear();
  }
}
