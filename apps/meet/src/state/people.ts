/** Everybody in the room as the list shows them. */
import type { Participant, ParticipantId, Role, RoomPermissions } from '@plenum/client';
import { type PersonAction, personActions } from './person-actions.ts';
import { isSharing } from './shares.ts';
import { sameItems } from './signal.ts';

export interface PersonRow {
  readonly id: ParticipantId;
  readonly name: string;
  readonly isSelf: boolean;
  readonly role: Role;
  readonly isMuted: boolean;
  readonly isCameraOff: boolean;
  readonly isSharing: boolean;
  readonly maySpeak: boolean;
  readonly isReconnecting: boolean;
  readonly isUnreachable: boolean;
  /** 1 for whoever raised theirs first; undefined while it is down. */
  readonly handOrder: number | undefined;
  readonly actions: readonly PersonAction[];
}

/** Raised hands in their order. ISO 8601 of one server sorts as text does. */
export function handOrder(participants: readonly Participant[]): ReadonlyMap<ParticipantId, number> {
  const raised = participants.filter(({ hand }) => hand !== undefined);
  const inOrder = raised.toSorted((a, b) => ((a.hand ?? '') < (b.hand ?? '') ? -1 : 1));
  return new Map(inOrder.map(({ id }, index) => [id, index + 1]));
}

const byName = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

/** Raised hands first, in their order; then oneself, then the others by name. */
export function listPeople(
  participants: readonly Participant[],
  permissions: RoomPermissions,
): readonly PersonRow[] {
  const hands = handOrder(participants);
  return participants.map((person) => rowOf(person, hands.get(person.id), permissions)).toSorted(compareRows);
}

function compareRows(a: PersonRow, b: PersonRow): number {
  const hands = (a.handOrder ?? Number.MAX_SAFE_INTEGER) - (b.handOrder ?? Number.MAX_SAFE_INTEGER);
  return hands || Number(b.isSelf) - Number(a.isSelf) || byName.compare(a.name, b.name);
}

function rowOf(person: Participant, order: number | undefined, permissions: RoomPermissions): PersonRow {
  return {
    id: person.id,
    name: person.name,
    isSelf: person.isLocal,
    role: person.role,
    isMuted: person.microphone?.muted ?? true,
    isCameraOff: person.camera?.muted ?? true,
    isSharing: isSharing(person),
    maySpeak: person.mayPublish.includes('microphone'),
    isReconnecting: person.status === 'reconnecting',
    isUnreachable: person.status === 'unreachable',
    handOrder: order,
    actions: personActions(person, permissions),
  };
}

/** Whether the list would show the same. */
export function sameRow(a: PersonRow, b: PersonRow): boolean {
  const { actions: actionsA, ...factsA } = a;
  const { actions: actionsB, ...factsB } = b;
  return sameItems(Object.values(factsA), Object.values(factsB)) && sameItems(actionsA, actionsB);
}

/** From this many on there is a field to search. */
export const manyPeople = 12;

/** Those whose name has all the words, whatever their case and accents. */
export function searchPeople(rows: readonly PersonRow[], query: string): readonly PersonRow[] {
  const words = plain(query).split(/\s+/u).filter(Boolean);
  return rows.filter(({ name }) => words.every((word) => plain(name).includes(word)));
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
