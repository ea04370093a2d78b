/** What goes out to join a room: the own Context, and the request that carries it. */
import type { DataObjectReporter } from '@plenum/hyperty';
import {
  type Capabilities,
  type ContextData,
  type ParticipantId,
  type Publications,
  type ResultOf,
  type RoomId,
  randomWord,
  type Topology,
  type View,
} from '@plenum/protocol';
import type { OpenSession } from './client-session.ts';
import { execute } from './execute.ts';
import type { PacketTime } from './packet-time.ts';

export interface StayRequest {
  readonly roomId: RoomId;
  readonly name: string;
  readonly topology: Topology | undefined;
  readonly capabilities: Capabilities;
  readonly publications: Publications;
  readonly audioPacketTime: PacketTime;
  readonly view: View;
  /** Who one was before. */
  readonly participantId: ParticipantId | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onWaiting: (() => void) | undefined;
}

/** `allocated` rejects where the node refuses its address. */
export function reportContext(
  { runtime, hypertyUrl }: OpenSession,
  { roomId, publications, view }: StayRequest,
) {
  const { reporter: context, allocated } = runtime.syncher.create<ContextData>({
    url: `context://${runtime.domain}/${runtime.sessionId}/${randomWord(8)}`,
    reporter: hypertyUrl,
    schema: 'Context',
    name: roomId,
    data: {
      scheme: 'context',
      name: roomId,
      owner: hypertyUrl,
      publications,
      view,
    },
  });
  return { context, allocated };
}

/** While one waits in the lobby the server goes on answering that it is so. */
export async function askToJoin(
  session: OpenSession,
  { roomId, name, topology, capabilities, participantId, signal, onWaiting }: StayRequest,
  context: DataObjectReporter<ContextData>,
): Promise<ResultOf<'joinRoom'>> {
  let isWaiting = false;
  const onProgress = () => {
    if (!isWaiting) onWaiting?.();
    isWaiting = true;
  };
  const params = {
    roomId,
    name,
    context: context.snapshot(),
    capabilities,
    ...(topology === undefined ? {} : { topology }),
    ...(participantId === undefined ? {} : { participantId }),
  };
  return execute(session, 'joinRoom', params, { signal, onProgress });
}
