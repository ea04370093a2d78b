/** Names of everybody who was ever in the room, to speak of those who have left. */
import type { Participant, ParticipantId } from '@plenum/client';
import type { Signal } from './signal.ts';

export interface Names {
  of(id: ParticipantId): string | undefined;
  close(): void;
}

export function createNames(participants: Signal<readonly Participant[]>): Names {
  const known = new Map<ParticipantId, string>();
  const learn = (people: readonly Participant[]) => {
    for (const { id, name } of people) known.set(id, name);
  };
  learn(participants.current);
  const close = participants.subscribe(learn);
  return { of: (id) => known.get(id), close };
}
