/** What the topology policy asks of a room, read from who is in it. */
import type { CommunicationData, ParticipantId } from '@plenum/protocol';
import type { Participant } from './participant.ts';
import type { RoomOutputs } from './room-outputs.ts';
import type { TopologyFacts } from './topology-policy.ts';

export function topologyFactsOf(
  room: {
    readonly communication: Pick<CommunicationData, 'topology'>;
    readonly participants: ReadonlyMap<
      ParticipantId,
      Pick<Participant, 'isWithMedia' | 'isOutside' | 'context'>
    >;
    readonly outputs: Pick<RoomOutputs, 'isRecorded' | 'isBroadcast'>;
  },
  { autoMeshMax }: { readonly autoMeshMax: number },
): TopologyFacts {
  const contexts = [...room.participants.values()].map(({ context }) => context.data);
  return {
    topology: room.communication.topology,
    autoMeshMax,
    people: [...room.participants.values()].filter(({ isWithMedia }) => isWithMedia).length,
    isSomebodyOutside: [...room.participants.values()].some(({ isOutside }) => isOutside),
    isSomebodyUnreachable: contexts.some(({ unreachable = [] }) =>
      unreachable.some((id) => room.participants.has(id)),
    ),
    isSomebodyOverloaded: contexts.some(({ isOverloaded }) => isOverloaded === true),
    isCompositeWanted:
      room.outputs.isRecorded ||
      room.outputs.isBroadcast ||
      contexts.some(({ view }) => view === 'composite'),
  };
}
