/** Everybody as one picture, where one chose it or the room was opened for it. */
import type { Participant, Room, View } from '@plenum/client';
import { derived, type Signal, signal } from './signal.ts';

export interface CompositeModel {
  /** Undefined while everybody is shown by themselves. */
  readonly picture: Signal<MediaStreamTrack | undefined>;
  /** Everybody who is in it, for those who do not see it. */
  readonly label: Signal<string>;
  readonly isShown: Signal<boolean>;
  /** What one chose, whether or not it has come yet. */
  readonly isWanted: Signal<boolean>;
  /** Changes from one view to the other. */
  toggle(): void;
}

export function createComposite(room: Room): CompositeModel {
  const { composite, participants } = room;
  const chosen = signal<View | undefined>(undefined);
  const isWanted = derived([composite, chosen], () =>
    chosen.current === undefined ? composite.current !== undefined : chosen.current === 'composite',
  );
  const isShown = derived([composite], () => composite.current !== undefined);
  return {
    picture: derived([composite], () => composite.current?.picture),
    label: derived([participants], () => `Everybody: ${namesOf(participants.current)}`),
    isShown,
    isWanted,
    toggle() {
      const view = isWanted.current ? 'streams' : 'composite';
      chosen.set(view);
      room.setView(view);
    },
  };
}

function namesOf(participants: readonly Participant[]): string {
  return new Intl.ListFormat('en').format(participants.map(({ name }) => name));
}
