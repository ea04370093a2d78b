/** Who is shown as the one who speaks: steady, so that a cough does not turn the layout. */
import type { ParticipantId } from '@plenum/protocol';

export interface ActiveSpeaker {
  readonly participantId: ParticipantId | undefined;
  /** Somebody louder, and since when; takes over after `takeOverMs` in a row. */
  readonly challenger: { readonly participantId: ParticipantId; readonly since: number } | undefined;
}

export const nobody: ActiveSpeaker = { participantId: undefined, challenger: undefined };

const takeOverMs = 600;

/** @param speakers Loudest first; empty when all are silent, and then the last speaker stays. */
export function followSpeakers(
  state: ActiveSpeaker,
  speakers: readonly ParticipantId[],
  now: number,
): ActiveSpeaker {
  const loudest = speakers[0];
  if (loudest === undefined) return { ...state, challenger: undefined };
  if (loudest === state.participantId) return { ...state, challenger: undefined };
  // Nobody is interrupted by who speaks after a pause.
  const isFree = state.participantId === undefined || !speakers.includes(state.participantId);
  if (isFree) return { participantId: loudest, challenger: undefined };
  const since = state.challenger?.participantId === loudest ? state.challenger.since : now;
  if (now - since >= takeOverMs) return { participantId: loudest, challenger: undefined };
  return { ...state, challenger: { participantId: loudest, since } };
}
