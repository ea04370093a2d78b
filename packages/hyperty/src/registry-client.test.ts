import {
  ConferenceError,
  errorBody,
  type Message,
  type Request,
  type ResponseBody,
  respond,
} from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { silentLogger } from './logger.ts';
import { MessageBus } from './message-bus.ts';
import { RegistryClient } from './registry-client.ts';

const domain = 'acme.test';
const ann = `hyperty://${domain}/1/client` as const;
const bob = `hyperty://${domain}/2/client` as const;
const registration = {
  url: ann,
  user: `user://${domain}/ann`,
  dataSchemes: ['comm'],
  resources: ['audio'],
} as const;

/** A client, what it sent, and a registry that answers as it is told. */
function aClient(answer: (message: Request) => ResponseBody = () => ({ code: 200 })) {
  const clock = new FakeClock();
  const sent: Message[] = [];
  const registry = { answer };
  const bus: MessageBus = new MessageBus({
    clock,
    logger: silentLogger,
    requestTimeoutMs: 15_000,
    onUnclaimed: () => undefined,
    send: (message) => {
      sent.push(message);
      if (message.type === 'response') return;
      const body = registry.answer(message);
      queueMicrotask(() => bus.handleMessage(respond(message, body)));
    },
  });
  const client = new RegistryClient(bus, domain, clock);
  const announce = (value: unknown, from = `domain://registry.${domain}` as const) =>
    bus.handleMessage({
      id: 0,
      type: 'update',
      from,
      to: `${bob}/registration`,
      body: { attribute: 'status', value },
    });
  return { clock, bus, client, sent, registry, announce };
}

const types = (sent: readonly Message[]) => sent.map(({ type }) => type);
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('[G9] what is registered is kept alive three times within its life', async () => {
  const { client, clock, sent } = aClient();
  await client.register({ ...registration, expires: 60 });
  expect(sent).toMatchObject([{ type: 'create', from: ann, body: { value: { url: ann, status: 'live' } } }]);
  for (let i = 0; i < 3; i++) {
    clock.advance(20_000);
    await settled();
  }
  expect(types(sent)).toEqual(['create', 'update', 'update', 'update']);
  expect(sent.at(-1)).toMatchObject({ from: ann, body: { resource: ann } });
  expect(sent.at(-1)?.body).not.toHaveProperty('attribute');
});

test('[G9] what the registry has forgotten is registered again', async () => {
  const { client, clock, sent, registry } = aClient();
  await client.register({ ...registration, expires: 60 });
  registry.answer = ({ type }) =>
    type === 'update' ? errorBody(new ConferenceError('address-not-found')) : { code: 200 };
  clock.advance(20_000);
  await settled();
  expect(types(sent)).toEqual(['create', 'update', 'create']);
  expect(clock.pendingTimers).toBe(1);
});

test('[G9] a keep-alive that fails for a while is tried again, one that is refused is not', async () => {
  const { client, clock, sent, registry } = aClient();
  await client.register({ ...registration, expires: 60 });
  registry.answer = () => errorBody(new ConferenceError('rate-limited'));
  clock.advance(20_000);
  await settled();
  expect(clock.pendingTimers).toBe(1);
  registry.answer = () => errorBody(new ConferenceError('not-authorized'));
  clock.advance(20_000);
  await settled();
  expect(types(sent)).toEqual(['create', 'update', 'update']);
  expect(clock.pendingTimers).toBe(0);
});

test('[G9] what is unregistered, or closed, is kept alive no more', async () => {
  const { client, clock, sent } = aClient();
  await client.register(registration);
  await client.unregister(ann);
  expect(sent.at(-1)).toMatchObject({ type: 'delete', from: ann, body: { resource: ann } });
  expect(clock.pendingTimers).toBe(0);
  await client.register(registration);
  client.close();
  client.close();
  expect(clock.pendingTimers).toBe(0);
});

test('[G9] what is unregistered while its registration is under way stays so', async () => {
  const { client, clock, sent } = aClient();
  const registering = client.register(registration);
  const unregistering = client.unregister(ann);
  await Promise.all([registering, unregistering]);
  expect(types(sent)).toEqual(['create', 'delete']);
  expect(clock.pendingTimers).toBe(0);
});

test('[G9] what is registered anew is not made as it was before by a keep-alive that was under way', async () => {
  const { client, clock, sent, registry } = aClient();
  await client.register({ ...registration, expires: 60 });
  registry.answer = ({ type }) =>
    type === 'update' ? errorBody(new ConferenceError('address-not-found')) : { code: 200 };
  clock.advance(20_000);
  await client.register({ ...registration, expires: 600 });
  await settled();
  expect(types(sent)).toEqual(['create', 'update', 'create']);
  clock.advance(199_000);
  await settled();
  expect(types(sent)).toEqual(['create', 'update', 'create']);
});

test('[G9] a registration that is refused leaves the one before as it was', async () => {
  const { client, clock, sent, registry } = aClient();
  await client.register({ ...registration, expires: 60 });
  registry.answer = ({ type }) =>
    type === 'create' ? errorBody(new ConferenceError('bad-request')) : { code: 200 };
  await expect(client.register({ ...registration, expires: 1 })).rejects.toMatchObject({
    code: 'bad-request',
  });
  clock.advance(20_000);
  await settled();
  expect(types(sent)).toEqual(['create', 'create', 'update']);
  await client.unregister(ann);
  expect(clock.pendingTimers).toBe(0);
});

test('what is not registered can be unregistered; another refusal is passed on', async () => {
  const { client, registry } = aClient(() => errorBody(new ConferenceError('address-not-found')));
  await client.unregister(ann);
  registry.answer = () => errorBody(new ConferenceError('not-authorized'));
  await expect(client.unregister(ann)).rejects.toMatchObject({ code: 'not-authorized' });
});

test('a registration that is refused is not kept alive', async () => {
  const { client, clock } = aClient(() => errorBody(new ConferenceError('not-authorized')));
  await expect(client.register(registration)).rejects.toMatchObject({ code: 'not-authorized' });
  expect(clock.pendingTimers).toBe(0);
});

test('[G4] a search says by what, and with which criteria', async () => {
  const entry = { ...registration, status: 'live' };
  const { client, sent } = aClient(() => ({ code: 200, value: [entry] }));
  const query = {
    by: 'name',
    value: 'greeter',
    resources: ['audio'],
    dataSchemes: ['comm'],
    page: 2,
  } as const;
  expect(await client.search(bob, query)).toEqual([entry]);
  expect(sent).toMatchObject([
    {
      type: 'read',
      from: bob,
      to: `domain://registry.${domain}`,
      body: {
        resource: '/hyperty/name/greeter',
        criteria: { resources: ['audio'], dataSchemes: ['comm'], page: 2 },
      },
    },
  ]);
});

test('[G4] data objects are searched for in the same way', async () => {
  const entry = {
    url: `comm://${domain}/standup`,
    reporter: ann,
    name: 'standup',
    dataSchemes: ['comm'],
    resources: [],
  };
  const { client, sent } = aClient(() => ({ code: 200, value: [entry] }));
  expect(await client.searchObjects(bob, { by: 'name', value: 'standup' })).toEqual([entry]);
  expect(sent).toMatchObject([{ body: { resource: '/dataObject/name/standup' } }]);
});

test('[G5] a search that finds nobody has no results; one that finds only what is disconnected lists it', async () => {
  const { client, registry } = aClient(() => errorBody(new ConferenceError('address-not-found')));
  const query = { by: 'user', value: registration.user } as const;
  expect(await client.search(bob, query)).toEqual([]);
  const registrations = [{ ...registration, status: 'disconnected' }];
  registry.answer = () =>
    errorBody(new ConferenceError('timeout', undefined, { details: { registrations } }));
  expect(await client.search(bob, query)).toEqual(registrations);
  expect(await client.discover(bob, registration.user)).toEqual([]);
});

test('[G5] that no answer came is no answer', async () => {
  const { client } = aClient(() => errorBody(new ConferenceError('timeout')));
  await expect(client.discover(bob, registration.user)).rejects.toMatchObject({ code: 'timeout' });
});

test.each([
  [undefined],
  [{}],
  [[{ ...registration, url: 'comm://acme.test/1' }]],
  [[{ ...registration, user: 'nobody' }]],
  [[{ ...registration, status: 'dead' }]],
  [[{ url: ann }]],
  [['x']],
])('[G9] what the registry answers is looked at, not believed: %j', async (value) => {
  const { client } = aClient(() => ({ code: 200, value }));
  await expect(client.discover(bob, registration.user)).rejects.toMatchObject({ code: 'internal' });
});

test('[G10] who watches a hyperty is told when it becomes live or disconnected', async () => {
  const { client, sent, announce } = aClient();
  const told: string[] = [];
  const stop = await client.watch(ann, bob, (status) => told.push(status));
  expect(sent).toMatchObject([
    { type: 'subscribe', from: ann, body: { resources: [`${bob}/registration`] } },
  ]);
  announce('disconnected');
  announce('live');
  stop();
  stop();
  announce('disconnected');
  expect(told).toEqual(['disconnected', 'live']);
  expect(types(sent)).toEqual(['subscribe', 'unsubscribe']);
});

test('[G10] only the registry is believed about a registration, and only words it has', async () => {
  const { client, announce } = aClient();
  const told: string[] = [];
  await client.watch(ann, bob, (status) => told.push(status));
  announce('dead');
  announce(undefined);
  announce('live', `domain://registry.${domain}.evil.test` as never);
  expect(told).toEqual([]);
});

test('several may watch one hyperty, and each stops for itself', async () => {
  const { client, sent, announce } = aClient();
  const told: string[] = [];
  const stopFirst = await client.watch(ann, bob, () => told.push('first'));
  const stopSecond = await client.watch(ann, bob, () => told.push('second'));
  stopFirst();
  announce('live');
  expect(told).toEqual(['second']);
  expect(types(sent)).toEqual(['subscribe', 'subscribe']);
  stopSecond();
  expect(types(sent)).toEqual(['subscribe', 'subscribe', 'unsubscribe']);
  const third = await client.watch(ann, bob, () => told.push('third'));
  announce('live');
  third();
  expect(told).toEqual(['second', 'third']);
});

test('a watch that is refused leaves nothing behind', async () => {
  const { client, registry } = aClient(() => errorBody(new ConferenceError('capacity-exceeded')));
  await expect(client.watch(ann, bob, () => undefined)).rejects.toMatchObject({ code: 'capacity-exceeded' });
  registry.answer = () => ({ code: 200 });
  const stop = await client.watch(ann, bob, () => undefined);
  stop();
});
