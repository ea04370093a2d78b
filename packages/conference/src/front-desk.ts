/** Takes requests to join: asks the application, decides, and brings people into their room or its lobby. */
import type { Logger } from '@plenum/hyperty';
import { type Address, ConferenceError, type ParamsOf, type RoomId } from '@plenum/protocol';
import { type Admission, decideAdmission, type JoinDecision } from './admission.ts';
import { type Entry, entryOf, type JoinRequest, type JoinResult } from './entry.ts';
import { mayCreateRooms } from './permissions.ts';
import type { Room } from './room.ts';
import type { RoomDirectory } from './room-directory.ts';

export type JoinRoomHandler = (request: JoinRequest) => JoinDecision | Promise<JoinDecision>;

export interface FrontDeskContext {
  readonly rooms: RoomDirectory;
  readonly mayGuestsCreateRooms: boolean;
  readonly logger: Logger;
}

interface Pending {
  readonly contextUrl: Address;
  readonly result: Promise<JoinResult>;
  readonly progresses: Set<() => void>;
}

const maxProgresses = 4;

/** It asks once, and is gone before a moderator has looked. */
const cannotWait =
  'Newcomers to this room wait until they are let in, which who sends from outside cannot; a token for the room passes.';

export class FrontDesk {
  readonly #context: FrontDeskContext;
  readonly #pending = new Map<string, Pending>();
  #ask: JoinRoomHandler = () => ({ admit: true });

  constructor(context: FrontDeskContext) {
    this.#context = context;
  }

  onJoinRoom(handler: JoinRoomHandler): void {
    this.#ask = handler;
  }

  /**
   * A request that comes again, because its answer may be lost, is not another one.
   * @throws ConferenceError whatever keeps the person out.
   */
  join(request: JoinRequest, params: ParamsOf<'joinRoom'>, progress: () => void): Promise<JoinResult> {
    const key = `${request.userUrl} ${request.hypertyUrl} ${request.roomId}`;
    const pending = this.#pending.get(key);
    if (pending?.contextUrl === request.context.url) {
      // Of one that is sent again and again only the latest are told that it takes time.
      const [oldest] = pending.progresses;
      if (oldest !== undefined && pending.progresses.size >= maxProgresses) pending.progresses.delete(oldest);
      pending.progresses.add(progress);
      return pending.result;
    }
    const progresses = new Set([progress]);
    const tell = () => {
      for (const each of progresses) each();
    };
    const result = this.#join(request, params, tell);
    const now: Pending = { contextUrl: request.context.url, result, progresses };
    this.#pending.set(key, now);
    const forget = () => {
      if (this.#pending.get(key) === now) this.#pending.delete(key);
    };
    result.then(forget, forget);
    return result;
  }

  async #join(
    request: JoinRequest,
    { topology }: ParamsOf<'joinRoom'>,
    progress: () => void,
  ): Promise<JoinResult> {
    const { rooms } = this.#context;
    const { roomId, origin = '' } = request;
    const entry = entryOf(request);
    const known = rooms.get(roomId)?.participantAt(request.hypertyUrl);
    // Who is in already only gets another link.
    if (known !== undefined) return this.#existing(roomId).enter(entry, known.role);
    const decision = await this.#decide(request);
    const admission = this.#admissionOf(roomId, entry, decision);
    if (admission.kind === 'refuse') throw new ConferenceError(admission.code, admission.reason);
    if (admission.kind === 'wait' && entry.offer !== undefined)
      throw new ConferenceError('not-authorized', cannotWait);
    const room = rooms.get(roomId) ?? rooms.openByVisit(roomId, origin, topology);
    try {
      if (admission.kind === 'admit') return await room.enter(entry, admission.role);
      const isHeldByApplication = decision.admit === 'wait';
      return await room.enterByLobby(entry, { role: admission.role, isHeldByApplication }, progress);
    } finally {
      rooms.release(room);
    }
  }

  #existing(roomId: RoomId): Room {
    const room = this.#context.rooms.get(roomId);
    if (room === undefined) throw new ConferenceError('room-not-found');
    return room;
  }

  /** An application that fails lets nobody in, and nobody is told why but the log. */
  async #decide(request: JoinRequest): Promise<JoinDecision> {
    try {
      return await this.#ask(request);
    } catch (thrown) {
      const { roomId } = request;
      this.#context.logger.error('the application failed to decide on a visitor', { roomId, thrown });
      throw new ConferenceError('internal');
    }
  }

  #admissionOf(roomId: RoomId, { caller, offer }: Entry, decision: JoinDecision): Admission {
    const { rooms, mayGuestsCreateRooms } = this.#context;
    const isCreating = !rooms.has(roomId);
    const { settings, memory, present } = rooms.factsOf(roomId);
    const isOwning = isCreating && offer === undefined;
    const admission = decideAdmission({ roomId, settings, caller, memory, decision, isOwning, present });
    if (admission.kind === 'refuse' || !isCreating || mayCreateRooms(caller, mayGuestsCreateRooms)) {
      return admission;
    }
    const reason = 'There is no such room, and you may not open one.';
    return { kind: 'refuse', code: 'room-not-found', reason };
  }
}
