/** The live streams of all rooms, from which HTTP is served. */
import type { BroadcastChannel, BroadcastStation } from '@plenum/conference';
import type { Clock } from '@plenum/hyperty';
import { LiveStore } from '@plenum/mixer/live';
import { type RoomId, randomWord } from '@plenum/protocol';
import { Audience } from './audience.ts';

export interface LiveStream {
  /** Never used again, so that what caches keep of one is not taken for another's. */
  readonly id: string;
  readonly roomId: RoomId;
  /** Without which nobody is led to it; undefined where the room's name is enough. */
  readonly key: string | undefined;
  readonly store: LiveStore;
  readonly audience: Audience;
}

export interface LiveStationOptions {
  readonly clock: Clock;
  /** Requests for one stream that wait at once. */
  readonly waitsPerAddress: number;
}

interface Over {
  readonly stream: LiveStream;
  readonly forget: () => void;
}

/** Milliseconds in which who looks on learns that it is over. */
const keptAfterEndMs = 30_000;

export class LiveStation implements BroadcastStation {
  readonly #options: LiveStationOptions;
  /** What is live. */
  readonly #live = new Map<RoomId, LiveStream>();
  /** What is over, by its id: there may be several of a room, and another that is live. */
  readonly #over = new Map<string, Over>();

  constructor(options: LiveStationOptions) {
    this.#options = options;
  }

  begin(roomId: RoomId, key: string | undefined): BroadcastChannel {
    const { clock, waitsPerAddress } = this.#options;
    const before = this.#live.get(roomId);
    if (before !== undefined) this.#end(before);
    const stream: LiveStream = {
      id: randomWord(10),
      roomId,
      key,
      store: new LiveStore({ after: (ms, run) => clock.after(ms, run), waitsPerClient: waitsPerAddress }),
      audience: new Audience(clock),
    };
    this.#live.set(roomId, stream);
    return {
      handle: (event) => {
        if (this.#isLive(stream)) stream.store.handle(event);
      },
      attend: () => stream.audience.attend(),
      get audience() {
        return stream.audience.size;
      },
      close: () => this.#end(stream),
    };
  }

  #isLive(stream: LiveStream): boolean {
    return this.#live.get(stream.roomId) === stream;
  }

  #end(stream: LiveStream): void {
    if (!this.#isLive(stream)) return;
    this.#live.delete(stream.roomId);
    const { store } = stream;
    store.handle({ type: 'stream-ended' });
    // Nobody can have seen anything of it.
    if (!store.hasBegun) return store.close();
    const forget = () => {
      stop();
      this.#over.delete(stream.id);
      store.close();
    };
    const stop = this.#options.clock.after(keptAfterEndMs, forget);
    this.#over.set(stream.id, { stream, forget });
  }

  /** What is live in a room, for who has its key where it has one. */
  at(roomId: RoomId, key: string | undefined): LiveStream | undefined {
    const stream = this.#live.get(roomId);
    return stream?.key === undefined || stream.key === key ? stream : undefined;
  }

  /** A stream by its id, which only those know who were led to it; for a while also one that is over: who looks on sees the last of it. */
  find(roomId: RoomId, id: string): LiveStream | undefined {
    const live = this.#live.get(roomId);
    const stream = live?.id === id ? live : this.#over.get(id)?.stream;
    return stream?.roomId === roomId ? stream : undefined;
  }

  /** For the metrics. */
  dump(): { readonly broadcasts: number; readonly viewers: number } {
    const live = [...this.#live.values()];
    return {
      broadcasts: live.length,
      viewers: live.reduce((sum, { audience }) => sum + audience.size, 0),
    };
  }

  /** Whoever waits is answered. May be called more than once. */
  close(): void {
    for (const stream of [...this.#live.values()]) this.#end(stream);
    for (const { forget } of [...this.#over.values()]) forget();
  }
}
