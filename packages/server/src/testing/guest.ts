/** Somebody who behaves: in a room over a real WebSocket, with a media connection that holds, and watching what is done to it. */
import { layers } from '@plenum/protocol';
import { SignallingParticipant, until } from '@plenum/testkit';
import { quietRoom } from './fuzz-room-steps.ts';
import { linkTo } from './linked-peer.ts';

export interface Guest {
  readonly participant: SignallingParticipant;
  /** What went wrong, in words; empty for who is left in peace. */
  readonly troubles: readonly string[];
  readonly close: () => void;
}

async function aGuest(serverUrl: string, roomId: string, name: string): Promise<Guest> {
  let closePeer = () => {};
  const participant = await SignallingParticipant.join({
    serverUrl,
    domain: 'localhost',
    roomId,
    name,
    publications: { microphone: { muted: false }, camera: { muted: false } },
    answer: async (offer) => {
      const peer = await linkTo(offer);
      closePeer = () => peer.close();
      return peer.answer;
    },
  });
  const troubles: string[] = [];
  const { server, room } = participant;
  server.on('deleted', (reason) => troubles.push(`removed: ${reason?.code ?? 'without a reason'}`));
  room.on('deleted', (reason) => troubles.push(`room deleted: ${reason?.code ?? 'without a reason'}`));
  for (const object of [server, room]) object.on('failed', (error) => troubles.push(`failed: ${error.code}`));
  await participant.untilConnected();
  const close = () => {
    participant.close();
    closePeer();
  };
  return { participant, troubles, close };
}

/** Two who see each other in a room that they have locked, and to whom nothing more is to be said. */
export async function aPair(serverUrl: string): Promise<readonly [Guest, Guest]> {
  const ann = await aGuest(serverUrl, quietRoom, 'Ann');
  const ben = await aGuest(serverUrl, quietRoom, 'Ben');
  await ann.participant.execute('changeSettings', { settings: { isLocked: true } });
  for (const guest of [ann, ben]) {
    await until(() => liveIn(guest) === 2 && filledSlots(guest) === 2 && isAskedForAll(guest));
  }
  await until(() => ben.participant.room.data.settings.isLocked);
  return [ann, ben];
}

function liveIn({ participant }: Guest): number {
  return Object.values(participant.room.data.participants).filter(({ status }) => status === 'live').length;
}

function filledSlots({ participant }: Guest): number {
  return Object.values(participant.server.data.slots ?? {}).filter(({ participantId }) => participantId)
    .length;
}

/** Of a camera all sizes are asked for once who looks at it has had its first pictures. */
function isAskedForAll({ participant }: Guest): boolean {
  return participant.server.data.shownLayers?.camera === layers.at(-1);
}

/** What attackers may know of a guest. */
export function addressesOf({ participant }: Guest): readonly string[] {
  const { context, server, room, id } = participant;
  const hyperty = room.data.participants[id]?.hypertyURL ?? '';
  return [
    hyperty.replace('hyperty', 'runtime').replace('/client', ''),
    hyperty,
    context.url,
    server.url,
    room.url,
  ];
}

/** All that a guest knows, to be compared: versions too, so that nothing was said to it at all. */
export function stateOf({ participant: { room, server }, troubles }: Guest): object {
  return {
    room: room.data,
    roomVersion: room.version,
    server: server.data,
    serverVersion: server.version,
    troubles: [...troubles],
  };
}
