/** Draws the list of participants: a pure function of the room's objects and of the tracks there are. */
import type { CommunicationData, ParticipantData, ParticipantId, Source } from '@plenum/protocol';
import type { Participant, Publication } from './conference-client-types.ts';

export interface RoomSources {
  readonly communication: CommunicationData;
  /** Whose link to here is lost for the moment. */
  readonly lost: ReadonlySet<ParticipantId>;
  /** To whom no connection could be made. */
  readonly unreachable: ReadonlySet<ParticipantId>;
  readonly localParticipantId: ParticipantId;
  readonly localTrack: (source: Source) => MediaStreamTrack | undefined;
  /** Whether the link does not carry it. */
  readonly isPaused: (id: ParticipantId, source: Source) => boolean;
  readonly remoteTrack: (id: ParticipantId, source: Source) => MediaStreamTrack | undefined;
}

export function viewParticipants(sources: RoomSources): readonly Participant[] {
  return Object.entries(sources.communication.participants)
    .toSorted(([, a], [, b]) => a.joined.localeCompare(b.joined))
    .map(([id, data]) => {
      const participantId = id as ParticipantId;
      const isLocal = participantId === sources.localParticipantId;
      const trackFor = (source: Source) =>
        isLocal ? sources.localTrack(source) : sources.remoteTrack(participantId, source);
      const status = statusOf(participantId, data, sources);
      const isPaused = (source: Source) => !isLocal && sources.isPaused(participantId, source);
      return viewParticipant(participantId, { ...data, status }, isLocal, { trackFor, isPaused });
    });
}

/** Who is known to be away is not looked for in vain. */
function statusOf(
  id: ParticipantId,
  { status }: ParticipantData,
  { lost, unreachable }: RoomSources,
): Participant['status'] {
  if (status === 'live' && unreachable.has(id)) return 'unreachable';
  return lost.has(id) ? 'reconnecting' : status;
}

function viewParticipant(
  id: ParticipantId,
  data: Omit<ParticipantData, 'status'> & Pick<Participant, 'status'>,
  isLocal: boolean,
  {
    trackFor,
    isPaused,
  }: {
    readonly trackFor: (source: Source) => MediaStreamTrack | undefined;
    readonly isPaused: (source: Source) => boolean;
  },
): Participant {
  const publication = (source: Source): Publication | undefined => {
    const published = data.publications[source];
    if (published === undefined) return undefined;
    const { muted, mutedBy } = published;
    const isLeftOut = !muted && isPaused(source);
    const track = muted || isLeftOut ? undefined : trackFor(source);
    return { source, muted, mutedBy, track, isPaused: isLeftOut };
  };
  return {
    id,
    name: data.name,
    isLocal,
    status: data.status,
    role: data.role,
    hand: data.hand,
    mayPublish: data.mayPublish,
    userUrl: data.userURL,
    hypertyUrl: data.hypertyURL,
    microphone: publication('microphone'),
    camera: publication('camera'),
    screen: publication('screen'),
    screenAudio: publication('screen-audio'),
  };
}

/** Who is in `after` and not in `before`. */
export function newcomers(
  before: readonly Participant[],
  after: readonly Participant[],
): readonly Participant[] {
  const known = new Set(before.map(({ id }) => id));
  return after.filter(({ id }) => !known.has(id));
}

/** The same participant as before, where nothing about it changed, so that views need not draw it again. */
export function reuseUnchanged(
  before: readonly Participant[],
  after: readonly Participant[],
): readonly Participant[] {
  const known = new Map(before.map((participant) => [participant.id, participant]));
  const merged = after.map((participant) => {
    const old = known.get(participant.id);
    return old !== undefined && isSame(old, participant) ? old : participant;
  });
  const isUnchanged = merged.length === before.length && merged.every((one, index) => one === before[index]);
  return isUnchanged ? before : merged;
}

function isSame(a: Participant, b: Participant): boolean {
  return (
    a.name === b.name &&
    a.status === b.status &&
    a.role === b.role &&
    a.hand === b.hand &&
    a.mayPublish.join() === b.mayPublish.join() &&
    isSamePublication(a.microphone, b.microphone) &&
    isSamePublication(a.camera, b.camera) &&
    isSamePublication(a.screen, b.screen) &&
    isSamePublication(a.screenAudio, b.screenAudio)
  );
}

function isSamePublication(a: Publication | undefined, b: Publication | undefined): boolean {
  return (
    a?.muted === b?.muted &&
    a?.mutedBy === b?.mutedBy &&
    a?.track === b?.track &&
    a?.isPaused === b?.isPaused &&
    (a === undefined) === (b === undefined)
  );
}
