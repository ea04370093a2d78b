/** What moderators do: who comes in, who may do what, how the room is set. Failures are told in a notice. */
import type { Participant, ParticipantId, Room, RoomSettings, WaitingPerson } from '@plenum/client';
import type { Notices } from './notices.ts';
import { actionFailure, askFor, type DirectAction, type ModeratedRoom } from './person-actions.ts';
import { derived, type Signal, sameItems, signal } from './signal.ts';

export interface Moderation {
  /** Who waits and is not being decided about, longest first. */
  readonly waiting: Signal<readonly WaitingPerson[]>;
  admit(person: WaitingPerson): void;
  refuse(person: WaitingPerson): void;
  admitAll(): void;
  act(action: DirectAction, participantId: ParticipantId): void;
  remove(person: { readonly id: ParticipantId; readonly name: string }, options: RemoveOptions): void;
  changeSettings(settings: Partial<RoomSettings>): void;
  endForAll(): void;
}

export interface RemoveOptions {
  /** Told to whom it concerns; blank for none. */
  readonly reason: string;
  readonly isBanned: boolean;
}

export type ModerationRoom = ModeratedRoom &
  Pick<Room, 'participants' | 'waiting' | 'admit' | 'refuse' | 'remove' | 'changeSettings' | 'closeForAll'>;

export function createModeration(room: ModerationRoom, notices: Notices): Moderation {
  const deciding = signal<readonly ParticipantId[]>([]);
  const waiting = derived(
    [room.waiting, deciding],
    () => room.waiting.current.filter(({ participantId }) => !deciding.current.includes(participantId)),
    sameItems,
  );
  // Out of sight at once; there again if it did not work.
  const decide = async ({ participantId }: WaitingPerson, asked: Promise<void>, failureTitle: string) => {
    deciding.set([...deciding.current, participantId]);
    await notices.attempt(asked, failureTitle);
    deciding.set(deciding.current.filter((id) => id !== participantId));
  };
  const admit = (person: WaitingPerson) =>
    void decide(person, room.admit(person.participantId), `${person.name} could not be let in`);

  return {
    waiting,
    admit,
    refuse(person) {
      void decide(person, room.refuse(person.participantId), `${person.name} could not be refused`);
    },
    admitAll() {
      for (const person of waiting.current) admit(person);
    },
    act(action, participantId) {
      const person = findPerson(room.participants.current, participantId);
      if (person === undefined) return;
      void notices.attempt(askFor(action, person, room), actionFailure(action, person.name));
    },
    remove({ id, name }, { reason, isBanned }) {
      const options = { isBanned, ...(reason.trim() !== '' && { reason: reason.trim() }) };
      void notices.attempt(room.remove(id, options), `${name} could not be removed`);
    },
    changeSettings(settings) {
      void notices.attempt(room.changeSettings(settings), 'The room could not be changed');
    },
    endForAll() {
      void notices.attempt(room.closeForAll(), 'The call could not be ended');
    },
  };
}

function findPerson(people: readonly Participant[], id: ParticipantId): Participant | undefined {
  return people.find((person) => person.id === id);
}
