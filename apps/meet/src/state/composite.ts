/** Everybody as one picture, where one chose it, the room was opened for it, or the server chose it for this device or line. */
import type { ChosenView, Participant, Room, View } from '@plenum/client';
import type { Notices } from './notices.ts';
import { derived, type Signal, signal } from './signal.ts';

export interface CompositeModel {
  /** Undefined while everybody is shown by themselves. */
  readonly picture: Signal<MediaStreamTrack | undefined>;
  /** The line carries only sound for now. */
  readonly isLeftOut: Signal<boolean>;
  /** Everybody who is in it, for those who do not see it. */
  readonly label: Signal<string>;
  readonly isShown: Signal<boolean>;
  /** What one chose, whether or not it has come yet. */
  readonly isWanted: Signal<boolean>;
  /** This device does not keep up with everybody's own picture, and would with the one. */
  readonly isOffered: Signal<boolean>;
  /** Why it is shown although nobody asked for it, until one has read that. */
  readonly explanation: Signal<ChosenView['reason'] | undefined>;
  /** Changes from one view to the other; from then on it is as one chose. */
  toggle(): void;
  /** One wants everybody by themselves: it is neither offered nor chosen again in this call. */
  decline(): void;
  /** One has read why it is shown. */
  accept(): void;
  close(): void;
}

interface CompositeContext {
  readonly room: Pick<
    Room,
    'composite' | 'chosenView' | 'participants' | 'decoding' | 'topology' | 'setView'
  >;
  readonly notices: Pick<Notices, 'tell'>;
}

/** Of so many people at least: of two the one picture would be no less work. */
const leastPeople = 3;
/** Much longer than a mixer needs to begin. */
const awaitedMs = 8_000;

export function createComposite({ room, notices }: CompositeContext): CompositeModel {
  const { composite, chosenView, participants, decoding, topology } = room;
  const chosen = signal<View | undefined>(undefined);
  const isRead = signal(false);
  const isWanted = derived([composite, chosen], () =>
    chosen.current === undefined ? composite.current !== undefined : chosen.current === 'composite',
  );
  const isShown = derived([composite], () => composite.current !== undefined);
  const isOffered = derived(
    [decoding, participants, topology, isWanted, chosen],
    () =>
      decoding.current !== 'all' &&
      participants.current.length >= leastPeople &&
      topology.current !== 'mesh' &&
      !isWanted.current &&
      chosen.current !== 'streams',
  );
  const explanation = derived([composite, chosenView, isRead], () =>
    composite.current === undefined || isRead.current ? undefined : chosenView.current?.reason,
  );
  let wasExplained = false;
  const stopFollowing = [composite, chosenView].map((one) => one.subscribe(tellWhatWasChosen));
  function tellWhatWasChosen(): void {
    const isByServer = composite.current !== undefined && chosenView.current !== undefined;
    const isBack = composite.current === undefined && wasExplained;
    if (isByServer) wasExplained = true;
    if (!isBack) return;
    wasExplained = false;
    isRead.set(false);
    if (chosen.current === undefined) notices.tell('Everybody is shown by themselves again');
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tellWhereItDoesNotCome = () => {
    if (isShown.current || !isWanted.current) return;
    notices.tell(
      'One picture of everybody cannot be had now',
      'The part of the server that puts everybody together is missing, or has too much to do. It is shown once it can be.',
    );
  };
  const choose = (view: View) => {
    chosen.set(view);
    room.setView(view);
    clearTimeout(timer);
    if (view === 'composite') timer = setTimeout(tellWhereItDoesNotCome, awaitedMs);
  };
  return {
    picture: derived([composite], () => composite.current?.picture),
    isLeftOut: derived([composite], () => composite.current?.isPictureLeftOut === true),
    label: derived([participants], () => `Everybody: ${namesOf(participants.current)}`),
    isShown,
    isWanted,
    isOffered,
    explanation,
    toggle() {
      choose(isWanted.current ? 'streams' : 'composite');
    },
    decline() {
      choose('streams');
    },
    accept() {
      isRead.set(true);
    },
    close() {
      clearTimeout(timer);
      for (const stop of stopFollowing) stop();
    },
  };
}

function namesOf(participants: readonly Participant[]): string {
  return new Intl.ListFormat('en').format(participants.map(({ name }) => name));
}
