/** A conference server on a real messaging node with a fake media server, and clients that speak the protocol by hand. */
import {
  type DataObjectObserver,
  type DataObjectReporter,
  HypertyRuntime,
  silentLogger,
} from '@plenum/hyperty';
import { createFakeMediaServer, fakeAnswer } from '@plenum/media/fake';
import { MessagingNode } from '@plenum/messaging-node';
import {
  type CommunicationData,
  type ConnectionData,
  communicationSnapshotSchema,
  conferenceMethods,
  connectionSnapshotSchema,
  type HypertyUrl,
  type ParticipantId,
  type RoomId,
} from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import * as v from 'valibot';
import { ConferenceServer, type ConferenceServerOptions } from '../conference-server.ts';

const domain = 'acme.test';
export const standup = 'standup' as RoomId;

export async function aConference(limits: ConferenceServerOptions['limits'] = {}) {
  const clock = new FakeClock();
  const node = new MessagingNode({ domain, logger: silentLogger, clock });
  const mediaServer = createFakeMediaServer();
  const openLink = node.openLink({ origin: 'here', isTrusted: true });
  const runtime = new HypertyRuntime({ domain, openLink, clock });
  const conference = new ConferenceServer({ runtime, mediaServer, logger: silentLogger, limits });
  await conference.start();
  const router = () => {
    const [first] = mediaServer.routers;
    if (first === undefined) throw new Error('there is no router');
    return first;
  };
  /** Everything that a call makes, counted. */
  const counts = async () => ({ ...node.dump(), ...conference.dump(), ...(await mediaServer.dump()) });
  return { clock, node, mediaServer, conference, router, counts };
}

export type Conference = Awaited<ReturnType<typeof aConference>>;

/** What a client can break on purpose. */
export interface VisitOptions {
  readonly room?: string;
  readonly answer?: string | undefined;
  readonly publications?: ConnectionData['publications'];
  readonly origin?: string;
}

/** A session of its own on the node. */
export function aClient({ node, clock }: Conference, name: string, origin = '198.18.0.1') {
  const runtime = new HypertyRuntime({ domain, openLink: node.openLink({ origin }), clock });
  const url = runtime.hypertyUrl('client');
  const claimed = runtime.claim([url]);
  claimed.catch(() => undefined);
  const execute = async (method: string, params: unknown) => {
    const to: HypertyUrl = `hyperty://${domain}/conference`;
    const response = await runtime.bus.request({ type: 'execute', from: url, to, body: { method, params } });
    return response.value;
  };
  return { name, runtime, url, execute };
}

export type Client = ReturnType<typeof aClient>;

/** Reports a Connection that the conference server may observe. */
export function aConnection(client: Client, data: Partial<ConnectionData> = {}) {
  const { reporter } = client.runtime.syncher.create<ConnectionData>({
    url: `connection://${domain}/${client.runtime.sessionId}/1`,
    reporter: client.url,
    schema: 'Connection',
    name: 'standup',
    data: {
      scheme: 'connection',
      name: 'standup',
      owner: client.url,
      peer: `hyperty://${domain}/conference`,
      status: 'new',
      iceCandidates: [],
      publications: { microphone: { muted: false }, camera: { muted: false } },
      ...data,
    },
  });
  reporter.addObserver(`hyperty://${domain}/conference`);
  return reporter;
}

/** Somebody in the room: both objects observed, the own reported, the offer answered. */
export interface Visitor extends Client {
  readonly id: ParticipantId;
  readonly connection: DataObjectReporter<ConnectionData>;
  readonly server: DataObjectObserver<ConnectionData>;
  readonly room: DataObjectObserver<CommunicationData>;
  /** The codes with which the server's Connection was deleted; undefined for no reason. */
  readonly endings: (string | undefined)[];
  /** Names of those in the slots of a kind, in order of the slots. */
  readonly shown: (kind: 'audio' | 'video') => readonly (string | undefined)[];
}

export async function joins(
  conference: Conference,
  name: string,
  options: VisitOptions = {},
): Promise<Visitor> {
  const client = aClient(conference, name, options.origin);
  const publications = options.publications ?? { microphone: { muted: false }, camera: { muted: false } };
  const connection = aConnection(client, { publications });
  const params = { roomId: options.room ?? 'standup', name, connection: connection.snapshot() };
  const joined = v.parse(conferenceMethods.joinRoom.result, await client.execute('joinRoom', params));
  const { syncher } = client.runtime;
  const server = syncher.adopt(joined.connection, client.url, (x) => v.parse(connectionSnapshotSchema, x));
  const room = syncher.adopt(joined.communication, client.url, (x) =>
    v.parse(communicationSnapshotSchema, x),
  );
  const endings: (string | undefined)[] = [];
  server.on('deleted', (reason) => endings.push(reason?.code));
  const offer = server.data.connectionDescription?.sdp ?? '';
  const sdp = options.answer ?? fakeAnswer(offer);
  connection.set('connectionDescription', { type: 'answer', sdp, negotiation: 1 });
  await settle();
  const shown = (kind: 'audio' | 'video') =>
    Object.values(server.data.slots ?? {})
      .filter((slot) => slot.kind === kind)
      .map(({ participantId = '' }) => room.data.participants[participantId]?.name);
  return { ...client, id: joined.participantId, connection, server, room, endings, shown };
}

export function namesIn(visitor: Visitor): readonly string[] {
  return Object.values(visitor.room.data.participants).map(({ name }) => name);
}
