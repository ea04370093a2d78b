/** Somebody who behaves: a session over a real WebSocket, in a room, with a media connection that holds. */
import {
  type DataObjectObserver,
  type DataObjectReporter,
  HypertyRuntime,
  openWebSocketLink,
} from '@plenum/hyperty';
import {
  type CommunicationData,
  type ConnectionData,
  communicationSnapshotSchema,
  conferenceMethods,
  connectionSnapshotSchema,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import { onTestFinished } from 'vitest';
import { linkTo } from './linked-peer.ts';

export interface Guest {
  readonly runtime: HypertyRuntime;
  readonly connection: DataObjectReporter<ConnectionData>;
  readonly server: DataObjectObserver<ConnectionData>;
  readonly room: DataObjectObserver<CommunicationData>;
  /** What went wrong, in words; empty for who is left in peace. */
  readonly troubles: readonly string[];
}

export interface GuestOptions {
  /** The server's WebSocket. */
  readonly url: string;
  readonly roomId: string;
  readonly name: string;
}

const domain = 'localhost';

export async function aGuest({ url, roomId, name }: GuestOptions): Promise<Guest> {
  const troubles: string[] = [];
  const openLink = openWebSocketLink({ url });
  const runtime = new HypertyRuntime({
    domain,
    openLink,
    onClosed: (error) => error === undefined || troubles.push(`session ended: ${error.code}`),
  });
  onTestFinished(() => runtime.close());
  const hyperty = runtime.hypertyUrl('client');
  await runtime.claim([hyperty]);
  const conference = wellKnown.conference(domain);
  const { reporter: connection } = runtime.syncher.create<ConnectionData>({
    url: `connection://${domain}/${runtime.sessionId}/1`,
    reporter: hyperty,
    schema: 'Connection',
    name: roomId,
    data: {
      scheme: 'connection',
      name: roomId,
      owner: hyperty,
      peer: conference,
      status: 'new',
      iceCandidates: [],
      publications: { microphone: { muted: false }, camera: { muted: false } },
    },
  });
  connection.addObserver(conference);
  const params = { roomId, name, connection: connection.snapshot() };
  const { value } = await runtime.bus.request({
    type: 'execute',
    from: hyperty,
    to: conference,
    body: { method: 'joinRoom', params },
  });
  const joined = v.parse(conferenceMethods.joinRoom.result, value);
  const { syncher } = runtime;
  const server = syncher.adopt(joined.connection, hyperty, (x) => v.parse(connectionSnapshotSchema, x));
  const room = syncher.adopt(joined.communication, hyperty, (x) => v.parse(communicationSnapshotSchema, x));
  for (const [what, object] of [
    ['server', server],
    ['room', room],
  ] as const) {
    object.on('deleted', (reason) => troubles.push(`${what} deleted: ${reason?.code ?? 'without reason'}`));
    object.on('failed', (error) => troubles.push(`${what} failed: ${error.code}`));
  }
  const peer = await linkTo(server.data.connectionDescription?.sdp ?? '');
  onTestFinished(() => peer.close());
  connection.set('connectionDescription', { type: 'answer', sdp: peer.answer, negotiation: 1 });
  return { runtime, connection, server, room, troubles };
}
