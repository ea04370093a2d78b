/** Everybody as one picture, where one chose it or the room was opened for it. */
import type { Participant, Room, View } from '@plenum/client';
import type { Notices } from './notices.ts';
import { derived, type Signal, signal } from './signal.ts';

export interface CompositeModel {
  /** Undefined while everybody is shown by themselves. */
  readonly picture: Signal<MediaStreamTrack | undefined>;
  /** Everybody who is in it, for those who do not see it. */
  readonly label: Signal<string>;
  readonly isShown: Signal<boolean>;
  /** What one chose, whether or not it has come yet. */
  readonly isWanted: Signal<boolean>;
  /** This device does not keep up with everybody's own picture, and would with the one. */
  readonly isOffered: Signal<boolean>;
  /** Changes from one view to the other. */
  toggle(): void;
  /** It is not offered again in this call. */
  decline(): void;
  close(): void;
}

interface CompositeContext {
  readonly room: Pick<Room, 'composite' | 'participants' | 'decoding' | 'topology' | 'setView'>;
  readonly notices: Pick<Notices, 'tell'>;
}

/** Of so many people at least: of two the one picture would be no less work. */
const leastPeople = 3;
/** Much longer than a mixer needs to begin. */
const awaitedMs = 8_000;

export function createComposite({ room, notices }: CompositeContext): CompositeModel {
  const { composite, participants, decoding, topology } = room;
  const chosen = signal<View | undefined>(undefined);
  const isDeclined = signal(false);
  const isWanted = derived([composite, chosen], () =>
    chosen.current === undefined ? composite.current !== undefined : chosen.current === 'composite',
  );
  const isShown = derived([composite], () => composite.current !== undefined);
  const isOffered = derived(
    [decoding, participants, topology, isWanted, isDeclined],
    () =>
      decoding.current !== 'all' &&
      participants.current.length >= leastPeople &&
      topology.current !== 'mesh' &&
      !isWanted.current &&
      !isDeclined.current,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tellWhereItDoesNotCome = () => {
    if (isShown.current || !isWanted.current) return;
    notices.tell(
      'One picture of everybody cannot be had now',
      'The part of the server that puts everybody together is missing, or has too much to do. It is shown once it can be.',
    );
  };
  return {
    picture: derived([composite], () => composite.current?.picture),
    label: derived([participants], () => `Everybody: ${namesOf(participants.current)}`),
    isShown,
    isWanted,
    isOffered,
    toggle() {
      const view = isWanted.current ? 'streams' : 'composite';
      chosen.set(view);
      room.setView(view);
      clearTimeout(timer);
      if (view === 'composite') timer = setTimeout(tellWhereItDoesNotCome, awaitedMs);
    },
    decline() {
      isDeclined.set(true);
    },
    close() {
      clearTimeout(timer);
    },
  };
}

function namesOf(participants: readonly Participant[]): string {
  return new Intl.ListFormat('en').format(participants.map(({ name }) => name));
}
