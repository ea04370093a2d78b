/** What of the people in a room belongs into the index of its recording: pure functions. */
import type { MediaLink } from '@plenum/media';
import type { ParticipantId, Source } from '@plenum/protocol';
import type { Participant } from './participant.ts';
import type { RecordingFact } from './recording-archive.ts';

/** Somebody, as far as a recording tells of them. */
export interface RecordedPerson {
  readonly name: string;
  readonly userUrl: string;
  readonly isModerator: boolean;
  readonly isSharing: boolean;
  /** By which their sources come; undefined where none does. */
  readonly connection: MediaLink | undefined;
  /** What they publish, muted or not. */
  readonly sources: readonly Source[];
}

export type RecordedPeople = ReadonlyMap<ParticipantId, RecordedPerson>;

export function recordedPeople(participants: Iterable<Participant>): RecordedPeople {
  return new Map(
    [...participants]
      .filter(({ isIn }) => isIn)
      .map((participant) => [participant.id, describe(participant)]),
  );
}

function describe(participant: Participant): RecordedPerson {
  const { identity, userUrl, permissions, available, publications, media } = participant;
  return {
    name: identity.name,
    userUrl,
    isModerator: permissions.moderate,
    isSharing: available.includes('screen') && publications.screen?.muted === false,
    connection: media,
    sources: available,
  };
}

const absent: Pick<RecordedPerson, 'isModerator' | 'isSharing'> = { isModerator: false, isSharing: false };

/** What came about between the two. */
export function factsBetween(before: RecordedPeople, after: RecordedPeople): readonly RecordingFact[] {
  const gone = [...before.keys()].filter((id) => !after.has(id));
  return [
    ...gone.map((participantId) => ({ type: 'participant-left', participantId }) as const),
    ...[...after].flatMap(([id, person]) => factsOf(id, before.get(id), person)),
  ];
}

function factsOf(
  participantId: ParticipantId,
  before: RecordedPerson | undefined,
  { name, userUrl, isModerator, isSharing }: RecordedPerson,
): readonly RecordingFact[] {
  const was = before ?? absent;
  return [
    ...(before === undefined ? [{ type: 'participant-joined', participantId, name } as const] : []),
    ...(isModerator && !was.isModerator ? [{ type: 'moderator-present', userUrl } as const] : []),
    ...(isSharing && !was.isSharing ? [{ type: 'screen-started', participantId } as const] : []),
    ...(!isSharing && was.isSharing ? [{ type: 'screen-stopped', participantId } as const] : []),
  ];
}
