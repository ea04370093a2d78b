/** Tells the store what became of rooms, once in a turn for all that changed in it. */
import type { Room } from './room.ts';
import type { RoomStore } from './room-store.ts';

export class RoomKeeper {
  readonly #store: RoomStore;
  readonly #changed = new Set<Room>();
  #isClosed = false;

  constructor(store: RoomStore) {
    this.#store = store;
  }

  /** What is to be kept of a room is another now. */
  handleChanged(room: Room): void {
    if (this.#changed.size === 0) queueMicrotask(() => this.#save());
    this.#changed.add(room);
  }

  #save(): void {
    const rooms = [...this.#changed];
    this.#changed.clear();
    if (this.#isClosed) return;
    // Before anybody is in, there is nothing that a visit could not make again.
    for (const room of rooms) if (room.wasEntered || room.isByApplication) this.#store.save(room.record());
  }

  /** A room goes, but what is known of it stays for a while. */
  handleDormant(room: Room): void {
    this.#changed.delete(room);
    if (!this.#isClosed) this.#store.save(room.record());
  }

  handleEnded(roomId: Room['id'], room?: Room): void {
    if (room !== undefined) this.#changed.delete(room);
    if (!this.#isClosed) this.#store.remove(roomId);
  }

  /** The store is told nothing any more, but what happened before. May be called more than once. */
  close(): void {
    this.#save();
    this.#isClosed = true;
  }
}
