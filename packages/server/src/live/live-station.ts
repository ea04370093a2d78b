/** The live streams of all rooms, from which HTTP is served. */
import type { BroadcastChannel, BroadcastStation } from '@plenum/conference';
import type { Clock } from '@plenum/hyperty';
import { LiveStore } from '@plenum/mixer/live';
import { type RoomId, randomWord } from '@plenum/protocol';
import { Audience } from './audience.ts';

export interface LiveStream {
  /** Never used again, so that what caches keep of one is not taken for another's. */
  readonly id: string;
  readonly store: LiveStore;
  readonly audience: Audience;
  /** Who comes now finds nothing; who looks on sees the last of it. */
  readonly isOver: boolean;
}

interface Kept extends LiveStream {
  isOver: boolean;
  forget: () => void;
}

/** Milliseconds in which who looks on learns that it is over. */
const keptAfterEndMs = 30_000;

export interface LiveStationOptions {
  readonly clock: Clock;
  /** Requests for one stream that wait at once. */
  readonly waitsPerAddress: number;
}

export class LiveStation implements BroadcastStation {
  readonly #clock: Clock;
  readonly #waitsPerAddress: number;
  readonly #streams = new Map<RoomId, Kept>();

  constructor({ clock, waitsPerAddress }: LiveStationOptions) {
    this.#clock = clock;
    this.#waitsPerAddress = waitsPerAddress;
  }

  begin(roomId: RoomId): BroadcastChannel {
    this.#forget(roomId, this.#streams.get(roomId));
    const stream: Kept = {
      id: randomWord(10),
      store: new LiveStore({
        after: (ms, run) => this.#clock.after(ms, run),
        waitsPerClient: this.#waitsPerAddress,
      }),
      audience: new Audience(this.#clock),
      isOver: false,
      forget: () => undefined,
    };
    this.#streams.set(roomId, stream);
    return {
      handle: (event) => {
        if (!stream.isOver) stream.store.handle(event);
      },
      attend: () => stream.audience.attend(),
      get audience() {
        return stream.audience.size;
      },
      close: () => this.#end(roomId, stream),
    };
  }

  #end(roomId: RoomId, stream: Kept): void {
    if (stream.isOver) return;
    stream.isOver = true;
    stream.store.handle({ type: 'stream-ended' });
    stream.forget = this.#clock.after(keptAfterEndMs, () => this.#forget(roomId, stream));
  }

  #forget(roomId: RoomId, stream: Kept | undefined): void {
    if (stream === undefined) return;
    stream.isOver = true;
    stream.forget();
    stream.store.close();
    if (this.#streams.get(roomId) === stream) this.#streams.delete(roomId);
  }

  /** The stream of a room; for a while also one that is over. */
  at(roomId: RoomId): LiveStream | undefined {
    return this.#streams.get(roomId);
  }

  /** For the metrics. */
  dump(): { readonly broadcasts: number; readonly viewers: number } {
    const live = [...this.#streams.values()].filter(({ isOver }) => !isOver);
    return {
      broadcasts: live.length,
      viewers: live.reduce((sum, { audience }) => sum + audience.size, 0),
    };
  }

  /** Whoever waits is answered. May be called more than once. */
  close(): void {
    for (const [roomId, stream] of [...this.#streams]) this.#forget(roomId, stream);
  }
}
