/** Who may do what: what a role brings, what a token takes away or gives, and which of it each request needs. */
import {
  type AccessGrant,
  type ParticipantId,
  type Permission,
  permissions,
  type Role,
  type RoomId,
  roles,
  type Source,
  sources,
} from '@plenum/protocol';

/** What a role and a token make of somebody in a room. To open other rooms is not the room's to allow: `mayCreateRooms`. */
export interface Permissions extends Readonly<Record<Exclude<Permission, 'createRooms'>, boolean>> {
  /** What it may publish, unless a moderator says otherwise. */
  readonly publish: readonly Source[];
}

const everything = {
  publish: sources,
  chat: true,
  invite: true,
  moderate: true,
  own: true,
};
const nothing = { publish: [], invite: false, moderate: false, own: false };

const byRole: Readonly<Record<Role, Permissions>> = {
  owner: everything,
  moderator: { ...everything, own: false },
  participant: { ...nothing, publish: sources, chat: true },
  listener: { ...nothing, chat: true },
};

/** What one may do in a room, by role and token. A token takes sources and data away; it gives no sources. */
export function permissionsOf(role: Role, grant: AccessGrant = {}): Permissions {
  const base = byRole[role];
  return {
    publish: base.publish.filter((source) => mayPublishByGrant(grant, source)),
    chat: base.chat && grant.data !== false,
    invite: grant.invite ?? base.invite,
    moderate: grant.moderate ?? base.moderate,
    own: base.own && grant.moderate !== false,
  };
}

/** Whether a token makes its bearer one who moderates that room, whoever else says so there. */
export function isModeratorOf(roomId: RoomId, { role = 'listener', ...grant }: AccessGrant): boolean {
  return (grant.room ?? roomId) === roomId && permissionsOf(role, grant).moderate;
}

/** What somebody may publish now: what a moderator allows, or else the role; but never more than the token. */
export function publishable(
  role: Role,
  grant: AccessGrant,
  allowed: readonly Source[] | undefined,
): readonly Source[] {
  if (allowed === undefined) return permissionsOf(role, grant).publish;
  return sources.filter((source) => allowed.includes(source) && mayPublishByGrant(grant, source));
}

function mayPublishByGrant({ publish }: AccessGrant, source: Source): boolean {
  return publish === undefined || publish.includes(source);
}

/** Whether a visit, or a request, may open a room that is not there. */
export function mayCreateRooms(
  { isGuest, grant }: { readonly isGuest: boolean; readonly grant: AccessGrant },
  mayGuestsCreateRooms: boolean,
): boolean {
  return grant.createRooms ?? (!isGuest || mayGuestsCreateRooms);
}

/** What somebody is told that they may do besides publishing. A token for one room opens no other. */
export function permissionsToTell(
  own: Permissions,
  caller: { readonly isGuest: boolean; readonly grant: AccessGrant },
  mayGuestsCreateRooms: boolean,
): readonly Permission[] {
  const createRooms = caller.grant.room === undefined && mayCreateRooms(caller, mayGuestsCreateRooms);
  const all: Readonly<Record<Permission, boolean>> = { ...own, createRooms };
  return permissions.filter((permission) => all[permission]);
}

/** Somebody in a room, as far as leave to do things depends on it. */
export interface Actor {
  readonly id: ParticipantId;
  readonly role: Role;
  readonly permissions: Permissions;
}

/** Whom it concerns. */
export interface Target {
  readonly id: ParticipantId;
  readonly role: Role;
  /** The role that it is to have. */
  readonly newRole?: Role | undefined;
  /** Whether nobody else in the room owns it. */
  readonly isLastOwner: boolean;
}

interface Rule {
  readonly needs?: 'chat' | 'invite' | 'moderate' | 'own';
  /** With respect to whom; absent: to anybody. */
  readonly towards?: (actor: Actor, target: Target) => boolean;
}

const isOneself = (actor: Actor, target: Target) => actor.id === target.id;
const isNoOwner = (actor: Actor, target: Target) => actor.permissions.own || target.role !== 'owner';
const isLess = (one: Role, other: Role) => roles.indexOf(one) > roles.indexOf(other);
const isPlain = (role: Role | undefined) => role === 'participant' || role === 'listener';

/** Owners give any role, moderators make participants of listeners and the reverse; everybody may step down. */
function mayGiveRole(actor: Actor, target: Target): boolean {
  const { role, newRole = role, isLastOwner } = target;
  if (isLastOwner && newRole !== 'owner') return false;
  if (actor.permissions.own) return true;
  if (isOneself(actor, target)) return !isLess(role, newRole);
  return isPlain(role) && isPlain(newRole);
}

/** What each request needs of somebody who is in the room. */
const rules = {
  leaveRoom: {},
  raiseHand: {},
  lowerHand: { needs: 'moderate' },
  openPrivateChat: { needs: 'chat', towards: (actor, target) => !isOneself(actor, target) },
  addResource: { needs: 'chat' },
  sendData: { needs: 'chat' },
  deleteResource: { needs: 'moderate' },
  inviteUsers: { needs: 'invite' },
  createGuestToken: { needs: 'invite' },
  observeLobby: { needs: 'moderate' },
  decideAdmission: { needs: 'moderate' },
  changeSettings: { needs: 'moderate' },
  muteParticipant: { needs: 'moderate' },
  allowSources: { needs: 'moderate', towards: isNoOwner },
  setRole: { needs: 'moderate', towards: mayGiveRole },
  // To go oneself is to leave.
  removeParticipant: {
    needs: 'moderate',
    towards: (actor, target) => isNoOwner(actor, target) && !isOneself(actor, target),
  },
  // To start, to stop, and to see what was recorded.
  record: { needs: 'moderate' },
  // To start, and to stop.
  broadcast: { needs: 'moderate' },
  closeRoom: { needs: 'own' },
} as const satisfies Readonly<Record<string, Rule>>;

export type Action = keyof typeof rules;
export const actions = Object.keys(rules) as Action[];

/** Whether somebody in a room may do that, and to whom it concerns where it concerns one. */
export function mayDo(actor: Actor, action: Action, target?: Target): boolean {
  const { needs, towards }: Rule = rules[action];
  if (needs !== undefined && !actor.permissions[needs]) return false;
  return target === undefined || towards === undefined || towards(actor, target);
}
