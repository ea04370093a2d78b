/** Everybody as one picture, where one chose it or the room was opened for it. */
import type { Participant, Room } from '@plenum/client';
import { derived, type Signal } from './signal.ts';

export interface CompositeModel {
  /** Undefined while everybody is shown by themselves. */
  readonly picture: Signal<MediaStreamTrack | undefined>;
  /** Everybody who is in it, for those who do not see it. */
  readonly label: Signal<string>;
  readonly isShown: Signal<boolean>;
  /** Changes from one view to the other. */
  toggle(): void;
}

export function createComposite(room: Room): CompositeModel {
  const { composite, participants } = room;
  const isShown = derived([composite], () => composite.current !== undefined);
  return {
    picture: derived([composite], () => composite.current?.picture),
    label: derived([participants], () => `Everybody: ${namesOf(participants.current)}`),
    isShown,
    toggle: () => room.setView(isShown.current ? 'streams' : 'composite'),
  };
}

function namesOf(participants: readonly Participant[]): string {
  return new Intl.ListFormat('en').format(participants.map(({ name }) => name));
}
