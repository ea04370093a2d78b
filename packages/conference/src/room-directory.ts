/** The rooms that are open, those that are only remembered, and how many of them there may be. */
import { ConferenceError, type RoomId, type RoomSettings, type Topology } from '@plenum/protocol';
import { DormantRooms } from './dormant-rooms.ts';
import { Quota } from './quota.ts';
import { Room } from './room.ts';
import type { RoomContext, RoomOptions } from './room-context.ts';
import { settingsFor } from './room-description.ts';
import { RoomKeeper } from './room-keeper.ts';
import { emptyMemory, RoomMemory } from './room-memory.ts';
import type { RoomStore } from './room-store.ts';

export interface RoomDirectoryContext extends Omit<RoomContext, 'onClosed' | 'onRecordChanged'> {
  readonly store: RoomStore;
}

/** What is known of a room before somebody comes in, whether it is open or not. */
export interface RoomFacts {
  readonly settings: RoomSettings;
  readonly memory: RoomMemory;
  readonly present: number;
}

/** A room that was not made by the application. */
interface Visited {
  readonly origin: string;
  /** It was opened by a visit, and not ahead of one. */
  readonly isByVisit: boolean;
  readonly stopTimer: () => void;
}

export class RoomDirectory {
  readonly #context: RoomDirectoryContext;
  readonly #rooms = new Map<RoomId, Room>();
  readonly #visited = new Map<RoomId, Visited>();
  readonly #byOrigin: Quota;
  readonly #dormant: DormantRooms;
  readonly #keeper: RoomKeeper;
  #isStopped = false;

  constructor(context: RoomDirectoryContext) {
    this.#context = context;
    const { limits, runtime, store } = context;
    this.#byOrigin = new Quota(limits.roomsPerOrigin);
    this.#keeper = new RoomKeeper(store);
    this.#dormant = new DormantRooms({
      clock: runtime.clock,
      limits,
      onForgotten: (roomId) => this.#keeper.handleEnded(roomId),
    });
  }

  /** Remembers what the store has kept. */
  load(): void {
    const records = this.#context.store.load();
    for (const record of records) this.#dormant.add(record);
    if (records.length > 0) this.#context.logger.info('rooms remembered', { rooms: records.length });
  }

  get open(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  get dormantCount(): number {
    return this.#dormant.size;
  }

  get(roomId: RoomId): Room | undefined {
    return this.#rooms.get(roomId);
  }

  /** Whether there is such a room, open or remembered. */
  has(roomId: RoomId): boolean {
    return this.#rooms.has(roomId) || this.#dormant.get(roomId) !== undefined;
  }

  factsOf(roomId: RoomId): RoomFacts {
    const room = this.#rooms.get(roomId);
    if (room !== undefined) {
      return { settings: room.settings, memory: room.memory, present: room.participants.size };
    }
    const record = this.#dormant.get(roomId);
    return {
      settings: settingsFor(
        roomId,
        { ...this.#context.defaultSettings, ...record?.settings },
        record?.topology ?? 'sfu',
        this.#context.limits,
      ),
      memory: new RoomMemory(record ?? emptyMemory()),
      present: 0,
    };
  }

  /** By the application. @throws ConferenceError `room-exists`, `capacity-exceeded`, `shutting-down`. */
  create(roomId: RoomId, options: RoomOptions): Room {
    return this.#open(roomId, options, true);
  }

  /** By a visit, of a room that is not there or is only remembered. @throws ConferenceError as `create`. */
  openByVisit(roomId: RoomId, origin: string, topology: Topology | undefined): Room {
    return this.#openFor(roomId, { topology }, { origin, isByVisit: true, stopTimer: () => undefined });
  }

  /** Ahead of the first visit, which is waited for only so long. @throws ConferenceError as `create`. */
  openByRequest(roomId: RoomId, origin: string, options: RoomOptions): Room {
    if (this.has(roomId)) throw new ConferenceError('room-exists');
    const { runtime, limits } = this.#context;
    const stopTimer = runtime.clock.after(limits.enterWithinMs, () => {
      if (!room.wasEntered) room.close(undefined);
    });
    const room = this.#openFor(roomId, options, { origin, isByVisit: false, stopTimer });
    return room;
  }

  #openFor(roomId: RoomId, options: RoomOptions, visited: Visited): Room {
    const { origin, stopTimer } = visited;
    if (!this.#byOrigin.take(origin)) {
      stopTimer();
      throw new ConferenceError('capacity-exceeded', 'Too many rooms were created from your network.');
    }
    try {
      const room = this.#open(roomId, options, false);
      this.#visited.set(roomId, visited);
      return room;
    } catch (thrown) {
      stopTimer();
      this.#byOrigin.giveBack(origin);
      throw thrown;
    }
  }

  #open(roomId: RoomId, options: RoomOptions, isByApplication: boolean): Room {
    if (this.#isStopped) throw new ConferenceError('shutting-down');
    if (this.#rooms.has(roomId)) throw new ConferenceError('room-exists');
    const { limits, logger } = this.#context;
    if (this.#rooms.size >= limits.rooms) throw new ConferenceError('capacity-exceeded');
    const record = this.#dormant.take(roomId);
    const room = new Room(
      roomId,
      options,
      { isByApplication, record },
      {
        ...this.#context,
        onRecordChanged: (changed) => this.#keeper.handleChanged(changed),
        onClosed: (closed, reason) => this.#handleClosed(closed, reason),
      },
    );
    this.#rooms.set(roomId, room);
    logger.info(record === undefined ? 'room created' : 'room reopened', { roomId });
    return room;
  }

  /** A visit failed: a room that it opened is as it was before. */
  release(room: Room): void {
    const isByVisit = this.#visited.get(room.id)?.isByVisit === true;
    if (isByVisit && room.isEmpty && !room.wasEntered) room.close(undefined);
  }

  /** Its people will be back: what the room knows of them stays. */
  #handleClosed(room: Room, reason: ConferenceError): void {
    if (this.#rooms.get(room.id) === room) this.#rooms.delete(room.id);
    const visited = this.#visited.get(room.id);
    if (visited !== undefined) this.#byOrigin.giveBack(visited.origin);
    visited?.stopTimer();
    this.#visited.delete(room.id);
    const isOnlyLost = reason.retryable && room.wasEntered;
    if (isOnlyLost || (room.isReopened && !room.wasEntered)) {
      this.#keeper.handleDormant(room);
      if (!this.#isStopped) this.#dormant.add(room.record());
    } else this.#keeper.handleEnded(room.id, room);
  }

  /** Nothing is known of a room any more. */
  forget(roomId: RoomId): void {
    this.#dormant.take(roomId);
    this.#keeper.handleEnded(roomId);
  }

  /** Ends every room with `shutting-down`; what is kept of them stays. May be called more than once. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    for (const room of this.open) room.close(new ConferenceError('shutting-down'));
    this.#dormant.close();
    this.#keeper.close();
  }
}
