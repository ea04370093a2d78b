/** What the steps of fuzzers are made from: who sends, and messages before they get their id. */
import type { Knowledge, Loot } from './fuzz-knowledge.ts';

/** Who sends, and what it knows. */
export interface Sender {
  readonly sessionId: string;
  readonly roomId: string;
  /** An access token; guests have none. */
  readonly pass: string | undefined;
  readonly knowledge: Knowledge;
  readonly loot: Loot;
  /** Version of its Context, and of its Connection; raised by what is published. */
  contextVersion: number;
  version: number;
  nextId: number;
}

export interface Draft {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly body: object;
}

/** @param at Chooses among the variants of a step. @param sdp For an answer. */
export type Write = (sender: Sender, at: number, sdp: string) => Draft;

export const domain = 'localhost';
export const nodeService = (service: string) => `domain://msg-node.${domain}/${service}`;
export const registry = `domain://registry.${domain}`;
export const conference = `hyperty://${domain}/conference`;

export const runtimeOf = ({ sessionId }: Sender) => `runtime://${domain}/${sessionId}`;
export const hypertyOf = ({ sessionId }: Sender) => `hyperty://${domain}/${sessionId}/client`;
/** Mostly the first; a few others are for stays anew. */
export const contextOf = ({ sessionId }: Sender, at = 0) =>
  `context://${domain}/${sessionId}/${at % 9 === 8 ? `${at % 4}` : 'c'}`;
/** The same for links. */
export const connectionOf = ({ sessionId }: Sender, at = 0) =>
  `connection://${domain}/${sessionId}/${at % 9 === 8 ? `${at % 4}` : 'c'}`;
export const roomUrlOf = ({ roomId }: Sender) => `comm://${domain}/${roomId}`;

export function pick<T>(list: readonly T[], at: number, otherwise: T): T {
  return list[at % Math.max(1, list.length)] ?? otherwise;
}

export const otherOf = ({ loot }: Sender, at: number) => pick(loot.addresses, at, conference);
const inRoomOf = ({ roomId }: Sender, lists: ReadonlyMap<string, readonly string[]>) =>
  lists.get(roomId) ?? [];

/** The id of somebody in the room: often one's own. */
export const personOf = (sender: Sender, at: number) =>
  at % 4 === 0
    ? (sender.knowledge.participantId ?? 'p1')
    : pick(inRoomOf(sender, sender.loot.people), at, 'p1');
export const waitingOf = (sender: Sender, at: number) =>
  pick(inRoomOf(sender, sender.loot.waiting), at, 'p1');

export function ask(sender: Sender, type: string, to: string, body: object = {}): Draft {
  return { type, from: hypertyOf(sender), to, body };
}

export function fromRuntime(sender: Sender, type: string, service: string, body: object): Draft {
  return { type, from: runtimeOf(sender), to: nodeService(service), body };
}
