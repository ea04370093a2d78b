import { type AccessGrant, parseRoomId, type RoomId, type RoomSettings } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { type AdmissionFacts, decideAdmission, type JoinDecision } from './admission.ts';
import { emptyMemory, RoomMemory } from './room-memory.ts';

const roomId = parseRoomId('standup');
const open: RoomSettings = {
  title: 'Standup',
  isLocked: false,
  hasLobby: false,
  guests: 'welcome',
  capacity: 10,
  defaultRole: 'participant',
};

interface Situation {
  readonly settings?: Partial<RoomSettings>;
  readonly grant?: AccessGrant;
  readonly isGuest?: boolean;
  readonly decision?: JoinDecision;
  readonly isOwning?: boolean;
  readonly present?: number;
  readonly remembers?: (memory: RoomMemory) => void;
}

const ann = 'user://acme.test/ann';

function ask(situation: Situation) {
  const memory = new RoomMemory(emptyMemory());
  situation.remembers?.(memory);
  const facts: AdmissionFacts = {
    roomId,
    settings: { ...open, ...situation.settings },
    caller: {
      userUrl: ann,
      name: undefined,
      isGuest: situation.isGuest ?? true,
      grant: situation.grant ?? {},
      origin: '198.18.0.1',
    },
    memory,
    decision: situation.decision ?? { admit: true },
    isOwning: situation.isOwning ?? false,
    present: situation.present ?? 0,
  };
  const admission = decideAdmission(facts);
  return admission.kind === 'refuse' ? admission.code : `${admission.kind} ${admission.role}`;
}

const owner = (memory: RoomMemory) => memory.giveRole(ann, 'owner');
const moderator = (memory: RoomMemory) => memory.giveRole(ann, 'moderator');
const invited = (memory: RoomMemory) => memory.invite(ann);
const known = (memory: RoomMemory) =>
  memory.remember('p1' as never, { userUrl: ann, name: 'Ann', isGuest: true, origin: '198.18.0.1' });
const here: AccessGrant = { room: roomId };
const closed: Partial<RoomSettings> = { isLocked: true, hasLobby: true, guests: 'refused' };

test.each<[string, Situation, string]>([
  ['anybody comes into an open room', {}, 'admit participant'],
  ['as the room’s default role', { settings: { defaultRole: 'listener' } }, 'admit listener'],
  ['who creates the room owns it', { isOwning: true }, 'admit owner'],
  ['unless the token says another role', { isOwning: true, grant: { role: 'listener' } }, 'admit listener'],
  ['the token’s role counts', { grant: { role: 'moderator' } }, 'admit moderator'],
  ['but what the room remembers more', { grant: { role: 'listener' }, remembers: owner }, 'admit owner'],
  [
    'and most the application',
    { decision: { admit: true, role: 'listener' }, remembers: owner },
    'admit listener',
  ],
  ['the application refuses anybody', { decision: { admit: false }, remembers: owner }, 'refused'],
  ['a token is for its room only', { grant: { room: 'other' as RoomId } }, 'token-for-another-room'],
  ['a locked room refuses', { settings: { isLocked: true } }, 'room-locked'],
  ['also who has a link for guests', { settings: { isLocked: true }, grant: here }, 'room-locked'],
  ['but no moderator', { settings: closed, remembers: moderator }, 'admit moderator'],
  ['nor who was invited', { settings: closed, remembers: invited }, 'admit participant'],
  ['nor who was lost and comes back', { settings: closed, remembers: known }, 'admit participant'],
  ['guests may be refused', { settings: { guests: 'refused' } }, 'guests-refused'],
  ['not those with a token', { settings: { guests: 'refused' }, isGuest: false }, 'admit participant'],
  ['nor with a link', { settings: { guests: 'refused' }, grant: here }, 'admit participant'],
  ['the lobby holds everybody', { settings: { hasLobby: true }, isGuest: false }, 'wait participant'],
  ['or guests', { settings: { guests: 'lobby' } }, 'wait participant'],
  ['or only them', { settings: { guests: 'lobby' }, isGuest: false }, 'admit participant'],
  ['but not who has a link', { settings: { hasLobby: true }, grant: here }, 'admit participant'],
  ['the application may hold anybody', { decision: { admit: 'wait' }, grant: here }, 'wait participant'],
  ['who does not moderate', { decision: { admit: 'wait' }, remembers: moderator }, 'admit moderator'],
  ['a full room refuses', { present: 10 }, 'capacity-exceeded'],
  ['whoever it is', { present: 10, remembers: owner }, 'capacity-exceeded'],
  ['a full room’s lobby still holds', { present: 10, settings: { hasLobby: true } }, 'wait participant'],
])('[C17] %s', (_what, situation, expected) => {
  expect(ask(situation)).toBe(expected);
});

const eve = { userUrl: 'user://acme.test/eve', isGuest: true, origin: '198.18.0.1' };

test('[C18] who is banned is refused before all else, guests also by where they come from', () => {
  const bannedAnn = (memory: RoomMemory) => {
    owner(memory);
    memory.ban({ userUrl: ann, isGuest: false, origin: '' }, () => true);
  };
  expect(ask({ remembers: bannedAnn })).toBe('banned');
  const bannedOrigin = (memory: RoomMemory) => memory.ban(eve, () => true);
  expect(ask({ remembers: bannedOrigin })).toBe('banned');
  expect(ask({ remembers: bannedOrigin, isGuest: false })).toBe('admit participant');
  const knownAnn = (memory: RoomMemory) => {
    known(memory);
    bannedOrigin(memory);
  };
  expect(ask({ remembers: knownAnn })).toBe('admit participant');
});
