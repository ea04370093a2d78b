/** What a participant asks of its room by `execute`: one row for each method. */
import type { Progress } from '@plenum/hyperty';
import { ConferenceError, type ConferenceMethod, type ParamsOf, type ResultOf } from '@plenum/protocol';
import type { IssueIceServers } from './ice-servers.ts';
import {
  allowSources,
  changeSettings,
  checkMay,
  closeRoom,
  decideAdmission,
  muteParticipant,
  participantIn,
  raiseHand,
  removeParticipant,
  setRole,
} from './moderation.ts';
import type { Participant } from './participant.ts';
import type { Room } from './room.ts';

/** These are answered also to who is not in the room. */
type OpenMethod = 'joinRoom' | 'leaveRoom' | 'createRoom';
export type RoomMethod = Exclude<ConferenceMethod, OpenMethod>;

export interface GuestTokenClaims {
  readonly roomId: Room['id'];
  readonly role: 'participant' | 'listener';
  /** ISO 8601. */
  readonly expires: string;
  /** User URL. */
  readonly invitedBy: string;
}

export interface RoomMethodContext {
  readonly progress: Progress;
  readonly now: () => string;
  readonly mintGuestToken: ((claims: GuestTokenClaims) => Promise<string>) | undefined;
  readonly issueIceServers: IssueIceServers;
}

type Handlers = {
  readonly [M in RoomMethod]: (
    room: Room,
    actor: Participant,
    params: ParamsOf<M>,
    context: RoomMethodContext,
  ) => ResultOf<M> | Promise<ResultOf<M>>;
};

const handlers: Handlers = {
  setRole: answered(setRole),
  muteParticipant: answered(muteParticipant),
  allowSources: answered(allowSources),
  raiseHand: answered(raiseHand),
  removeParticipant: answered(removeParticipant),
  decideAdmission: answered(decideAdmission),
  changeSettings: answered(changeSettings),
  closeRoom: answered(closeRoom),
  openPrivateChat,
  inviteUsers,
  createGuestToken,
  startRecording: async (room, actor, { composite, tracks }) => {
    checkMay(room, actor, 'record');
    await room.outputs.startRecording({ composite, tracks });
    return {};
  },
  stopRecording: async (room, actor) => {
    checkMay(room, actor, 'record');
    await room.outputs.stopRecording();
    return {};
  },
  listRecordings: (room, actor) => {
    checkMay(room, actor, 'record');
    return room.outputs.listRecordings(actor);
  },
  startBroadcast: (room, actor, { key }) => {
    checkMay(room, actor, 'broadcast');
    // Whoever has the link would look on: where guests may not come in that is for the application to decide.
    if (room.settings.guests === 'refused') throw new ConferenceError('broadcast-unavailable');
    room.outputs.startBroadcast({ key });
    return {};
  },
  stopBroadcast: (room, actor) => {
    checkMay(room, actor, 'broadcast');
    room.outputs.stopBroadcast();
    return {};
  },
  renewIceServers: (_room, actor, _params, { issueIceServers }) => issueIceServers(actor.id),
};

/** @throws ConferenceError `not-authorized`, `participant-not-found` and what else the method says. */
export async function callRoomMethod<M extends RoomMethod>(
  method: M,
  room: Room,
  actor: Participant,
  params: ParamsOf<M>,
  context: RoomMethodContext,
): Promise<object> {
  const handler: Handlers[M] = handlers[method];
  return handler(room, actor, params, context);
}

/** Of what needs no answer but that it is done. */
function answered<P>(work: (room: Room, actor: Participant, params: P) => void) {
  return (room: Room, actor: Participant, params: P) => {
    work(room, actor, params);
    return {};
  };
}

function openPrivateChat(
  room: Room,
  actor: Participant,
  { participantId }: ParamsOf<'openPrivateChat'>,
): ResultOf<'openPrivateChat'> {
  checkMay(room, actor, 'openPrivateChat');
  const target = participantIn(room, participantId);
  // Who is only being let in is no more there than who waits.
  if (!target.isIn) throw new ConferenceError('participant-not-found');
  checkMay(room, actor, 'openPrivateChat', { target });
  return room.privateChats.open(actor, target);
}

async function inviteUsers(
  room: Room,
  actor: Participant,
  { users }: ParamsOf<'inviteUsers'>,
  { progress }: RoomMethodContext,
): Promise<ResultOf<'inviteUsers'>> {
  checkMay(room, actor, 'inviteUsers');
  const inviter = { name: actor.identity.name, userUrl: actor.userUrl };
  return { results: [...(await room.invitations.invite(inviter, users, () => progress()))] };
}

async function createGuestToken(
  room: Room,
  actor: Participant,
  { role, validForSeconds }: ParamsOf<'createGuestToken'>,
  { now, mintGuestToken }: RoomMethodContext,
): Promise<ResultOf<'createGuestToken'>> {
  checkMay(room, actor, 'createGuestToken');
  if (mintGuestToken === undefined) throw new ConferenceError('unknown-method');
  const expires = new Date(Date.parse(now()) + validForSeconds * 1000).toISOString();
  const token = await mintGuestToken({ roomId: room.id, role, expires, invitedBy: actor.userUrl });
  return { token, expires };
}
