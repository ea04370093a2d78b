/** Says in the Communication object who is in the room, and what of them changed: in a large room no more often than it bears. */
import type { Clock, DataObjectReporter } from '@plenum/hyperty';
import type { CommunicationData, ParticipantId, Permission } from '@plenum/protocol';
import { Pacer, pauseMsFor } from './pacer.ts';
import type { Participant } from './participant.ts';
import { permissionsToTell } from './permissions.ts';
import { changesBetween } from './room-description.ts';

export interface ParticipantListContext {
  readonly clock: Clock;
  readonly communication: Pick<DataObjectReporter<CommunicationData>, 'data' | 'setAt'>;
  /** How many are in the room. */
  readonly present: () => number;
  readonly mayGuestsCreateRooms: boolean;
}

export class ParticipantList {
  readonly #context: ParticipantListContext;
  readonly #pacers = new Map<ParticipantId, Pacer>();

  constructor(context: ParticipantListContext) {
    this.#context = context;
  }

  /** Tells everybody what is another of somebody now. */
  show(participant: Participant): void {
    const { id } = participant;
    if (participant.hasLeft) return;
    const describe = () => {
      this.#describe(participant);
      return pauseMsFor(this.#context.present());
    };
    const pacer = this.#pacers.get(id) ?? new Pacer(this.#context.clock, describe);
    this.#pacers.set(id, pacer);
    pacer.ask();
  }

  #describe(participant: Participant): void {
    const { communication } = this.#context;
    if (participant.hasLeft || !participant.isIn) return;
    const path = ['participants', participant.id] as const;
    const before = communication.data.participants[participant.id];
    const after = participant.describe(this.#mayOf(participant));
    if (before === undefined) return communication.setAt(path, after);
    for (const [attribute, value] of changesBetween(before, after)) {
      communication.setAt([...path, attribute], value);
    }
  }

  #mayOf({ permissions, caller }: Participant): readonly Permission[] {
    return permissionsToTell(permissions, caller, this.#context.mayGuestsCreateRooms);
  }

  /** Somebody has gone. */
  remove(id: ParticipantId): void {
    this.#pacers.get(id)?.close();
    this.#pacers.delete(id);
    this.#context.communication.setAt(['participants', id], undefined);
  }
}
