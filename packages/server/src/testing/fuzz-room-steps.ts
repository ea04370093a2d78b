/** What a participant asks of the conference server: every method that there is. */
import type { ConferenceMethod } from '@plenum/protocol';
import {
  ask,
  conference,
  type Draft,
  domain,
  hypertyOf,
  personOf,
  pick,
  type Sender,
  type Write,
  waitingOf,
} from './fuzz-drafts.ts';
import { snapshotOf } from './fuzz-link-steps.ts';

const mimeTypes = { audio: ['audio/opus'], video: ['video/vp8', 'video/h264'] };
const none = { audio: [], video: [] };
const sources = ['microphone', 'camera', 'screen', 'screen-audio'];
const roles = ['owner', 'moderator', 'participant', 'listener'];

/** A room that nobody attacks by name but in vain: it is locked. */
export const quietRoom = 'quiet';

export const roomSteps = {
  joinRoom: (sender, at) => execute(sender, 'joinRoom', joinParams(sender, at)),
  renewIceServers: (sender, at) => execute(sender, 'renewIceServers', inRoom(sender, at)),
  leaveRoom: (sender, at) => execute(sender, 'leaveRoom', inRoom(sender, at)),
  createRoom: (sender, at) =>
    execute(sender, 'createRoom', {
      roomId: at % 3 === 0 ? sender.roomId : `made-${at % 6}`,
      ...(at % 2 === 0 ? {} : { settings: settingsOf(at), topology: 'sfu' }),
    }),
  changeSettings: (sender, at) =>
    execute(sender, 'changeSettings', { ...inRoom(sender, at), settings: settingsOf(at) }),
  raiseHand: (sender, at) =>
    execute(sender, 'raiseHand', {
      ...inRoom(sender, at),
      isRaised: at % 2 === 0,
      ...(at % 3 === 0 ? { participantId: personOf(sender, at) } : {}),
    }),
  muteParticipant: (sender, at) =>
    execute(sender, 'muteParticipant', { ...about(sender, at), source: sources[at % sources.length] }),
  allowSources: (sender, at) =>
    execute(sender, 'allowSources', { ...about(sender, at), sources: sources.slice(at % 5) }),
  setRole: (sender, at) =>
    execute(sender, 'setRole', { ...about(sender, at), role: roles[at % roles.length] }),
  removeParticipant: (sender, at) =>
    execute(sender, 'removeParticipant', {
      ...about(sender, at),
      isBanned: at % 5 === 0,
      ...(at % 2 === 0 ? { reason: 'Enough.' } : {}),
    }),
  decideAdmission: (sender, at) =>
    execute(sender, 'decideAdmission', {
      ...inRoom(sender, at),
      participantId: waitingOf(sender, at),
      isAdmitted: at % 3 !== 0,
    }),
  inviteUsers: (sender, at) =>
    execute(sender, 'inviteUsers', { ...inRoom(sender, at), users: invited(sender, at) }),
  createGuestToken: (sender, at) =>
    execute(sender, 'createGuestToken', {
      ...inRoom(sender, at),
      ...(at % 2 === 0 ? { role: 'listener' } : { validForSeconds: 60 + (at % 3_000_000) }),
    }),
  startRecording: (sender, at) => execute(sender, 'startRecording', inRoom(sender, at)),
  startBroadcast: (sender, at) =>
    execute(sender, 'startBroadcast', {
      ...inRoom(sender, at),
      ...(at % 2 === 0 ? { key: 'a'.repeat(26) } : {}),
    }),
  stopBroadcast: (sender, at) => execute(sender, 'stopBroadcast', inRoom(sender, at)),
  stopRecording: (sender, at) => execute(sender, 'stopRecording', inRoom(sender, at)),
  listRecordings: (sender, at) => execute(sender, 'listRecordings', inRoom(sender, at)),
  openPrivateChat: (sender, at) => execute(sender, 'openPrivateChat', about(sender, at)),
  closeRoom: (sender, at) => execute(sender, 'closeRoom', { ...inRoom(sender, at), reason: 'The end.' }),
} as const satisfies Readonly<Record<ConferenceMethod, Write>>;

function execute(sender: Sender, method: ConferenceMethod, params: object): Draft {
  return ask(sender, 'execute', conference, { method, params });
}

function inRoom({ roomId }: Sender, at: number): { readonly roomId: string } {
  return { roomId: at % 31 === 30 ? quietRoom : roomId };
}

function about(sender: Sender, at: number): object {
  return { ...inRoom(sender, at), participantId: personOf(sender, at) };
}

function joinParams(sender: Sender, at: number): object {
  const { knowledge } = sender;
  const capabilities = [
    undefined,
    { send: mimeTypes, receive: mimeTypes },
    at % 2 === 0 ? { send: none, receive: mimeTypes } : undefined,
    { send: none, receive: none },
  ][at % 7];
  const before = at % 4 === 1 ? (knowledge.participantId ?? personOf(sender, at)) : undefined;
  return {
    ...inRoom(sender, at),
    name: `Guest ${at % 1000}`,
    context: snapshotOf(sender, at),
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(before === undefined ? {} : { participantId: before }),
  };
}

function settingsOf(at: number): object {
  const all = [
    { title: `Room ${at % 100}` },
    { hasLobby: true },
    { hasLobby: false },
    { guests: 'welcome' },
    { guests: 'lobby' },
    { capacity: 1 + (at % 40) },
    { defaultRole: at % 4 < 2 ? 'listener' : 'participant' },
    { isLocked: false },
    // Seldom, since who comes after is kept out.
    at % 5 === 0 ? { isLocked: true } : {},
    at % 5 === 0 ? { guests: 'refused' } : {},
    { capacity: 500, hasLobby: at % 3 === 0, title: 'Öffentlich' },
  ];
  return pick(all, at, {});
}

function invited(sender: Sender, at: number): readonly string[] {
  const { loot } = sender;
  const hyperties = loot.addresses.filter((address) => address.startsWith('hyperty:'));
  const others = Array.from({ length: 1 + (at % 3) }, (_, index) =>
    pick([...loot.users, ...hyperties], at + index, `user://${domain}/ann`),
  );
  return at % 6 === 0 ? [...others, hypertyOf(sender)] : others;
}
