import { MessageBus, RegistryClient, silentLogger } from '@plenum/hyperty';
import {
  type Address,
  ConferenceError,
  checkMessage,
  createSessionId,
  errorBody,
  type Message,
  type MessageType,
  type ResponseBody,
  respond,
} from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { DomainRegistry } from './domain-registry.ts';
import { Session } from './session.ts';
import { domain, registry as registryUrl } from './testing/node-fixture.ts';

const hourMs = 3_600_000;

function aRegistry(entriesPerSession?: number) {
  const clock = new FakeClock();
  const registry = new DomainRegistry({ clock, entriesPerSession });
  return { clock, registry };
}

/** A session that owns a hyperty, and what it asks of the registry. */
function aSession(registry: DomainRegistry, options: { user?: string; isTrusted?: boolean } = {}) {
  const id = createSessionId();
  const userURL = `user://${domain}/${options.user ?? id}` as const;
  const identity = { userURL };
  const who = { identity, isTrusted: options.isTrusted === true, expires: undefined };
  const session = new Session(id, who, { deliver: () => undefined, close: () => undefined });
  const own = (scheme: string, name: string) => {
    const address = `${scheme}://${domain}/${id}/${name}` as Address;
    session.addresses.add(address);
    return address;
  };
  const url = own('hyperty', 'client');
  const answer = (message: Message): ResponseBody => {
    if (message.type === 'response') throw new Error('not a request');
    try {
      return registry.handle(session, message);
    } catch (thrown) {
      if (thrown instanceof ConferenceError) return errorBody(thrown);
      throw thrown;
    }
  };
  const ask = (type: MessageType, body: object = {}) =>
    answer(checkMessage({ id: 1, type, from: url, to: registryUrl, body }));
  const register = (more: object = {}) => ask('create', { value: { url, user: userURL, ...more } });
  const urlsAt = (resource: string, criteria?: object) => {
    const { value } = ask('read', { resource, criteria });
    return (value as { url: string }[] | undefined)?.map((entry) => entry.url);
  };
  return { session, url, userURL, own, answer, ask, register, urlsAt };
}

test('[G3] a registration expires, and what is kept alive does not', () => {
  const { clock, registry } = aRegistry();
  const ann = aSession(registry);
  const bob = aSession(registry);
  ann.register({ expires: 60 });
  bob.register({ expires: 60 });
  clock.advance(50_000);
  expect(ann.ask('update', { resource: ann.url })).toEqual({ code: 200 });
  clock.advance(50_000);
  expect(bob.ask('read', { resource: `/hyperty/url/${ann.url}` })).toMatchObject({ code: 200 });
  expect(ann.ask('read', { resource: `/hyperty/url/${bob.url}` })).toMatchObject({ code: 408 });
});

test('[G3] what has expired is disconnected, comes to life by a keep-alive, and is forgotten after an hour', () => {
  const { clock, registry } = aRegistry();
  const ann = aSession(registry);
  ann.register({ expires: 30 });
  expect(registry.takeChanges()).toEqual([{ url: ann.url, status: 'live' }]);
  clock.advance(30_000);
  expect(registry.takeChanges()).toEqual([{ url: ann.url, status: 'disconnected' }]);
  ann.ask('update', { resource: ann.url });
  expect(registry.takeChanges()).toEqual([{ url: ann.url, status: 'live' }]);
  clock.advance(31_000);
  expect(registry.takeChanges()).toEqual([{ url: ann.url, status: 'disconnected' }]);
  clock.advance(hourMs - 2_000);
  expect(registry.takeChanges()).toEqual([]);
  expect(registry.size).toBe(1);
  clock.advance(3_000);
  expect(registry.takeChanges()).toEqual([]);
  expect(registry.size).toBe(0);
  expect(ann.ask('update', { resource: ann.url })).toMatchObject({ error: { code: 'address-not-found' } });
  expect(ann.register()).toEqual({ code: 200 });
});

test('[G3] a registration holds for an hour unless it says otherwise, from half a minute to a day', () => {
  const { clock, registry } = aRegistry();
  const ann = aSession(registry);
  for (const expires of [29, 86_401, 60.5, '60', null]) {
    expect(ann.register({ expires })).toMatchObject({ error: { code: 'bad-request' } });
  }
  ann.register();
  clock.advance(hourMs - 1_000);
  expect(ann.ask('read', { resource: `/hyperty/url/${ann.url}` })).toMatchObject({
    value: [{ expires: 3_600, status: 'live' }],
  });
  clock.advance(1_000);
  expect(ann.ask('read', { resource: `/hyperty/url/${ann.url}` })).toMatchObject({ code: 408 });
});

test('[G3] keeping alive a hundred times leaves one thing to look after', () => {
  const { clock, registry } = aRegistry();
  const ann = aSession(registry);
  ann.register({ expires: 60 });
  for (let i = 0; i < 100; i++) {
    clock.advance(20_000);
    ann.ask('update', { resource: ann.url });
    expect(ann.urlsAt(`/hyperty/url/${ann.url}`)).toEqual([ann.url]);
  }
  clock.advance(60_000);
  expect(registry.takeChanges().at(-1)).toEqual({ url: ann.url, status: 'disconnected' });
});

test('[G4] hyperties are discovered by user, address and name', () => {
  const { registry } = aRegistry();
  const ann = aSession(registry);
  const bob = aSession(registry);
  ann.register({ name: 'greeter' });
  bob.register({ name: 'greeter' });
  expect(bob.urlsAt(`/hyperty/user/${ann.userURL}`)).toEqual([ann.url]);
  expect(bob.urlsAt(`/hyperty/url/${bob.url}`)).toEqual([bob.url]);
  expect(bob.urlsAt('/hyperty/name/greeter')).toEqual([ann.url, bob.url]);
});

test('[G4] data objects are discovered by address, name and reporter', () => {
  const { registry } = aRegistry();
  const ann = aSession(registry);
  const object = ann.own('comm', 'standup');
  const value = { url: object, reporter: ann.url, name: 'standup', resources: ['chat'] };
  expect(ann.ask('create', { value })).toEqual({ code: 200 });
  for (const resource of [`url/${object}`, 'name/standup', `reporter/${ann.url}`]) {
    expect(ann.ask('read', { resource: `/dataObject/${resource}` })).toMatchObject({
      value: [{ url: object, reporter: ann.url, dataSchemes: ['comm'] }],
    });
  }
  expect(ann.urlsAt('/hyperty/name/standup')).toEqual([]);
});

test('[G4] criteria narrow a discovery: what is found has all resources and schemes', () => {
  const { registry } = aRegistry();
  const ann = aSession(registry, { user: 'ann' });
  const phone = aSession(registry, { user: 'ann' });
  ann.register({ resources: ['audio', 'video'], dataSchemes: ['comm', 'connection'] });
  phone.register({ resources: ['audio'], dataSchemes: ['connection'] });
  const resource = `/hyperty/user/${ann.userURL}`;
  expect(ann.urlsAt(resource, { resources: ['audio'] })).toEqual([ann.url, phone.url]);
  expect(ann.urlsAt(resource, { resources: ['audio', 'video'] })).toEqual([ann.url]);
  expect(ann.urlsAt(resource, { resources: ['audio'], dataSchemes: ['comm'] })).toEqual([ann.url]);
  expect(ann.urlsAt(resource, { dataSchemes: ['ctxt'] })).toEqual([]);
});

test.each([
  [undefined],
  [''],
  ['/hyperty/user/'],
  ['/hyperty/reporter/x'],
  ['/dataObject/user/x'],
  ['/room/name/x'],
  ['hyperty/name/x'],
])('[G4] a discovery of %j is no question', (resource) => {
  const { registry } = aRegistry();
  expect(aSession(registry).ask('read', { resource })).toMatchObject({ error: { code: 'bad-request' } });
});

test.each([[{ page: 0 }], [{ page: 21 }], [{ resources: 'audio' }], ['audio'], [{ dataSchemes: [''] }]])(
  '[G4] criteria %j are refused',
  (criteria) => {
    const { registry } = aRegistry();
    const body = aSession(registry).ask('read', { resource: '/hyperty/name/x', criteria });
    expect(body).toMatchObject({ error: { code: 'bad-request' } });
  },
);

test('[G5] where nothing is found the answer is that nobody is there', () => {
  const { registry } = aRegistry();
  const body = aSession(registry).ask('read', { resource: '/hyperty/name/nobody' });
  expect(body).toMatchObject({ code: 404, error: { code: 'address-not-found' }, value: [] });
});

test('[G5] where only what is disconnected fits, it is listed with a timeout; what is live hides it', () => {
  const { registry } = aRegistry();
  const ann = aSession(registry, { user: 'ann' });
  const phone = aSession(registry, { user: 'ann' });
  ann.register();
  phone.register({ resources: ['audio'] });
  ann.ask('update', { resource: ann.url, attribute: 'status', value: 'disconnected' });
  const resource = `/hyperty/user/${ann.userURL}`;
  expect(phone.urlsAt(resource)).toEqual([phone.url]);
  phone.ask('update', { resource: phone.url, attribute: 'status', value: 'disconnected' });
  const listed = [
    { url: ann.url, status: 'disconnected' },
    { url: phone.url, status: 'disconnected' },
  ];
  expect(phone.ask('read', { resource })).toMatchObject({
    code: 408,
    value: listed,
    error: { code: 'timeout', retryable: true, details: { registrations: listed } },
  });
  const criteria = { resources: ['audio'] };
  expect(phone.ask('read', { resource, criteria })).toMatchObject({ code: 408, value: [{ url: phone.url }] });
});

test('[G10] what time alone makes disconnected is told when it is, and asks for no timer after', () => {
  const clock = new FakeClock();
  const told: unknown[] = [];
  const registry: DomainRegistry = new DomainRegistry({
    clock,
    onChanged: () => told.push(...registry.takeChanges()),
  });
  const ann = aSession(registry);
  ann.register({ expires: 60 });
  registry.takeChanges();
  clock.advance(59_000);
  ann.ask('update', {});
  clock.advance(59_000);
  expect(told).toEqual([]);
  clock.advance(2_000);
  expect(told).toEqual([{ url: ann.url, status: 'disconnected' }]);
  clock.advance(hourMs + 1_000);
  expect(registry.size).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

test('[G6] a hyperty unregisters by a delete, and is forgotten', () => {
  const { registry } = aRegistry();
  const ann = aSession(registry);
  ann.register({ name: 'greeter' });
  registry.takeChanges();
  expect(ann.ask('delete')).toEqual({ code: 200 });
  expect(registry.takeChanges()).toEqual([{ url: ann.url, status: 'disconnected' }]);
  expect(ann.urlsAt('/hyperty/name/greeter')).toEqual([]);
  expect(ann.ask('delete', { resource: ann.url })).toMatchObject({ error: { code: 'address-not-found' } });
});

test('[G6] a hyperty unregisters by the status disconnected, and may come back', () => {
  const { registry } = aRegistry();
  const ann = aSession(registry);
  ann.register();
  registry.takeChanges();
  ann.ask('update', { resource: ann.url, attribute: 'status', value: 'disconnected' });
  ann.ask('update', { resource: ann.url, attribute: 'status', value: 'disconnected' });
  expect(registry.takeChanges()).toEqual([{ url: ann.url, status: 'disconnected' }]);
  ann.ask('update', { resource: ann.url, attribute: 'status', value: 'live' });
  expect(registry.takeChanges()).toEqual([{ url: ann.url, status: 'live' }]);
  expect(registry.takeChanges()).toEqual([]);
});

test.each([
  [{ attribute: 'status', value: 'dead' }],
  [{ attribute: 'status' }],
  [{ attribute: 'user', value: 'live' }],
])('[G6] an update %j of a registration is refused', (body) => {
  const { registry } = aRegistry();
  const ann = aSession(registry);
  ann.register();
  expect(ann.ask('update', { resource: ann.url, ...body })).toMatchObject({ error: { code: 'bad-request' } });
});

test('[G7] an answer has fifty entries, and its criteria say which', () => {
  const { registry } = aRegistry();
  const owner = aSession(registry, { isTrusted: true });
  const urls = Array.from({ length: 120 }, (_, at) => owner.own('hyperty', `h${at}`));
  for (const url of urls) owner.register({ url, name: 'many' });
  const pageAt = (page?: number) => owner.urlsAt('/hyperty/name/many', page === undefined ? {} : { page });
  expect(pageAt()).toEqual(urls.slice(0, 50));
  expect(pageAt(2)).toEqual(urls.slice(50, 100));
  expect(pageAt(3)).toEqual(urls.slice(100));
  expect(pageAt(4)).toEqual([]);
});

test('[G7] a discovery looks through a thousand entries at most, however many bear one name', () => {
  const { registry } = aRegistry();
  const owner = aSession(registry, { isTrusted: true });
  for (let at = 0; at < 1_200; at++) owner.register({ url: owner.own('hyperty', `h${at}`), name: 'many' });
  expect(registry.read('/hyperty/name/many')).toHaveLength(1_000);
});

test('[G8] a session has only so many registrations; to register again is none more', () => {
  const { registry } = aRegistry(2);
  const ann = aSession(registry);
  const second = ann.own('hyperty', 'second');
  const third = ann.own('hyperty', 'third');
  expect(ann.register()).toEqual({ code: 200 });
  expect(ann.register({ url: second })).toEqual({ code: 200 });
  expect(ann.register({ name: 'renamed' })).toEqual({ code: 200 });
  expect(ann.register({ url: third })).toMatchObject({ error: { code: 'capacity-exceeded' } });
  expect(ann.urlsAt('/hyperty/name/renamed')).toEqual([ann.url]);
  registry.remove(second);
  expect(ann.register({ url: third })).toEqual({ code: 200 });
});

test('[G8] the domain’s own hyperties have no limit', () => {
  const { registry } = aRegistry(1);
  const conference = aSession(registry, { isTrusted: true });
  for (const name of ['a', 'b', 'c']) {
    expect(conference.register({ url: conference.own('hyperty', name) })).toEqual({ code: 200 });
  }
});

test('[G2] nobody keeps alive, disconnects or unregisters another’s hyperty', () => {
  const { registry } = aRegistry();
  const ann = aSession(registry);
  const eve = aSession(registry);
  ann.register();
  for (const [type, body] of [
    ['update', {}],
    ['update', { attribute: 'status', value: 'disconnected' }],
    ['delete', {}],
  ] as const) {
    expect(eve.ask(type, { resource: ann.url, ...body })).toMatchObject({
      error: { code: 'not-authorized' },
    });
  }
  expect(eve.urlsAt(`/hyperty/url/${ann.url}`)).toEqual([ann.url]);
});

test('[G2] nobody registers a data object of another, or with another’s hyperty as its reporter', () => {
  const { registry } = aRegistry();
  const ann = aSession(registry);
  const eve = aSession(registry);
  const object = ann.own('comm', 'standup');
  for (const value of [
    { url: object, reporter: eve.url },
    { url: eve.own('comm', 'x'), reporter: ann.url },
  ]) {
    expect(eve.ask('create', { value })).toMatchObject({ error: { code: 'not-authorized' } });
  }
});

test.each([
  [undefined],
  [{}],
  [{ user: 'nobody' }],
  [{ url: 'comm://acme.test/x', user: 'user://acme.test/x' }],
  [{ name: '' }],
  [{ resources: Array.from({ length: 17 }, () => 'x') }],
  [{ status: 'dead' }],
])('what is no registration is refused: %j', (value) => {
  const { registry } = aRegistry();
  const ann = aSession(registry);
  const entry =
    value === undefined || Object.keys(value).length === 0
      ? value
      : { url: ann.url, user: ann.userURL, ...value };
  expect(ann.ask('create', { value: entry })).toMatchObject({ error: { code: 'bad-request' } });
  expect(registry.size).toBe(0);
});

test('[G1] an entry that is removed with its address leaves nothing behind', () => {
  const { clock, registry } = aRegistry();
  const ann = aSession(registry);
  ann.register({ name: 'greeter', expires: 30 });
  expect(registry.remove(ann.url)).toBe(true);
  expect(registry.remove(ann.url)).toBe(false);
  clock.advance(2 * hourMs);
  expect(registry.takeChanges()).toEqual([]);
  expect(ann.urlsAt('/hyperty/name/greeter')).toEqual([]);
});

test('[G9] the runtime’s client and the registry understand each other', async () => {
  const { clock, registry } = aRegistry();
  const ann = aSession(registry, { user: 'ann' });
  const bus: MessageBus = new MessageBus({
    clock,
    logger: silentLogger,
    requestTimeoutMs: 15_000,
    onUnclaimed: () => undefined,
    send: (message) => {
      const text = JSON.stringify(respond(message, ann.answer(message)));
      queueMicrotask(() => bus.handleMessage(checkMessage(JSON.parse(text))));
    },
  });
  const client = new RegistryClient(bus, domain, clock);
  const url = `hyperty://${domain}/${ann.session.id}/client` as const;
  const object = `comm://${domain}/${ann.session.id}/standup` as const;
  ann.own('comm', 'standup');
  const kinds = { dataSchemes: ['comm'], resources: ['chat'] };
  await client.register({ url, user: ann.userURL, name: 'greeter', expires: 60, ...kinds });
  await client.register({ url: object, reporter: url, name: 'standup', ...kinds });
  clock.advance(59_000);
  await new Promise(setImmediate);
  clock.advance(59_000);
  expect(await client.discover(url, ann.userURL)).toMatchObject([{ url, name: 'greeter', status: 'live' }]);
  expect(await client.searchObjects(url, { by: 'reporter', value: url })).toMatchObject([{ url: object }]);
  client.close();
  clock.advance(60_000);
  expect(await client.discover(url, ann.userURL)).toEqual([]);
  expect(await client.search(url, { by: 'name', value: 'greeter' })).toMatchObject([
    { url, status: 'disconnected' },
  ]);
  await client.unregister(url);
  expect(await client.search(url, { by: 'url', value: url })).toEqual([]);
});
