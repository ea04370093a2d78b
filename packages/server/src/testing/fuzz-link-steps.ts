/** What a client says of itself and of its half of the link: its Context and Connection, and all that may be done to them. */
import {
  conference,
  connectionOf,
  contextOf,
  type Draft,
  hypertyOf,
  otherOf,
  type Sender,
  type Write,
} from './fuzz-drafts.ts';

const lastModified = '2026-01-05T10:00:02.000Z';

export const linkSteps = {
  answer: (sender, at, sdp) => {
    const { negotiation = 1, url = connectionOf(sender, at + 1) } = sender.knowledge.offer ?? {};
    const description = {
      type: at % 11 === 0 ? 'offer' : 'answer',
      sdp,
      negotiation: at % 7 === 0 ? at % 4 : negotiation,
    };
    // The first answer is brought with the object, and so are a few others: for links anew, and at the wrong time.
    if (sender.knowledge.hasAnswered === url && at % 5 !== 0) {
      return update(sender, 'connectionDescription', description);
    }
    sender.knowledge.hasAnswered = url;
    return bring(sender, at, { inReplyTo: url, connectionDescription: description });
  },
  'wish for an ICE restart': (sender, at) =>
    update(sender, 'iceRestart', at % 6 === 0 ? at % 3 : 1 + sender.version),
  publications: (sender, at) => {
    const camera = at % 3 === 0 ? {} : { camera: { muted: at % 2 === 0 } };
    const screen = at % 7 === 0 ? { screen: { muted: false, mutedBy: 'p1' } } : {};
    return updateContext(sender, 'publications', {
      microphone: { muted: at % 5 === 0 },
      ...camera,
      ...screen,
    });
  },
  wanted: (sender, at) => update(sender, 'wanted', wantedOf(sender, at)),
  delta: (sender, at) => {
    const attributes = [
      'wanted.abc',
      'publications.camera.muted',
      'status',
      'iceCandidates',
      'name',
      'slots.0',
    ];
    const values = [0, true, 'connected', []];
    const write = at % 3 === 0 ? updateContext : update;
    return write(sender, attributes[at % attributes.length] ?? 'status', values[at % values.length]);
  },
  gap: (sender) => {
    sender.version += 3;
    return update(sender, 'status', 'connected');
  },
  'say the version': (sender, at) => {
    const from = connectionOf(sender);
    const body = { source: hypertyOf(sender), epoch: at % 3 === 0 ? 'f' : 'e', version: sender.version };
    return { type: 'update', from, to: `${from}/changes`, body };
  },
  respond: (sender, at) => ({
    type: 'response',
    from: at % 2 ? connectionOf(sender) : `${connectionOf(sender)}/subscription`,
    to: conference,
    body: { code: 200, value: { url: connectionOf(sender), version: at } },
  }),
  'delete the object': (sender, at) => {
    const from = at % 2 === 0 ? contextOf(sender) : connectionOf(sender);
    const body = { description: 'gone', error: { code: 'removed', retryable: false } };
    return { type: 'delete', from, to: `${from}/changes`, body };
  },
  'dismiss an observer': (sender, at) => ({
    type: 'delete',
    from: `${at % 2 === 0 ? contextOf(sender) : connectionOf(sender)}/subscription`,
    to: at % 3 === 0 ? conference : otherOf(sender, at),
    body: { description: 'gone', epoch: 'e', error: { code: 'removed', retryable: false } },
  }),
} as const satisfies Readonly<Record<string, Write>>;

function update(sender: Sender, attribute: string, value: unknown): Draft {
  sender.version += 1;
  const from = connectionOf(sender);
  const body = { attribute, value, epoch: 'e', version: sender.version, lastModified };
  return { type: 'update', from, to: `${from}/changes`, body };
}

function updateContext(sender: Sender, attribute: string, value: unknown): Draft {
  sender.contextVersion += 1;
  const from = contextOf(sender);
  const body = { attribute, value, epoch: 'e', version: sender.contextVersion, lastModified };
  return { type: 'update', from, to: `${from}/changes`, body };
}

function wantedOf({ roomId, loot }: Sender, at: number): object {
  const length = at % 13 === 0 ? 1_024 : at % 5;
  const idAt = (index: number) => (at % 2 === 0 ? loot.people.get(roomId)?.[index] : undefined);
  return Object.fromEntries(
    Array.from({ length }, (_, index) => [idAt(index) ?? `p${(at + index) % 4_096}`, (at * index) % 2_000]),
  );
}

/** Brings the conference its half of a link, or something like it. */
function bring(sender: Sender, at: number, about: object): Draft {
  const url = connectionOf(sender, at);
  const snapshot = connectionSnapshot(sender, at, about);
  const body = { resource: url, schema: 'Connection', value: snapshot };
  return { type: 'create', from: `${url}/subscription`, to: conference, body };
}

function connectionSnapshot(sender: Sender, at: number, about: object): object {
  const data = {
    scheme: 'connection',
    name: sender.roomId,
    owner: hypertyOf(sender),
    peer: conference,
    status: 'new',
    iceCandidates: [],
    ...about,
  };
  return snapshot(sender, 'Connection', { url: connectionOf(sender, at), version: sender.version, data });
}

function contextSnapshot(sender: Sender, at: number): object {
  const data = {
    scheme: 'context',
    name: sender.roomId,
    owner: hypertyOf(sender),
    publications: { microphone: { muted: false }, camera: { muted: at % 2 === 0 } },
  };
  return snapshot(sender, 'Context', { url: contextOf(sender, at), version: sender.contextVersion, data });
}

function snapshot(sender: Sender, schema: string, about: object): object {
  return {
    epoch: 'e',
    schema,
    reporter: hypertyOf(sender),
    created: '2026-01-05T10:00:00.000Z',
    lastModified: '2026-01-05T10:00:00.000Z',
    name: sender.roomId,
    ...about,
  };
}

/** Its objects, as they might be told who reads them or asks for one by its address. */
export function snapshotOf(sender: Sender, at: number, url: string = contextOf(sender)): object {
  return url.startsWith('connection:') ? connectionSnapshot(sender, at, {}) : contextSnapshot(sender, at);
}
