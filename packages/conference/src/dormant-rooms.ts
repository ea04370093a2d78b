/** Rooms that nobody is in but that are remembered: after a restart, or when their media server was lost. */
import type { Clock } from '@plenum/hyperty';
import type { RoomId } from '@plenum/protocol';
import type { RoomRecord } from './room-store.ts';

export interface DormantRoomsContext {
  readonly clock: Clock;
  readonly limits: { readonly rooms: number; readonly rememberForMs: number };
  readonly onForgotten: (roomId: RoomId) => void;
}

export class DormantRooms {
  readonly #context: DormantRoomsContext;
  readonly #rooms = new Map<RoomId, { readonly record: RoomRecord; readonly stopTimer: () => void }>();

  constructor(context: DormantRoomsContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#rooms.size;
  }

  get(roomId: RoomId): RoomRecord | undefined {
    return this.#rooms.get(roomId)?.record;
  }

  /** From now on it is remembered for a while; of too many the first are forgotten. */
  add(record: RoomRecord): void {
    this.take(record.id);
    const { clock, limits } = this.#context;
    const stopTimer = clock.after(limits.rememberForMs, () => this.#forget(record.id));
    this.#rooms.set(record.id, { record, stopTimer });
    const [first] = this.#rooms.keys();
    if (this.#rooms.size > limits.rooms && first !== undefined) this.#forget(first);
  }

  /** It is dormant no more. */
  take(roomId: RoomId): RoomRecord | undefined {
    const room = this.#rooms.get(roomId);
    room?.stopTimer();
    this.#rooms.delete(roomId);
    return room?.record;
  }

  #forget(roomId: RoomId): void {
    if (this.take(roomId) !== undefined) this.#context.onForgotten(roomId);
  }

  /** What is kept stays kept. May be called more than once. */
  close(): void {
    for (const roomId of [...this.#rooms.keys()]) this.take(roomId);
  }
}
