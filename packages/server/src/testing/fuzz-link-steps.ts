/** What a client says of its own half of the link: its Connection object, and all that may be done to it. */
import { conference, connectionOf, type Draft, hypertyOf, type Sender, type Write } from './fuzz-drafts.ts';

const lastModified = '2026-01-05T10:00:02.000Z';

export const linkSteps = {
  answer: (sender, at, sdp) => {
    const asked = sender.knowledge.offer?.negotiation ?? 1;
    return update(sender, 'connectionDescription', {
      type: at % 11 === 0 ? 'offer' : 'answer',
      sdp,
      negotiation: at % 7 === 0 ? at % 4 : asked,
    });
  },
  'wish for an ICE restart': (sender, at) =>
    update(sender, 'iceRestart', at % 6 === 0 ? at % 3 : 1 + sender.version),
  publications: (sender, at) => {
    const camera = at % 3 === 0 ? {} : { camera: { muted: at % 2 === 0 } };
    const screen = at % 7 === 0 ? { screen: { muted: false, mutedBy: 'p1' } } : {};
    return update(sender, 'publications', { microphone: { muted: at % 5 === 0 }, ...camera, ...screen });
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
    return update(sender, attributes[at % attributes.length] ?? 'status', values[at % values.length]);
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
  'delete the object': (sender) => ({
    type: 'delete',
    from: connectionOf(sender),
    to: `${connectionOf(sender)}/changes`,
    body: { description: 'gone', error: { code: 'removed', retryable: false } },
  }),
} as const satisfies Readonly<Record<string, Write>>;

function update(sender: Sender, attribute: string, value: unknown): Draft {
  sender.version += 1;
  const from = connectionOf(sender);
  const body = { attribute, value, epoch: 'e', version: sender.version, lastModified };
  return { type: 'update', from, to: `${from}/changes`, body };
}

function wantedOf({ roomId, loot }: Sender, at: number): object {
  const length = at % 13 === 0 ? 1_024 : at % 5;
  const idAt = (index: number) => (at % 2 === 0 ? loot.people.get(roomId)?.[index] : undefined);
  return Object.fromEntries(
    Array.from({ length }, (_, index) => [idAt(index) ?? `p${(at + index) % 4_096}`, (at * index) % 2_000]),
  );
}

/** Its Connection, as it might be told who reads it. */
export function snapshotOf(sender: Sender, at: number): object {
  const data = {
    scheme: 'connection',
    name: sender.roomId,
    owner: hypertyOf(sender),
    peer: conference,
    status: 'new',
    iceCandidates: [],
    publications: { microphone: { muted: false }, camera: { muted: at % 2 === 0 } },
  };
  return {
    url: connectionOf(sender, at),
    epoch: 'e',
    version: sender.version,
    schema: 'Connection',
    reporter: hypertyOf(sender),
    created: '2026-01-05T10:00:00.000Z',
    lastModified: '2026-01-05T10:00:00.000Z',
    name: sender.roomId,
    data,
  };
}
