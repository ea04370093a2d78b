/** What the others share of their screens: as the stage shows it, and which of them is to be the larger. */
import type { Participant, ParticipantId } from '@plenum/client';
import { derived, type Signal, sameItems, signal } from './signal.ts';
import type { TileSources } from './tile.ts';

/** One shared screen. Each fact is a signal of its own, as a tile's are. */
export interface ShareModel {
  readonly id: ParticipantId;
  /** Whose it is. */
  readonly name: Signal<string>;
  readonly picture: Signal<MediaStreamTrack | undefined>;
  readonly isReconnecting: Signal<boolean>;
  /** The way from there to here does not carry it now. */
  readonly isLeftOut: Signal<boolean>;
}

export interface Shares {
  /** Who began first first: who shares later moves nobody. A share keeps its model while it lasts. */
  readonly all: Signal<readonly ShareModel[]>;
  /** Index of the one that is larger than the others; undefined while all are alike. */
  readonly enlarged: Signal<number | undefined>;
  /** Makes one of several the larger, or all alike again. */
  toggleEnlarged(id: ParticipantId): void;
}

export function isSharing({ screen }: Participant): boolean {
  return screen?.muted === false;
}

export function createShares(
  participants: Signal<readonly Participant[]>,
  people: TileSources['people'],
): Shares {
  const all = derived([participants], sharesOf(participants, people), sameItems);
  const chosen = signal<ParticipantId | undefined>(undefined);
  const enlarged = derived([all, chosen], () => {
    const index = all.current.findIndex(({ id }) => id === chosen.current);
    return index === -1 || all.current.length < 2 ? undefined : index;
  });
  return {
    all,
    enlarged,
    toggleEnlarged: (id) => chosen.set(chosen.current === id ? undefined : id),
  };
}

function sharesOf(
  participants: Signal<readonly Participant[]>,
  people: TileSources['people'],
): () => readonly ShareModel[] {
  let last: readonly ShareModel[] = [];
  return () => {
    const sharing = participants.current.filter((person) => !person.isLocal && isSharing(person));
    const ids = new Set(sharing.map(({ id }) => id));
    const kept = last.filter(({ id }) => ids.has(id));
    const known = new Set(kept.map(({ id }) => id));
    last = [...kept, ...sharing.flatMap(({ id }) => (known.has(id) ? [] : [createShare(id, people)]))];
    return last;
  };
}

function createShare(id: ParticipantId, people: TileSources['people']): ShareModel {
  const of = <T>(read: (participant: Participant | undefined) => T) =>
    derived([people], () => read(people.current.get(id)));
  return {
    id,
    name: of((participant) => participant?.name ?? ''),
    picture: of((participant) => participant?.screen?.track),
    isReconnecting: of((participant) => participant?.status === 'reconnecting'),
    isLeftOut: of((participant) => participant?.screen?.isPaused === true),
  };
}
