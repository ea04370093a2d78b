/** Child objects over a real node: reporters and observers in runtimes of their own. */
import { HypertyRuntime, silentLogger } from '@plenum/hyperty';
import { type DataObjectUrl, type Request, snapshotSchema } from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { MessagingNode } from './messaging-node.ts';

const domain = 'acme.test';
const conference = `hyperty://${domain}/conference` as const;
const room: DataObjectUrl = `comm://${domain}/standup`;
const linesSchema = v.object({ lines: v.record(v.string(), v.string()) });
const parseLines = (value: unknown) => v.parse(snapshotSchema(linesSchema), value);

async function aRoom() {
  const clock = new FakeClock();
  const node = new MessagingNode({ domain, logger: silentLogger, clock });
  const server = new HypertyRuntime({
    domain,
    clock,
    openLink: node.openLink({ origin: 'here', isTrusted: true }),
  });
  await server.claim([conference]);
  const { reporter: parent } = server.syncher.create({
    url: room,
    reporter: conference,
    schema: 'Communication',
    name: 'standup',
    data: { topic: 'today' },
  });
  const aClient = async () => {
    const runtime = new HypertyRuntime({ domain, clock, openLink: node.openLink({ origin: '198.18.0.1' }) });
    const url = runtime.hypertyUrl('client');
    await runtime.claim([url]);
    return { runtime, url };
  };
  /** Everybody may add a line; those in `observers` may look. */
  const aChat = (observers: readonly string[]) => {
    const chat = server.syncher.createChild<{ lines: Record<string, string> }>(parent, 'resources', {
      schema: 'Lines',
      name: 'standup',
      data: { lines: {} },
      mayObserve: ({ from }) => observers.includes(from),
      onRequest: (message: Request) => {
        if (message.type === 'create') chat.setAt(['lines', message.body.resource ?? ''], message.body.value);
        return { code: 200 };
      },
    });
    return chat;
  };
  return { node, server, parent, aClient, aChat };
}

const child: DataObjectUrl = `${room}/children/resources`;

test('[R6] [R8] a child object has versions of its own, and what is asked of it reaches observers as deltas', async () => {
  const { parent, aClient, aChat, node } = await aRoom();
  const [ann, ben] = [await aClient(), await aClient()];
  const chat = aChat([ann.url, ben.url]);
  const copy = await ann.runtime.syncher.subscribe(child, ann.url, parseLines);
  const body = { resource: 'ben-1', value: 'hello' };
  await ben.runtime.bus.request({ type: 'create', from: ben.url, to: child, body });
  await settle();
  expect(copy.data.lines).toEqual({ 'ben-1': 'hello' });
  expect([parent.version, chat.version, copy.version]).toEqual([0, 1, 1]);
  expect(node.dump().communicationObjects).toBe(1);
});

test('[R6] a late observer gets what there is', async () => {
  const { aClient, aChat } = await aRoom();
  const ann = await aClient();
  aChat([ann.url]).setAt(['lines', 'x'], 'said before');
  const copy = await ann.runtime.syncher.subscribe(child, ann.url, parseLines);
  expect(copy.data.lines).toEqual({ x: 'said before' });
});

test('[R6] a child object ends with its parent, and its observers are told', async () => {
  const { parent, aClient, aChat, node } = await aRoom();
  const ann = await aClient();
  aChat([ann.url]);
  const copy = await ann.runtime.syncher.subscribe(child, ann.url, parseLines);
  let isDeleted = false;
  copy.on('deleted', () => {
    isDeleted = true;
  });
  parent.close();
  await settle();
  expect(isDeleted).toBe(true);
  expect(node.dump().subscriptions).toBe(0);
});

test('[R6] when the reporter’s session ends, observers of its child objects are told too', async () => {
  const { server, aClient, aChat } = await aRoom();
  const ann = await aClient();
  aChat([ann.url]);
  const copy = await ann.runtime.syncher.subscribe(child, ann.url, parseLines);
  const reasons: (string | undefined)[] = [];
  copy.on('deleted', (error) => reasons.push(error?.code));
  server.close();
  await settle();
  expect(reasons).toHaveLength(1);
});

test('[R7] who may not observe is refused', async () => {
  const { aClient, aChat } = await aRoom();
  const [ann, eve] = [await aClient(), await aClient()];
  aChat([ann.url]);
  const asking = eve.runtime.syncher.subscribe(child, eve.url, parseLines);
  await expect(asking).rejects.toMatchObject({ code: 'not-authorized' });
});

test.each([child, `${child}/subscription`, `${room}/subscription`] as const)(
  '[P5] nobody but its owner sends from %s',
  async (from) => {
    const { aClient, aChat, server } = await aRoom();
    const [ann, eve] = [await aClient(), await aClient()];
    aChat([ann.url]);
    ann.runtime.bus.listen(ann.url, () => ({ code: 200 }));
    const draft = { type: 'create', from, to: ann.url, body: {} } as const;
    await expect(eve.runtime.bus.request(draft)).rejects.toMatchObject({ code: 'not-authorized' });
    await expect(server.bus.request(draft)).resolves.toMatchObject({ code: 200 });
  },
);

test('[P5] what is no child object and no place to ask is nobody’s to send from', async () => {
  const { server, aClient } = await aRoom();
  const ann = await aClient();
  for (const suffix of ['/changes', '/children', '/children/a/b', '/children/A', '/elsewhere']) {
    const from = `${room}${suffix}` as const;
    const sending = server.bus.request({ type: 'create', from, to: ann.url, body: {} });
    await expect(sending, suffix).rejects.toMatchObject({ code: 'not-authorized' });
  }
});
