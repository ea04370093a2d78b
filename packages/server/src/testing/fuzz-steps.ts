/** Valid messages of a session, one for each step of a stay in a room and of everything else that a client may ask. */
import fc from 'fast-check';

export const stepKinds = [
  'open',
  'claim',
  'allow',
  'join',
  'answer',
  'publications',
  'wanted',
  'delta',
  'gap',
  'leave',
  'allocate',
  'release',
  'register',
  'unregister',
  'discover',
  'observe',
  'unobserve',
  'read room',
  'subscribe room',
  'ask another',
  'respond',
  'delete object',
  'forward',
  'end session',
] as const;
export type StepKind = (typeof stepKinds)[number];

/** What a stay in a room begins with. */
export const joining: readonly StepKind[] = ['open', 'claim', 'allow', 'join'];

const often: readonly StepKind[] = [
  'answer',
  'publications',
  'publications',
  'wanted',
  'wanted',
  'delta',
  'join',
];

export const stepKind: fc.Arbitrary<StepKind> = fc.constantFrom(
  ...often,
  ...stepKinds.filter((kind) => kind !== 'end session'),
  ...stepKinds,
);

/** Who sends, and what it knows. */
export interface Sender {
  readonly sessionId: string;
  readonly roomId: string;
  /** Addresses of others. */
  readonly others: readonly string[];
  /** Version of its Connection; raised by what is published. */
  version: number;
  nextId: number;
}

interface Draft {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly body: object;
}

const domain = 'localhost';
const node = (service: string) => `domain://msg-node.${domain}/${service}`;
const registry = `domain://registry.${domain}`;
const conference = `hyperty://${domain}/conference`;

/** @param at Chooses among the variants of a step. @param answer The SDP for an answer. */
export function writeStep(sender: Sender, kind: StepKind, at: number, answer: string): object {
  const draft = drafts[kind](sender, at, answer);
  sender.nextId += 1;
  return { id: sender.nextId, ...draft };
}

type Write = (sender: Sender, at: number, answer: string) => Draft;

const runtimeOf = ({ sessionId }: Sender) => `runtime://${domain}/${sessionId}`;
const hypertyOf = ({ sessionId }: Sender) => `hyperty://${domain}/${sessionId}/client`;
const connectionOf = ({ sessionId }: Sender, at = 0) =>
  `connection://${domain}/${sessionId}/${at % 9 === 8 ? `${at % 4}` : 'c'}`;
const otherOf = ({ others }: Sender, at: number) => others[at % Math.max(1, others.length)] ?? conference;

const drafts: Readonly<Record<StepKind, Write>> = {
  open: (sender) => ({
    type: 'create',
    from: runtimeOf(sender),
    to: node('session'),
    body: { value: { protocolVersion: 1 } },
  }),
  claim: (sender, at) => ({
    type: 'create',
    from: runtimeOf(sender),
    to: node('address-allocation'),
    body: { value: { addresses: [hypertyOf(sender), connectionOf(sender), connectionOf(sender, at)] } },
  }),
  allow: (sender) => observe(sender, 'subscribe', `${connectionOf(sender)}/changes`, conference),
  join: (sender, at) => execute(sender, 'joinRoom', joinParams(sender, at)),
  answer: (sender, at, sdp) => {
    const negotiation = at % 7 === 0 ? at % 3 : 1;
    return update(sender, 'connectionDescription', {
      type: at % 11 === 0 ? 'offer' : 'answer',
      sdp,
      negotiation,
    });
  },
  publications: (sender, at) => {
    const camera = at % 3 === 0 ? {} : { camera: { muted: at % 2 === 0 } };
    return update(sender, 'publications', { microphone: { muted: at % 5 === 0 }, ...camera });
  },
  wanted: (sender, at) => update(sender, 'wanted', wantedOf(at)),
  delta: (sender, at) => {
    const attributes = [
      'wanted.abc',
      'publications.camera.muted',
      'status',
      'iceCandidates',
      'name',
      'slots.0',
      'x.y',
    ];
    return update(sender, attributes[at % attributes.length] ?? 'status', [0, true, 'connected', []][at % 4]);
  },
  gap: (sender) => {
    sender.version += 3;
    return update(sender, 'status', 'connected');
  },
  leave: (sender) => execute(sender, 'leaveRoom', { roomId: sender.roomId }),
  allocate: (sender, at) => ({
    type: 'create',
    from: runtimeOf(sender),
    to: node('address-allocation'),
    body: { scheme: ['connection', 'hyperty', 'comm'][at % 3], value: { number: 1 + (at % 9) } },
  }),
  release: (sender, at) => ({
    type: 'delete',
    from: runtimeOf(sender),
    to: node('address-allocation'),
    body: { childrenResources: [at % 2 === 0 ? hypertyOf(sender) : connectionOf(sender, at)] },
  }),
  register: (sender) => {
    const user = `user://${domain}/guest-${sender.sessionId.slice(0, 10)}`;
    const value = {
      url: hypertyOf(sender),
      user,
      dataSchemes: ['comm'],
      resources: ['audio'],
      status: 'live',
    };
    return { type: 'create', from: hypertyOf(sender), to: registry, body: { value } };
  },
  unregister: (sender) => ({ type: 'delete', from: hypertyOf(sender), to: registry, body: {} }),
  discover: (sender, at) => ({
    type: 'read',
    from: hypertyOf(sender),
    to: registry,
    body: {
      resource: `/hyperty/${at % 2 === 0 ? `user/user://${domain}/conference` : `url/${otherOf(sender, at)}`}`,
    },
  }),
  observe: (sender, at) => {
    const resource = at % 2 === 0 ? `${connectionOf(sender)}/changes` : `${otherOf(sender, at)}/registration`;
    return observe(sender, 'subscribe', resource, at % 4 === 0 ? otherOf(sender, at) : hypertyOf(sender));
  },
  unobserve: (sender, at) =>
    observe(
      sender,
      'unsubscribe',
      `${connectionOf(sender)}/changes`,
      at % 2 ? conference : hypertyOf(sender),
    ),
  'read room': (sender) => ask(sender, 'read', `comm://${domain}/${sender.roomId}`),
  'subscribe room': (sender, at) =>
    ask(sender, at % 2 ? 'subscribe' : 'unsubscribe', `comm://${domain}/${sender.roomId}/subscription`),
  'ask another': (sender, at) =>
    ask(sender, ['read', 'subscribe', 'execute'][at % 3] ?? 'read', otherOf(sender, at)),
  respond: (sender, at) => ({
    type: 'response',
    from: at % 2 ? connectionOf(sender) : `${connectionOf(sender)}/subscription`,
    to: conference,
    body: { code: 200, value: { url: connectionOf(sender), version: at } },
  }),
  'delete object': (sender) => ({
    type: 'delete',
    from: connectionOf(sender),
    to: `${connectionOf(sender)}/changes`,
    body: { description: 'gone', error: { code: 'removed', retryable: false } },
  }),
  forward: (sender, at) => ({
    type: 'forward',
    from: hypertyOf(sender),
    to: at % 2 ? conference : otherOf(sender, at),
    body: { message: { id: 1 } },
  }),
  'end session': (sender) => ({ type: 'delete', from: runtimeOf(sender), to: node('session'), body: {} }),
};

function ask(sender: Sender, type: string, to: string): Draft {
  return { type, from: hypertyOf(sender), to, body: type === 'execute' ? { method: 'x', params: {} } : {} };
}

function execute(sender: Sender, method: string, params: object): Draft {
  return { type: 'execute', from: hypertyOf(sender), to: conference, body: { method, params } };
}

function observe(sender: Sender, type: string, resource: string, subscriber: string): Draft {
  return { type, from: runtimeOf(sender), to: node('sm'), body: { resources: [resource], subscriber } };
}

function update(sender: Sender, attribute: string, value: unknown): Draft {
  sender.version += 1;
  const from = connectionOf(sender);
  const body = {
    attribute,
    value,
    epoch: 'e',
    version: sender.version,
    lastModified: '2026-01-05T10:00:02.000Z',
  };
  return { type: 'update', from, to: `${from}/changes`, body };
}

function wantedOf(at: number): object {
  const length = at % 13 === 0 ? 1_024 : at % 5;
  return Object.fromEntries(
    Array.from({ length }, (_, index) => [`p${(at + index) % 4_096}`, (at * index) % 2_000]),
  );
}

function joinParams(sender: Sender, at: number): object {
  const mimeTypes = { audio: ['audio/opus'], video: ['video/vp8', 'video/h264'] };
  const capabilities = at % 3 === 0 ? {} : { capabilities: { send: mimeTypes, receive: mimeTypes } };
  const connection = snapshotOf(sender, at);
  return { roomId: sender.roomId, name: `Guest ${at % 1000}`, connection, ...capabilities };
}

/** Its Connection, as it might be told who reads it. */
export function snapshotOf(sender: Sender, at: number): object {
  const url = connectionOf(sender, at);
  const data = {
    scheme: 'connection',
    name: sender.roomId,
    owner: hypertyOf(sender),
    peer: conference,
    status: 'new',
    iceCandidates: [],
    publications: { microphone: { muted: false }, camera: { muted: at % 2 === 0 } },
  };
  const times = { created: '2026-01-05T10:00:00.000Z', lastModified: '2026-01-05T10:00:00.000Z' };
  const meta = {
    url,
    epoch: 'e',
    version: sender.version,
    schema: 'Connection',
    reporter: hypertyOf(sender),
  };
  return { ...meta, ...times, name: sender.roomId, data };
}
