/** A conference server on a real messaging node with a fake media server, and clients that speak the protocol by hand. */
import {
  type DataObjectObserver,
  type DataObjectReporter,
  HypertyRuntime,
  type MessageDraft,
  type OpenLink,
  type RequestOptions,
  silentLogger,
} from '@plenum/hyperty';
import { createFakeMediaServer, fakeAnswer } from '@plenum/media/fake';
import { MessagingNode } from '@plenum/messaging-node';
import {
  type AccessGrant,
  type Capabilities,
  type CommunicationData,
  type ConnectionData,
  type ContextData,
  childOf,
  communicationSnapshotSchema,
  conferenceMethods,
  connectionSnapshotSchema,
  type DataObjectUrl,
  type HypertyUrl,
  type Identity,
  type Message,
  type ParticipantData,
  type ParticipantId,
  type Publications,
  type RoomId,
  resourceCollectionSnapshotSchema,
  splitAddress,
} from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import * as v from 'valibot';
import { ConferenceServer, type ConferenceServerOptions } from '../conference-server.ts';

const domain = 'acme.test';
export const standup = 'standup' as RoomId;

export async function aConference(
  limits: ConferenceServerOptions['limits'] = {},
  options: Partial<ConferenceServerOptions> = {},
) {
  const clock = new FakeClock();
  const node = new MessagingNode({ domain, logger: silentLogger, clock });
  const mediaServer = createFakeMediaServer();
  const identities = new Map<string, Partial<Identity>>();
  const openLink = knowing(identities, node.openLink({ origin: 'here', isTrusted: true }));
  const runtime = new HypertyRuntime({ domain, openLink, clock });
  const phoneBook = withPhoneBook(runtime);
  const conference = new ConferenceServer({
    runtime,
    mediaServer,
    logger: silentLogger,
    limits,
    ...options,
  });
  await conference.start();
  const router = () => {
    const [first] = mediaServer.routers;
    if (first === undefined) throw new Error('there is no router');
    return first;
  };
  /** Everything that a call makes, counted. */
  const counts = async () => ({ ...node.dump(), ...conference.dump(), ...(await mediaServer.dump()) });
  return { clock, node, mediaServer, conference, router, counts, identities, phoneBook };
}

/** Hyperties of users with tokens, whom the node would know. */
function withPhoneBook({ registry }: HypertyRuntime): Map<string, readonly HypertyUrl[]> {
  const phoneBook = new Map<string, readonly HypertyUrl[]>();
  const discover = registry.discover.bind(registry);
  registry.discover = async (from, user, options) => {
    const listed = (phoneBook.get(user) ?? []).map((url) => ({ url, user, dataSchemes: [], resources: [] }));
    return listed.length > 0 ? listed : discover(from, user, options);
  };
  return phoneBook;
}

/** What tokens would say of the senders, by session; the rest is as the node has it. */
function knowing(identities: ReadonlyMap<string, Partial<Identity>>, openLink: OpenLink): OpenLink {
  return (events) =>
    openLink({
      ...events,
      onMessage: (message) => {
        const known = identities.get(splitAddress(message.from)?.path.split('/')[0] ?? '');
        const identity = { ...message.body.identity, ...known };
        const body = known === undefined ? message.body : { ...message.body, identity };
        events.onMessage({ ...message, body } as Message);
      },
    });
}

export type Conference = Awaited<ReturnType<typeof aConference>>;

/** What a client can break on purpose. */
export interface VisitOptions {
  readonly room?: string;
  readonly answer?: string | undefined;
  /** In place of the answer. */
  readonly description?: ConnectionData['connectionDescription'];
  readonly publications?: Publications;
  readonly origin?: string;
  /** What a token says. */
  readonly identity?: Partial<Identity>;
  /** Joins again by this session, with a new Context and without the copies of before. */
  readonly client?: Client & Partial<Pick<Visitor, 'room' | 'server'>>;
  readonly participantId?: ParticipantId;
  readonly onProgress?: () => void;
  readonly capabilities?: Capabilities;
  /** Asks for an ICE restart before it answers. */
  readonly restartsIceAtOnce?: boolean;
}

/** Somebody with a token. */
export function known(name: string, grant: AccessGrant = {}): Partial<Identity> {
  return { userURL: `user://${domain}/${name.toLowerCase()}`, name, isGuest: false, grant };
}

/** A Communication, at its end or dismissing an observer. */
const ofRoom = /^comm:\/\/[^/]+\/[^/]+(\/subscription)?$/;

/** A session of its own on the node. */
export function aClient(
  { node, clock, identities }: Conference,
  name: string,
  origin = '198.18.0.1',
  identity?: Partial<Identity>,
) {
  /** The codes with which one was told that one is in a room no more. */
  const endings: (string | undefined)[] = [];
  /** The same in words. */
  const reasons: (string | undefined)[] = [];
  const openLink: OpenLink = (events) =>
    node.openLink({ origin })({
      ...events,
      onMessage: (message) => {
        if (message.type === 'delete' && ofRoom.test(message.from)) {
          endings.push(message.body.error?.code);
          reasons.push(message.body.description);
        }
        events.onMessage(message);
      },
    });
  const runtime = new HypertyRuntime({ domain, openLink, clock });
  if (identity !== undefined) identities.set(runtime.sessionId, identity);
  const url = runtime.hypertyUrl('client');
  const claimed = runtime.claim([url]);
  claimed.catch(() => undefined);
  const execute = async (method: string, params: unknown, options: RequestOptions = {}) => {
    const to: HypertyUrl = `hyperty://${domain}/conference`;
    const draft = { type: 'execute', from: url, to, body: { method, params } } as const;
    return (await runtime.bus.request(draft, options)).value;
  };
  return { name, runtime, url, endings, reasons, execute };
}

export type Client = ReturnType<typeof aClient>;

const conferenceUrl: HypertyUrl = `hyperty://${domain}/conference`;
const everything: Publications = { microphone: { muted: false }, camera: { muted: false } };
let objects = 0;

/** Reports a Context that the conference server may observe. */
export function aContext(client: Client, data: Partial<ContextData> = {}) {
  const { reporter } = client.runtime.syncher.create<ContextData>({
    url: `context://${domain}/${client.runtime.sessionId}/${++objects}`,
    reporter: client.url,
    schema: 'Context',
    name: 'standup',
    data: { scheme: 'context', name: 'standup', owner: client.url, publications: everything, ...data },
  });
  reporter.addObserver(conferenceUrl);
  return reporter;
}

/** Reports the client's half of a link to the media server. */
export function aConnection(client: Client, data: Partial<ConnectionData> = {}) {
  return client.runtime.syncher.create<ConnectionData>({
    url: `connection://${domain}/${client.runtime.sessionId}/${++objects}`,
    reporter: client.url,
    schema: 'Connection',
    name: 'standup',
    data: {
      scheme: 'connection',
      name: 'standup',
      owner: client.url,
      peer: conferenceUrl,
      status: 'new',
      iceCandidates: [],
      ...data,
    },
  }).reporter;
}

/** Somebody in the room: both objects observed, the own reported, the offer answered. */
export interface Visitor extends Client {
  readonly id: ParticipantId;
  readonly context: DataObjectReporter<ContextData>;
  readonly connection: DataObjectReporter<ConnectionData>;
  readonly server: DataObjectObserver<ConnectionData>;
  readonly room: DataObjectObserver<CommunicationData>;
  /** Names of those in the slots of a kind, in order of the slots. */
  readonly shown: (kind: 'audio' | 'video') => readonly (string | undefined)[];
  /** Asks something of the room. */
  readonly asks: (method: string, about?: object) => Promise<unknown>;
}

export async function joins(
  conference: Conference,
  name: string,
  options: VisitOptions = {},
): Promise<Visitor> {
  const client = options.client ?? aClient(conference, name, options.origin, options.identity);
  options.client?.room?.close();
  options.client?.server?.close();
  const context = aContext(client, { publications: options.publications ?? everything });
  const { participantId, capabilities, onProgress } = options;
  const roomId = options.room ?? 'standup';
  const params = { roomId, name, context: context.snapshot(), participantId, capabilities };
  const answer = await client.execute('joinRoom', params, { onProgress });
  const joined = v.parse(conferenceMethods.joinRoom.result, answer);
  const { syncher } = client.runtime;
  if (joined.connection === undefined) throw new Error('there is no link');
  const server = syncher.adopt(joined.connection, client.url, (x) => v.parse(connectionSnapshotSchema, x));
  const room = syncher.adopt(joined.communication, client.url, (x) =>
    v.parse(communicationSnapshotSchema, x),
  );
  const offer = server.data.connectionDescription?.sdp ?? '';
  const sdp = options.answer ?? fakeAnswer(offer);
  const connection = aConnection(client, {
    name: roomId,
    inReplyTo: server.url,
    connectionDescription: options.description ?? { type: 'answer', sdp, negotiation: 1 },
    ...(options.restartsIceAtOnce === true ? { iceRestart: 1 } : {}),
  });
  connection.inviteObserver(conferenceUrl).catch(() => undefined);
  await settle();
  const shown = (kind: 'audio' | 'video') =>
    Object.values(server.data.slots ?? {})
      .filter((slot) => slot.kind === kind)
      .map((slot) => room.data.participants[slot.participantId ?? '']?.name);
  const asks = (method: string, about: object = {}) => client.execute(method, { roomId, ...about });
  return { ...client, id: joined.participantId, context, connection, server, room, shown, asks };
}

/** How somebody sees somebody. */
export function seenBy(viewer: Visitor, { id }: Pick<Visitor, 'id'>): ParticipantData | undefined {
  return viewer.room.data.participants[id];
}

/** The room's chat, or another collection, as somebody sees it. */
export function resourcesOf(visitor: Client & Pick<Visitor, 'room'>, name = 'resources') {
  return visitor.runtime.syncher.subscribe(childOf(visitor.room.url, name), visitor.url, (value) =>
    v.parse(resourceCollectionSnapshotSchema, value),
  );
}

/** Asks something of a collection, as `create` of the resource with that number. */
export function writes(
  visitor: Visitor,
  type: 'create' | 'update' | 'delete',
  resource: string,
  content?: string,
  url: DataObjectUrl = childOf(visitor.room.url, 'resources'),
) {
  const value = content === undefined ? undefined : { type: 'chat', content };
  const draft = { type, from: visitor.url, to: url, body: { resource, value } } as MessageDraft;
  return visitor.runtime.bus.request(draft);
}

export function namesIn(visitor: Visitor): readonly string[] {
  return Object.values(visitor.room.data.participants).map(({ name }) => name);
}

export async function twoPeople() {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const bob = await joins(conference, 'Bob');
  return { conference, ann, bob };
}

/** The lines of a chat. */
export function textsOf({
  data,
}: {
  readonly data: { readonly resources: Readonly<Record<string, unknown>> };
}) {
  return Object.values(data.resources).map((resource) => Reflect.get(resource as object, 'content'));
}
