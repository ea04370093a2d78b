/** A room without an owner goes to somebody: at once when the last owner has left, after a while where none comes back. */
import type { Clock } from '@plenum/hyperty';
import type { ParticipantId } from '@plenum/protocol';
import type { Participant } from './participant.ts';
import { successorAmong } from './succession.ts';

export interface HandOverContext {
  readonly clock: Clock;
  readonly limits: { readonly ownerWithinMs: number };
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  /** Owns the room from now on. */
  readonly onHeir: (heir: Participant) => void;
}

export class HandOver {
  readonly #context: HandOverContext;
  #isOverdue = false;
  #stopWaiting: () => void = () => undefined;

  constructor(context: HandOverContext) {
    this.#context = context;
  }

  /** Owners may come back; where then nobody is there whom it could go to, it goes to the next who comes in. */
  waitForOwner(): void {
    const { clock, limits } = this.#context;
    this.#stopWaiting = clock.after(limits.ownerWithinMs, () => {
      this.#isOverdue = true;
      this.start();
    });
  }

  handleEntered(): void {
    if (this.#isOverdue) this.start();
  }

  /** Where somebody there owns the room nothing happens; where nobody is there who could, it goes to the next who comes in. */
  start(): void {
    const all = [...this.#context.participants.values()];
    // Who is still coming in may not arrive, but who owns the room already does. Who sends from outside could do nothing with it.
    const present = all.filter(({ role, isIn, isOutside }) => role === 'owner' || (isIn && !isOutside));
    const heir = successorAmong(
      present.map((participant) => ({
        participant,
        role: participant.role,
        order: participant.identity.order,
      })),
    )?.participant;
    if (heir !== undefined) this.#context.onHeir(heir);
    else if (!present.some(({ role }) => role === 'owner')) this.#isOverdue = true;
  }

  /** May be called more than once. */
  close(): void {
    this.#stopWaiting();
  }
}
