/**
 * Who comes in, who waits, who is refused: one pure function, asked in this order.
 *
 * | question                                    | otherwise                | who passes all the same             |
 * |---------------------------------------------|--------------------------|-------------------------------------|
 * | is one banned?                              | `banned`                 |                                     |
 * | is the token for another room?              | `token-for-another-room` |                                     |
 * | does the application refuse?                | `refused`, its reason    |                                     |
 * | is the room locked?                         | `room-locked`            | moderators, invited, known          |
 * | are guests refused?                         | `guests-refused`         | the same, and tokens for this room  |
 * | does the application or the room hold them? | waits                    | the same, and tokens for this room  |
 * | is the room full?                           | `capacity-exceeded`      |                                     |
 *
 * Known is who was in before and did not leave for good: lost, or swept out by a restart of the server. What the
 * application holds is not let pass by a token, nor by being invited or known.
 */
import type { ErrorCode, Role, RoomId, RoomSettings } from '@plenum/protocol';
import type { Caller } from './caller.ts';
import { permissionsOf } from './permissions.ts';
import type { RoomMemory } from './room-memory.ts';

/** What the application says of somebody who asks to join. */
export type JoinDecision =
  /** The role is theirs whatever their token says. */
  | { readonly admit: true; readonly role?: Role | undefined }
  /** The reason is shown to the person who asked. */
  | { readonly admit: false; readonly reason?: string | undefined }
  /** Held in the lobby until a moderator decides. */
  | { readonly admit: 'wait' };

export type Admission =
  | { readonly kind: 'admit'; readonly role: Role }
  | { readonly kind: 'wait'; readonly role: Role }
  | { readonly kind: 'refuse'; readonly code: ErrorCode; readonly reason?: string | undefined };

export interface AdmissionFacts {
  readonly roomId: RoomId;
  readonly settings: RoomSettings;
  readonly caller: Caller;
  readonly memory: Pick<RoomMemory, 'roleOf' | 'isBanned' | 'isInvited' | 'isMember'>;
  readonly decision: JoinDecision;
  /** Whether this visit creates the room, and so owns it; who sends from outside does not. */
  readonly isOwning: boolean;
  /** Others in the room. */
  readonly present: number;
}

export function decideAdmission(facts: AdmissionFacts): Admission {
  const { roomId, settings, caller, memory, decision, present } = facts;
  const { grant, isGuest, userUrl } = caller;
  if (memory.isBanned(caller)) return { kind: 'refuse', code: 'banned' };
  if (grant.room !== undefined && grant.room !== roomId) {
    return { kind: 'refuse', code: 'token-for-another-room' };
  }
  if (decision.admit === false) return { kind: 'refuse', code: 'refused', reason: decision.reason };

  const role = roleFor(facts);
  const { moderate } = permissionsOf(role, grant);
  const isExpected = moderate || memory.isInvited(userUrl) || memory.isMember(userUrl);
  const isVouchedFor = isExpected || grant.room === roomId;
  if (settings.isLocked && !isExpected) return { kind: 'refuse', code: 'room-locked' };
  if (settings.guests === 'refused' && isGuest && !isVouchedFor) {
    return { kind: 'refuse', code: 'guests-refused' };
  }
  const isHeldByRoom = (settings.hasLobby || (isGuest && settings.guests === 'lobby')) && !isVouchedFor;
  const isHeldByApplication = decision.admit === 'wait' && !moderate;
  if (isHeldByRoom || isHeldByApplication) return { kind: 'wait', role };
  return present < settings.capacity ? { kind: 'admit', role } : full(settings);
}

function full({ capacity }: RoomSettings): Admission {
  return { kind: 'refuse', code: 'capacity-exceeded', reason: fullText(capacity) };
}

/** What who finds no place is told. */
export function fullText(capacity: number): string {
  return `The room is full: it holds ${capacity}.`;
}

/** The application's word first, then what the room remembers, then the token's. */
function roleFor({ caller, memory, decision, isOwning, settings }: AdmissionFacts): Role {
  const given = decision.admit === true ? decision.role : undefined;
  const byVisit = isOwning ? 'owner' : settings.defaultRole;
  return given ?? memory.roleOf(caller.userUrl) ?? caller.grant.role ?? byVisit;
}
