/** One participant's tile: each fact is a signal of its own, so that a change draws only what shows it. */
import type { Participant, ParticipantId } from '@plenum/client';
import type { FloatingReaction, Reactions } from './reactions.ts';
import { isSharing } from './shares.ts';
import { derived, type Signal } from './signal.ts';

export interface TileModel {
  readonly id: ParticipantId;
  readonly isLocal: boolean;
  readonly name: Signal<string>;
  readonly status: Signal<Participant['status']>;
  readonly hasHand: Signal<boolean>;
  readonly isMuted: Signal<boolean>;
  /** Their screen, which is shown beside the people. */
  readonly isSharing: Signal<boolean>;
  readonly isSpeaking: Signal<boolean>;
  /** The picture to show; initials without one. */
  readonly picture: Signal<MediaStreamTrack | undefined>;
  /** There is a picture, but the way from there to here does not carry it now. */
  readonly isLeftOut: Signal<boolean>;
  /** What floats over it. */
  readonly reactions: Signal<readonly FloatingReaction[]>;
  readonly dismissReaction: Reactions['dismiss'];
}

export interface TileSources {
  readonly people: Signal<ReadonlyMap<ParticipantId, Participant>>;
  readonly speaking: Signal<ReadonlySet<ParticipantId>>;
  readonly reactions: Pick<Reactions, 'of' | 'dismiss'>;
}

export function createTile(id: ParticipantId, { people, speaking, reactions }: TileSources): TileModel {
  const of = <T>(read: (participant: Participant) => T, otherwise: T) =>
    derived([people], () => {
      const participant = people.current.get(id);
      return participant === undefined ? otherwise : read(participant);
    });
  return {
    id,
    isLocal: false,
    name: of(({ name }) => name, ''),
    status: of(({ status }) => status, 'live'),
    hasHand: of(({ hand }) => hand !== undefined, false),
    isMuted: of(({ microphone }) => microphone?.muted ?? true, true),
    isSharing: of(isSharing, false),
    isSpeaking: derived([speaking], () => speaking.current.has(id)),
    isLeftOut: of(({ camera }) => camera?.isPaused === true, false),
    picture: of(({ camera }) => (camera?.muted === false ? camera.track : undefined), undefined),
    reactions: reactions.of(id),
    dismissReaction: reactions.dismiss,
  };
}
