/** The bot on a scripted bus; in a real sandbox beside a scripted conference server; and as the program runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  deploy,
  type HypertyBus,
  type HypertyListener,
  HypertyRuntime,
  integrityOf,
  silentLogger as logger,
  type MessageDraft,
  openWebSocketLink,
} from '@plenum/hyperty';
import { MessagingNode } from '@plenum/messaging-node';
import {
  type Address,
  type BodyOf,
  type CommunicationUrl,
  ConferenceError,
  conferenceMethods,
  type HypertyUrl,
  parseHypertyDescriptor,
  type Request,
  type ResponseBody,
  resourceCollectionSnapshotSchema,
  wellKnown,
} from '@plenum/protocol';
import { catalogueUrl, createFetchText, createWorkerSandbox, describeCatalogue } from '@plenum/server';
import { settle, until } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, onTestFinished, test } from 'vitest';
import activate from './greeter-bot.ts';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const descriptor = read('./greeter-bot.json');
const source = read('./greeter-bot.ts');

const url: HypertyUrl = 'hyperty://acme.test/s1/GreeterBot';
const room: CommunicationUrl = 'comm://acme.test/tea';
const configuration = { roomId: 'tea', name: 'Greeter', greeting: 'Welcome, {name}!' };

/** The room as the conference server would report it, and what came to it. */
class ScriptedRoom {
  version = 5;
  participants: Record<string, { readonly name: string }> = {};
  readonly methods: string[] = [];
  readonly chat: unknown[] = [];

  answer({ type, to, body }: MessageDraft | Request): ResponseBody {
    if (type === 'execute') return this.#execute(body);
    if (type === 'read' && to === room) return { code: 200, value: this.snapshot() };
    if (type === 'create' && to === `${room}/children/resources`) {
      this.chat.push({ resource: body.resource, value: body.value });
    }
    return { code: 200 };
  }

  #execute({ method }: BodyOf<'execute'>): ResponseBody {
    this.methods.push(method);
    if (method !== 'joinRoom') return { code: 200, value: {} };
    this.participants['bot1'] = { name: 'Greeter' };
    return { code: 200, value: { participantId: 'bot1', communication: this.snapshot() } };
  }

  snapshot() {
    return { url: room, version: this.version, data: { participants: { ...this.participants } } };
  }

  /** The change by which somebody comes, or goes. */
  change(id: string, name: string | undefined): BodyOf<'update'> {
    const { [id]: _before, ...others } = this.participants;
    this.participants = name === undefined ? others : { ...others, [id]: { name } };
    const value = name === undefined ? { operation: 'remove' as const } : { value: { name } };
    return { attribute: `participants.${id}`, epoch: 'e1', version: ++this.version, ...value };
  }
}

/** The bot in this process. */
async function aBotOnAScriptedBus(script = new ScriptedRoom()) {
  const listeners = new Map<Address, HypertyListener>();
  const bus: HypertyBus = {
    send: () => undefined,
    request: async (message) => script.answer(message),
    listen: (address, listener) => {
      listeners.set(address, listener);
      return () => listeners.delete(address);
    },
  };
  const bot = await activate(url, bus, configuration);
  const publish = async (body: BodyOf<'update'>, from: Address = room) => {
    await listeners.get(`${room}/changes`)?.({ id: 1, type: 'update', from, to: `${room}/changes`, body });
    await settle();
  };
  return { bot, script, publish, listeners };
}

const line = (resource: string, content: string) => ({ resource, value: { type: 'chat', content } });

test('the descriptor promises the source as it is', async () => {
  const { sourcePackage } = parseHypertyDescriptor(descriptor) as { sourcePackage: { integrity: string } };
  expect(sourcePackage.integrity).toBe(await integrityOf(source));
});

test('who comes is greeted by name, once, and who was there is not', async () => {
  const script = new ScriptedRoom();
  script.participants = { p1: { name: 'Ann' } };
  const { publish } = await aBotOnAScriptedBus(script);
  const change = script.change('p2', 'Ben');
  await publish(change);
  await publish(change);
  await publish(script.change('p2', 'Benjamin'));
  expect(script.chat).toEqual([line('bot1-1', 'Welcome, Ben!')]);
});

test('who left and comes again is greeted again', async () => {
  const { script, publish } = await aBotOnAScriptedBus();
  await publish(script.change('p2', 'Ben'));
  await publish(script.change('p2', undefined));
  await publish(script.change('p2', 'Ben'));
  expect(script.chat).toEqual([line('bot1-1', 'Welcome, Ben!'), line('bot1-2', 'Welcome, Ben!')]);
});

test('who came while a change was lost is greeted with the next', async () => {
  const { script, publish } = await aBotOnAScriptedBus();
  script.change('p2', 'Ben');
  await publish(script.change('p3', 'Cem'));
  expect(script.chat).toEqual([line('bot1-1', 'Welcome, Ben!'), line('bot1-2', 'Welcome, Cem!')]);
});

test('only the room is believed about who comes', async () => {
  const { script, publish } = await aBotOnAScriptedBus();
  await publish(script.change('p2', 'Eve'), 'comm://acme.test/coffee');
  expect(script.chat).toEqual([]);
});

test('it leaves the room when it is closed', async () => {
  const { bot, script } = await aBotOnAScriptedBus();
  await bot.close?.();
  expect(script.methods).toEqual(['joinRoom', 'leaveRoom']);
});

test('deployed from its descriptor into a sandbox, it greets over the messaging node', async () => {
  const domain = 'acme.test';
  const node = new MessagingNode({ domain, logger });
  onTestFinished(() => node.close());
  const script = new ScriptedRoom();
  const { bus, ...server } = await aScriptedConference(node, script);
  const deployed = await deploy(`${catalogueUrl(domain)}hyperty/GreeterBot`, {
    platform: 'node',
    allowed: [catalogueUrl(domain)],
    fetchText: createFetchText(describeCatalogue([{ descriptor, source }])),
    configuration,
    sandboxHost: {
      sandbox: createWorkerSandbox({ logger }),
      openSession: (onClosed) =>
        new HypertyRuntime({ domain, openLink: node.openLink({ origin: 'bots' }), onClosed }),
    },
  });
  expect(deployed).toMatchObject({ name: 'Greeter', descriptor: { objectName: 'GreeterBot' } });
  bus.send({
    type: 'subscribe',
    from: server.url,
    to: wellKnown.subscriptions(domain),
    body: { resources: [`${room}/changes`], subscriber: deployed.url },
  });
  bus.send({ type: 'update', from: room, to: `${room}/changes`, body: script.change('p2', 'Ben') });
  await until(() => script.chat.length > 0);
  expect(script.chat).toEqual([line('bot1-1', 'Welcome, Ben!')]);
  await deployed.close();
  expect(script.methods).toEqual(['joinRoom', 'leaveRoom']);
});

/** At the conference server's address, and at the room's, the script answers. */
async function aScriptedConference(node: MessagingNode, script: ScriptedRoom) {
  const { domain } = node;
  const runtime = new HypertyRuntime({
    domain,
    openLink: node.openLink({ origin: 'here', isTrusted: true }),
  });
  onTestFinished(() => runtime.close());
  const conference = wellKnown.conference(domain);
  await runtime.claim([conference, room]);
  for (const address of [conference, room, `${room}/children/resources`] as const) {
    runtime.bus.listen(address, (message) => {
      if (message.body.identity === undefined) {
        throw new ConferenceError('not-authorized');
      }
      return script.answer(message);
    });
  }
  return { bus: runtime.bus, url: conference };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function theProgram(port: number): Promise<ChildProcess> {
  const program = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(process.execPath, [program, String(port), 'tea'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  await until(() => printed.includes('ready: '));
  return child;
}

/** Joins the room without media, and observes its chat. */
async function visit(port: number, roomId: string, name: string) {
  const domain = 'localhost';
  const runtime = new HypertyRuntime({
    domain,
    openLink: openWebSocketLink({ url: `ws://localhost:${port}/ws` }),
  });
  onTestFinished(() => runtime.close());
  const client = runtime.hypertyUrl('client');
  const conference = wellKnown.conference(domain);
  await runtime.claim([client]);
  const { reporter } = runtime.syncher.create({
    url: `context://${domain}/${runtime.sessionId}/1`,
    reporter: client,
    schema: 'Context',
    name: roomId,
    data: { scheme: 'context', name: roomId, owner: client, publications: {} },
  });
  reporter.addObserver(conference);
  const none = { audio: [], video: [] };
  const capabilities = { send: none, receive: none };
  const params = { roomId, name, context: reporter.snapshot(), capabilities };
  const body = { method: 'joinRoom', params };
  const { value } = await runtime.bus.request({ type: 'execute', from: client, to: conference, body });
  const joined = v.parse(conferenceMethods.joinRoom.result, value);
  return runtime.syncher.subscribe(`${joined.communication.url}/children/resources`, client, (snapshot) =>
    v.parse(resourceCollectionSnapshotSchema, snapshot),
  );
}

test('main: whoever comes into the room is greeted in its chat, and the program ends when it is told to', async () => {
  const port = await freePort();
  const program = await theProgram(port);
  const chat = await visit(port, 'tea', 'Ann');
  const [greeting] = await until(() => {
    const lines = Object.values(chat.data.resources);
    return lines.length > 0 && lines;
  });
  expect(greeting).toMatchObject({ type: 'chat', content: 'Welcome, Ann!', authorName: 'Greeter' });
  const index = await fetch(`http://localhost:${port}/.well-known/plenum`);
  expect(await index.json()).toMatchObject({ hyperties: expect.arrayContaining(['hyperty/GreeterBot']) });
  program.kill('SIGINT');
  await until(() => program.exitCode !== null);
  expect(program.exitCode).toBe(0);
});
