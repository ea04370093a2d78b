/** What fuzzers find out: each of its own session, and all for each other, as thieves of tokens and addresses would. */

export type Json = Readonly<Record<string, unknown>>;

export interface Offer {
  /** The server's Connection that holds it. */
  readonly url: string;
  readonly sdp: string;
  readonly negotiation: number;
}

/** Of one session, as far as it has been told. */
export interface Knowledge {
  /** Whether the node has the session, as far as it said. */
  isOpen?: boolean;
  userUrl?: string;
  /** Whether it is in a room, as far as it was told. */
  isIn?: boolean;
  participantId?: string;
  resumeToken?: string;
  offer?: Offer;
  /** The server's Connection that it has brought an answer to. */
  hasAnswered?: string;
}

/** Of everybody in a round. */
export interface Loot {
  readonly addresses: string[];
  /** Participants' ids, by room. */
  readonly people: Map<string, string[]>;
  /** Ids of those who wait in lobbies, by room. */
  readonly waiting: Map<string, string[]>;
  /** Private chats. */
  readonly chats: string[];
  readonly users: string[];
  readonly guestTokens: string[];
  readonly sessions: Stolen[];
  /** Rooms that were asked for. */
  readonly rooms: Set<string>;
}

/** A session that somebody else may try to go on with. */
export interface Stolen {
  readonly sessionId: string;
  readonly resumeToken: string;
}

export function createLoot(addresses: readonly string[]): Loot {
  return {
    addresses: [...addresses],
    people: new Map(),
    waiting: new Map(),
    chats: [],
    users: [],
    guestTokens: [],
    sessions: [],
    rooms: new Set(),
  };
}

const kept = 48;

function remember<T>(list: T[], found: T | undefined): void {
  if (found === undefined || list.includes(found)) return;
  list.push(found);
  if (list.length > kept) list.shift();
}

function rememberIn(lists: Map<string, string[]>, roomId: string, found: string | undefined): void {
  const list = lists.get(roomId) ?? [];
  remember(list, found);
  lists.set(roomId, list);
}

/** With these a request to join ends, and another may do better. */
const keptOut: ReadonlySet<string> = new Set(['aborted', 'disconnected', 'room-closed', 'unsupported-media']);

interface Learner {
  readonly sessionId: string;
  readonly roomId: string;
  readonly knowledge: Knowledge;
  readonly loot: Loot;
}

/** Keeps what a message tells. */
export function learn({ type, from, body }: Json, learner: Learner): void {
  const { roomId, loot, knowledge } = learner;
  if (type === 'response') {
    const code = textAt(body, 'error', 'code') ?? '';
    if (code === 'session-required') knowledge.isOpen = false;
    if (keptOut.has(code)) knowledge.isIn = false;
    return learnFromAnswer(dig(body, 'value'), learner);
  }
  if (type === 'create' && String(from).includes('/children/'))
    remember(loot.chats, textAt(body, 'resource'));
  if (type === 'delete' && isEndOfStay(String(from))) knowledge.isIn = false;
  if (type !== 'update') return;
  const attribute = textAt(body, 'attribute') ?? '';
  const [first, second] = attribute.split('.');
  if (first === 'participants') rememberIn(loot.people, roomId, second);
  if (first === 'waiting') rememberIn(loot.waiting, roomId, second);
  if (attribute === 'connectionDescription') keepOffer(String(from), dig(body, 'value'), knowledge);
}

/** One is in the room no more, or the room is gone. */
function isEndOfStay(object: string): boolean {
  return /^comm:\/\/[^/]*\/[^/]*(\/subscription)?$/.test(object);
}

function learnFromAnswer(value: unknown, { sessionId, roomId, knowledge, loot }: Learner): void {
  const userUrl = textAt(value, 'userURL');
  if (userUrl !== undefined) Object.assign(knowledge, { userUrl, isOpen: true });
  remember(loot.users, userUrl);
  const participantId = textAt(value, 'participantId');
  if (participantId !== undefined) Object.assign(knowledge, { participantId, isIn: true });
  const resumeToken = textAt(value, 'resumeToken');
  if (resumeToken !== undefined) {
    knowledge.resumeToken = resumeToken;
    remember(loot.sessions, { sessionId, resumeToken });
  }
  remember(loot.guestTokens, textAt(value, 'token'));
  const url = textAt(value, 'url');
  if (url?.includes('/children/private-') === true) remember(loot.chats, url);
  for (const id of keysAt(value, 'communication', 'data', 'participants'))
    rememberIn(loot.people, roomId, id);
  for (const id of keysAt(value, 'data', 'waiting')) rememberIn(loot.waiting, roomId, id);
  const connection = textAt(value, 'connection', 'url');
  remember(loot.addresses, connection);
  keepOffer(connection ?? '', dig(value, 'connection', 'data', 'connectionDescription'), knowledge);
}

function keepOffer(url: string, description: unknown, knowledge: Knowledge): void {
  const sdp = textAt(description, 'sdp');
  if (sdp === undefined || textAt(description, 'type') !== 'offer') return;
  knowledge.offer = { url, sdp, negotiation: Number(dig(description, 'negotiation')) };
}

/** What is at a path of what came over the wire; undefined where it leads nowhere. */
export function dig(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Json)[key] : undefined),
    value,
  );
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = dig(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

function keysAt(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = dig(value, ...path);
  return typeof found === 'object' && found !== null ? Object.keys(found).slice(0, kept) : [];
}
