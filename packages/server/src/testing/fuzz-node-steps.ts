/** What a client asks of the messaging node: its session, addresses, subscriptions, the registry. */
import {
  ask,
  conference,
  connectionOf,
  contextOf,
  type Draft,
  domain,
  fromRuntime,
  hypertyOf,
  otherOf,
  pick,
  registry,
  runtimeOf,
  type Sender,
  type Write,
} from './fuzz-drafts.ts';

export const nodeSteps = {
  open: (sender, at) => {
    const { pass } = sender;
    const known = at % 4 === 3 ? pick(sender.loot.guestTokens, at, pass) : pass;
    return fromRuntime(sender, 'create', 'session', {
      value: { protocolVersion: 1 },
      ...(known === undefined ? {} : { accessToken: known }),
    });
  },
  'ask for the resume token': (sender) => fromRuntime(sender, 'read', 'session', {}),
  'show that one is there': (sender) => fromRuntime(sender, 'update', 'session', {}),
  'end session': (sender) => fromRuntime(sender, 'delete', 'session', {}),
  claim: (sender) => {
    const objects = [0, 8, 17, 26, 35].flatMap((at) => [contextOf(sender, at), connectionOf(sender, at)]);
    return fromRuntime(sender, 'create', 'address-allocation', {
      value: { addresses: [hypertyOf(sender), ...new Set(objects)] },
    });
  },
  allocate: (sender, at) =>
    fromRuntime(sender, 'create', 'address-allocation', {
      scheme: ['connection', 'hyperty', 'comm', 'context'][at % 4],
      value: { number: 1 + (at % 9) },
    }),
  release: (sender, at) => {
    const address = at % 4 === 0 ? hypertyOf(sender) : connectionOf(sender, at);
    return fromRuntime(sender, 'delete', 'address-allocation', { childrenResources: [address] });
  },
  allow: (sender, at) => observe(sender, 'subscribe', `${contextOf(sender, at)}/changes`, conference),
  'allow the link': (sender, at) =>
    observe(sender, 'subscribe', `${connectionOf(sender, at)}/changes`, conference),
  observe: (sender, at) => {
    const isOwn = at % 2 === 0;
    const resource = isOwn ? `${connectionOf(sender)}/changes` : `${otherOf(sender, at)}/registration`;
    return observe(sender, 'subscribe', resource, at % 4 === 0 ? otherOf(sender, at) : hypertyOf(sender));
  },
  unobserve: (sender, at) => {
    const resource = `${at % 3 === 0 ? contextOf(sender) : connectionOf(sender)}/changes`;
    return observe(sender, 'unsubscribe', resource, at % 2 ? conference : hypertyOf(sender));
  },
  register: (sender, at) => ask(sender, 'create', registry, { value: registration(sender, at) }),
  'register an object': (sender, at) => {
    const value = {
      url: connectionOf(sender),
      reporter: hypertyOf(sender),
      name: `object-${at % 5}`,
      resources: ['audio'],
      expires: 30 + (at % 90_000),
    };
    return ask(sender, 'create', registry, { value });
  },
  'keep alive': (sender, at) =>
    ask(sender, 'update', registry, at % 3 === 0 ? { resource: connectionOf(sender) } : {}),
  'change the status': (sender, at) =>
    ask(sender, 'update', registry, {
      attribute: at % 7 === 6 ? 'expires' : 'status',
      value: ['disconnected', 'live', 'gone'][at % 3],
    }),
  unregister: (sender, at) =>
    ask(sender, 'delete', registry, at % 3 === 0 ? { resource: otherOf(sender, at) } : {}),
  discover: (sender, at) => ask(sender, 'read', registry, discovery(sender, at)),
} as const satisfies Readonly<Record<string, Write>>;

function observe(sender: Sender, type: string, resource: string, subscriber: string): Draft {
  return fromRuntime(sender, type, 'sm', { resources: [resource], subscriber });
}

function registration(sender: Sender, at: number): object {
  const { knowledge, loot } = sender;
  const own = knowledge.userUrl ?? `user://${domain}/guest-0`;
  return {
    url: hypertyOf(sender),
    user: at % 5 === 4 ? pick(loot.users, at, own) : own,
    name: `client-${at % 3}`,
    dataSchemes: ['comm', 'connection'].slice(at % 2),
    resources: ['audio', 'video', 'chat'].slice(at % 3),
    runtime: runtimeOf(sender),
    ...(at % 2 === 0 ? { expires: 30 + (at % 86_400) } : {}),
    status: at % 6 === 5 ? 'disconnected' : 'live',
  };
}

function discovery(sender: Sender, at: number): object {
  const user = pick(sender.loot.users, at, `user://${domain}/conference`);
  const resources = [
    `/hyperty/user/${user}`,
    `/hyperty/url/${otherOf(sender, at)}`,
    `/hyperty/name/client-${at % 4}`,
    `/dataObject/url/${connectionOf(sender)}`,
    `/dataObject/name/object-${at % 6}`,
    `/dataObject/reporter/${hypertyOf(sender)}`,
  ];
  const criteria = { resources: ['audio'], dataSchemes: ['comm', 'connection'].slice(at % 3), page: at % 4 };
  return { resource: pick(resources, at, '/'), ...(at % 2 === 0 ? {} : { criteria }) };
}
