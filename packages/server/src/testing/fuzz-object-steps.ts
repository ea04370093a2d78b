/** What may be asked of objects and hyperties of others: the room, its child objects, and other clients. */
import {
  ask,
  conference,
  otherOf,
  personOf,
  pick,
  roomUrlOf,
  type Sender,
  type Write,
} from './fuzz-drafts.ts';

/** The room's chat mostly; the lobby, private chats, and children that there are not. */
function childOf(sender: Sender, at: number): string {
  const room = roomUrlOf(sender);
  const chat = `${room}/children/resources`;
  const others = [
    `${room}/children/lobby`,
    pick(sender.loot.chats, at, chat),
    pick(sender.loot.chats, at, chat),
    `${room}/children/nothing`,
    'comm://localhost/quiet/children/resources',
  ];
  return at % 2 === 0 ? chat : pick(others, Math.floor(at / 2), chat);
}

/** Often one's own. */
function resourceOf(sender: Sender, at: number): string {
  const author = at % 5 === 4 ? personOf(sender, at) : (sender.knowledge.participantId ?? 'p1');
  return `${author}-${at % 4}`;
}

function contentOf(at: number): object {
  const text = at % 17 === 16 ? 'long '.repeat(700) : `Line ${at % 1000} <b>\u202e☃</b>`;
  const file = { mimetype: 'text/plain', size: at % 100_000 };
  return { type: pick(['chat', 'file', 'link'], at, 'chat'), content: text, ...(at % 3 === 1 ? file : {}) };
}

export const objectSteps = {
  'write a resource': (sender, at) =>
    ask(sender, 'create', childOf(sender, at), { resource: resourceOf(sender, at), value: contentOf(at) }),
  'change a resource': (sender, at) =>
    ask(sender, 'update', childOf(sender, at), {
      resource: resourceOf(sender, at),
      value: contentOf(at + 1),
    }),
  'delete a resource': (sender, at) =>
    ask(sender, 'delete', childOf(sender, at), { resource: resourceOf(sender, at) }),
  'observe a child': (sender, at) => ask(sender, 'subscribe', `${childOf(sender, at)}/subscription`),
  'leave a child': (sender, at) => ask(sender, 'unsubscribe', `${childOf(sender, at)}/subscription`),
  'read a child': (sender, at) => ask(sender, 'read', childOf(sender, at)),
  'read the room': (sender) => ask(sender, 'read', roomUrlOf(sender)),
  'observe the room': (sender, at) =>
    ask(sender, at % 2 ? 'subscribe' : 'unsubscribe', `${roomUrlOf(sender)}/subscription`),
  'ask another': (sender, at) => {
    const type = pick(['read', 'subscribe', 'execute', 'create'], at, 'read');
    const body = type === 'execute' ? { method: 'x', params: {} } : {};
    return ask(sender, type, otherOf(sender, at), body);
  },
  'pretend to be the room': (sender, at) => ({
    type: pick(['update', 'delete', 'create'], at, 'update'),
    from: `${childOf(sender, at)}${at % 2 === 0 ? '' : '/subscription'}`,
    to: at % 3 === 0 ? `${childOf(sender, at)}/changes` : otherOf(sender, at),
    body: { attribute: 'resources', value: {}, epoch: 'e', version: at % 9 },
  }),
  forward: (sender, at) => {
    const to = at % 2 ? conference : otherOf(sender, at);
    return ask(sender, 'forward', to, { message: { id: 1 } });
  },
} as const satisfies Readonly<Record<string, Write>>;
