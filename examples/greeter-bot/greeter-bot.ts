/**
 * A hyperty that greets newcomers in a room's chat. It is all in this file, as a sandboxed hyperty must be: it imports
 * types only, and has nothing of the world but its bus.
 */
import type { Activate, HypertyBus } from '@plenum/hyperty';
import type { Address, CommunicationUrl, ContextUrl, HypertyUrl, Request } from '@plenum/protocol';

interface Configuration {
  readonly roomId: string;
  readonly name: string;
  /** `{name}` stands for the newcomer's. */
  readonly greeting: string;
}

interface Joined {
  readonly participantId: string;
  readonly communication: Room;
}

/** Of a Communication object, what the bot looks at. */
interface Room {
  readonly url: CommunicationUrl;
  readonly version: number;
  readonly data: { readonly participants: Readonly<Record<string, { readonly name: string }>> };
}

const activate: Activate = async (url, bus, configuration) => {
  const { roomId, name, greeting } = configuration as Readonly<Record<keyof Configuration, string>>;
  const conference: HypertyUrl = `hyperty://${domainOf(url)}/conference`;
  const context = createContext(url, roomId);
  await offerContext(bus, context, conference);
  // Whoever can neither send nor receive is in the room without a media connection.
  const none = { audio: [], video: [] };
  const capabilities = { send: none, receive: none };
  const ask = (method: string, params: object) =>
    bus.request({ type: 'execute', from: url, to: conference, body: { method, params } });
  const { value } = await ask('joinRoom', { roomId, name, context, capabilities });
  await greetNewcomers(bus, url, value as Joined, greeting);
  return {
    name,
    close: async () => {
      await ask('leaveRoom', { roomId });
    },
  };
};

function domainOf(url: HypertyUrl): string {
  return url.split('/')[2] ?? '';
}

/** What it says of itself: a Context that publishes nothing and never changes. */
function createContext(url: HypertyUrl, roomId: string) {
  const now = new Date().toISOString();
  return {
    url: url.replace('hyperty:', 'context:') as ContextUrl,
    epoch: now,
    version: 0,
    schema: 'Context',
    reporter: url,
    name: roomId,
    created: now,
    lastModified: now,
    data: { scheme: 'context', name: roomId, owner: url, publications: {} },
  };
}

/** Claims the Context's address, and lets the conference server observe it. */
async function offerContext(
  bus: HypertyBus,
  context: ReturnType<typeof createContext>,
  conference: HypertyUrl,
): Promise<void> {
  const { url, reporter } = context;
  const node = `domain://msg-node.${domainOf(reporter)}` as const;
  bus.listen(url, ({ from }) =>
    from === conference ? { code: 200, value: context } : { code: 403, description: 'That is not allowed.' },
  );
  const claim = { value: { addresses: [url] } };
  await bus.request({ type: 'create', from: reporter, to: `${node}/address-allocation`, body: claim });
  const changes: Address = `${url}/changes`;
  const observe = { resources: [changes], subscriber: conference };
  await bus.request({ type: 'subscribe', from: reporter, to: `${node}/sm`, body: observe });
}

/** A delta of one participant says enough; after a gap in the versions the whole room is read. */
async function greetNewcomers(
  bus: HypertyBus,
  url: HypertyUrl,
  { participantId, communication }: Joined,
  greeting: string,
): Promise<void> {
  const room = communication.url;
  const known = new Set(Object.keys(communication.data.participants));
  let { version } = communication;
  let lines = 0;

  const meet = async (id: string, newcomer: string) => {
    if (known.has(id)) return;
    known.add(id);
    const value = { type: 'chat', content: greeting.replaceAll('{name}', newcomer) };
    const body = { resource: `${participantId}-${++lines}`, value };
    try {
      await bus.request({ type: 'create', from: url, to: `${room}/children/resources`, body });
    } catch {
      // A room may have a chat in which it may not write; then it keeps quiet.
    }
  };

  const readAgain = async () => {
    const { value } = await bus.request({ type: 'read', from: url, to: room, body: {} });
    const { version: seen, data } = value as Room;
    version = seen;
    for (const id of known) if (data.participants[id] === undefined) known.delete(id);
    for (const [id, { name }] of Object.entries(data.participants)) void meet(id, name);
  };

  const follow = async ({ type, from, body }: Request) => {
    if (type !== 'update' || from !== room || body.version === undefined || body.version <= version) return;
    if (body.version > version + 1) return readAgain();
    version = body.version;
    const [, id] = /^participants\.([^.]+)$/.exec(body.attribute ?? '') ?? [];
    if (id === undefined) return;
    if (body.value === undefined) known.delete(id);
    else void meet(id, (body.value as { readonly name: string }).name);
  };
  bus.listen(`${room}/changes`, (message) => follow(message).then(() => undefined));
  // What changed before it listened.
  await readAgain();
}

// biome-ignore lint/style/noDefaultExport: it is how a host finds what to activate.
export default activate;
