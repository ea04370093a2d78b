/** Somebody who behaves: in a room over a real WebSocket, with a media connection that holds, and watching what is done to it. */
import { SignallingParticipant } from '@plenum/testkit';
import { onTestFinished } from 'vitest';
import { linkTo } from './linked-peer.ts';

export interface Guest {
  readonly participant: SignallingParticipant;
  /** What went wrong, in words; empty for who is left in peace. */
  readonly troubles: readonly string[];
}

export async function aGuest(serverUrl: string, roomId: string, name: string): Promise<Guest> {
  const participant = await SignallingParticipant.join({
    serverUrl,
    domain: 'localhost',
    roomId,
    name,
    publications: { microphone: { muted: false }, camera: { muted: false } },
    answer: async (offer) => {
      const peer = await linkTo(offer);
      onTestFinished(() => peer.close());
      return peer.answer;
    },
  });
  onTestFinished(() => participant.close());
  const troubles: string[] = [];
  const { server, room } = participant;
  server.on('deleted', (reason) => troubles.push(`removed: ${reason?.code ?? 'without a reason'}`));
  room.on('deleted', (reason) => troubles.push(`room deleted: ${reason?.code ?? 'without a reason'}`));
  for (const object of [server, room]) object.on('failed', (error) => troubles.push(`failed: ${error.code}`));
  await participant.untilConnected();
  return { participant, troubles };
}

/** What attackers may know of a guest. */
export function addressesOf({ participant }: Guest): readonly string[] {
  const { connection, server, room, id } = participant;
  const hyperty = room.data.participants[id]?.hypertyURL ?? '';
  return [
    hyperty.replace('hyperty', 'runtime').replace('/client', ''),
    hyperty,
    connection.url,
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
