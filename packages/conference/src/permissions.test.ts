import { type AccessGrant, type ParticipantId, type Role, roles, sources } from '@plenum/protocol';
import { describe, expect, test } from 'vitest';
import {
  type Action,
  actions,
  mayCreateRooms,
  mayDo,
  permissionsOf,
  publishable,
  type Target,
} from './permissions.ts';

const anActor = (role: Role, grant: AccessGrant = {}) => ({
  id: 'me' as ParticipantId,
  role,
  permissions: permissionsOf(role, grant),
});
const somebody = (role: Role, newRole?: Role): Target => ({
  id: 'other' as ParticipantId,
  role,
  newRole,
  isLastOwner: false,
});

/** owner, moderator, participant, listener: towards an ordinary participant. */
const expected: Readonly<Record<Action, readonly [boolean, boolean, boolean, boolean]>> = {
  leaveRoom: [true, true, true, true],
  raiseHand: [true, true, true, true],
  lowerHand: [true, true, false, false],
  openPrivateChat: [true, true, true, true],
  addResource: [true, true, true, true],
  sendData: [true, true, true, true],
  deleteResource: [true, true, false, false],
  inviteUsers: [true, true, false, false],
  createGuestToken: [true, true, false, false],
  observeLobby: [true, true, false, false],
  decideAdmission: [true, true, false, false],
  changeSettings: [true, true, false, false],
  muteParticipant: [true, true, false, false],
  allowSources: [true, true, false, false],
  setRole: [true, true, false, false],
  removeParticipant: [true, true, false, false],
  record: [true, true, false, false],
  broadcast: [true, true, false, false],
  closeRoom: [true, false, false, false],
};

describe('[C16] who may do what', () => {
  test('the table has every action', () => {
    expect(actions.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  test.each(actions.flatMap((action) => roles.map((role, index) => [role, action, expected[action][index]])))(
    '%s, %s: %s',
    (role, action, isAllowed) => {
      expect(mayDo(anActor(role as Role), action as Action, somebody('participant'))).toBe(isAllowed);
    },
  );
});

test.each([
  // actor, what the other is, what it is to be, allowed
  ['owner', 'participant', 'owner', true],
  ['owner', 'owner', 'listener', true],
  ['owner', 'listener', 'moderator', true],
  ['moderator', 'participant', 'listener', true],
  ['moderator', 'listener', 'participant', true],
  ['moderator', 'participant', 'moderator', false],
  ['moderator', 'participant', 'owner', false],
  ['moderator', 'moderator', 'participant', false],
  ['moderator', 'owner', 'participant', false],
  ['participant', 'listener', 'participant', false],
] as const)('[C16] a role: %s makes of a %s a %s: %s', (actor, role, newRole, isAllowed) => {
  expect(mayDo(anActor(actor), 'setRole', somebody(role, newRole))).toBe(isAllowed);
});

test('[C16] the last owner stays one, and everybody else who moderates may step down', () => {
  const oneself = (role: Role, newRole: Role, isLastOwner: boolean): Target => ({
    ...somebody(role, newRole),
    id: 'me' as ParticipantId,
    isLastOwner,
  });
  expect(mayDo(anActor('owner'), 'setRole', oneself('owner', 'participant', true))).toBe(false);
  expect(mayDo(anActor('owner'), 'setRole', oneself('owner', 'participant', false))).toBe(true);
  expect(mayDo(anActor('moderator'), 'setRole', oneself('moderator', 'listener', false))).toBe(true);
  expect(mayDo(anActor('moderator'), 'setRole', oneself('moderator', 'owner', false))).toBe(false);
  const another = { ...somebody('owner', 'participant'), isLastOwner: true };
  expect(mayDo(anActor('owner'), 'setRole', another)).toBe(false);
});

test('[C16] moderators neither remove nor silence owners, and nobody removes oneself', () => {
  for (const action of ['removeParticipant', 'allowSources'] as const) {
    expect(mayDo(anActor('moderator'), action, somebody('owner'))).toBe(false);
    expect(mayDo(anActor('moderator'), action, somebody('moderator'))).toBe(true);
    expect(mayDo(anActor('owner'), action, somebody('owner'))).toBe(true);
  }
  const oneself = { ...somebody('owner'), id: 'me' as ParticipantId };
  expect(mayDo(anActor('owner'), 'removeParticipant', oneself)).toBe(false);
  expect(mayDo(anActor('owner'), 'openPrivateChat', oneself)).toBe(false);
});

test('[C16] a token takes away, and gives leave to invite and to moderate', () => {
  expect(permissionsOf('participant', { invite: true, moderate: true })).toEqual({
    publish: sources,
    chat: true,
    invite: true,
    moderate: true,
    own: false,
  });
  expect(permissionsOf('owner', { publish: ['microphone'], data: false, moderate: false })).toEqual({
    publish: ['microphone'],
    chat: false,
    invite: true,
    moderate: false,
    own: false,
  });
  expect(permissionsOf('listener', { publish: ['camera'], data: true }).publish).toEqual([]);
});

test('[C16] what one may publish is what a moderator allows or else the role, never more than the token', () => {
  expect(publishable('participant', {}, undefined)).toEqual(sources);
  expect(publishable('participant', {}, ['camera'])).toEqual(['camera']);
  expect(publishable('listener', {}, ['microphone'])).toEqual(['microphone']);
  expect(publishable('listener', { publish: ['camera'] }, ['microphone'])).toEqual([]);
});

test.each([
  [{ isGuest: true, grant: {} }, true, true],
  [{ isGuest: true, grant: {} }, false, false],
  [{ isGuest: false, grant: {} }, false, true],
  [{ isGuest: false, grant: { createRooms: false } }, true, false],
  [{ isGuest: true, grant: { createRooms: true } }, false, true],
])('[C17] whether %o creates rooms where guests may (%s): %s', (caller, mayGuests, isAllowed) => {
  expect(mayCreateRooms(caller, mayGuests)).toBe(isAllowed);
});
