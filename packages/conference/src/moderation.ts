/** What participants ask for about themselves and each other, each with the leave it needs. */
import { ConferenceError, type ParamsOf, type ParticipantId, type Role } from '@plenum/protocol';
import type { Caller } from './caller.ts';
import type { Lobby } from './lobby.ts';
import type { Participant } from './participant.ts';
import { type Action, mayDo } from './permissions.ts';
import type { SettingsChange } from './room-description.ts';
import type { RoomMemory } from './room-memory.ts';

/** What moderation needs of a room. */
export interface ModeratedRoom {
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  readonly memory: Pick<RoomMemory, 'giveRole'>;
  readonly lobby: Pick<Lobby, 'decide'>;
  /** ISO 8601. */
  now(): string;
  show(participant: Participant): void;
  handleLeaveChanged(participant: Participant): void;
  changeSettings(changed: SettingsChange): void;
  removeParticipant(id: ParticipantId, reason: ConferenceError): void;
  ban(caller: Caller, reason: ConferenceError): void;
  close(reason: ConferenceError): void;
}

/** @throws ConferenceError `participant-not-found`. */
export function participantIn(
  { participants }: Pick<ModeratedRoom, 'participants'>,
  id: ParticipantId,
): Participant {
  const participant = participants.get(id);
  if (participant === undefined) throw new ConferenceError('participant-not-found');
  return participant;
}

/** @throws ConferenceError `not-authorized`. */
export function checkMay(
  room: Pick<ModeratedRoom, 'participants'>,
  actor: Participant,
  action: Action,
  about?: { readonly target: Participant; readonly newRole?: Role },
): void {
  const target =
    about === undefined
      ? undefined
      : {
          id: about.target.id,
          role: about.target.role,
          newRole: about.newRole,
          isLastOwner: isLastOwner(room, about.target),
        };
  if (!mayDo(actor, action, target)) throw new ConferenceError('not-authorized');
}

function isLastOwner({ participants }: Pick<ModeratedRoom, 'participants'>, target: Participant): boolean {
  const isOtherOwner = ({ id, role }: Participant) => role === 'owner' && id !== target.id;
  return target.role === 'owner' && ![...participants.values()].some(isOtherOwner);
}

/** Whoever does not moderate learns not even who is there. */
function targetOf(
  room: ModeratedRoom,
  actor: Participant,
  action: Action,
  { participantId, newRole }: { readonly participantId: ParticipantId; readonly newRole?: Role },
): Participant {
  checkMay(room, actor, action);
  const target = participantIn(room, participantId);
  checkMay(room, actor, action, newRole === undefined ? { target } : { target, newRole });
  return target;
}

export function setRole(room: ModeratedRoom, actor: Participant, params: ParamsOf<'setRole'>): void {
  const { participantId, role } = params;
  const target = targetOf(room, actor, 'setRole', { participantId, newRole: role });
  target.setRole(role);
  room.memory.giveRole(target.userUrl, role);
  room.handleLeaveChanged(target);
}

export function muteParticipant(
  room: ModeratedRoom,
  actor: Participant,
  params: ParamsOf<'muteParticipant'>,
): void {
  const target = targetOf(room, actor, 'muteParticipant', params);
  target.mute(params.source, actor.id);
  room.handleLeaveChanged(target);
}

export function allowSources(
  room: ModeratedRoom,
  actor: Participant,
  params: ParamsOf<'allowSources'>,
): void {
  const target = targetOf(room, actor, 'allowSources', params);
  target.allowSources(params.sources);
  room.handleLeaveChanged(target);
}

export function raiseHand(
  room: ModeratedRoom,
  actor: Participant,
  { participantId = actor.id, isRaised }: ParamsOf<'raiseHand'>,
): void {
  const isOwn = participantId === actor.id;
  if (!isOwn && isRaised) throw new ConferenceError('not-authorized');
  const target = isOwn ? actor : targetOf(room, actor, 'lowerHand', { participantId });
  target.setHand(isRaised ? room.now() : undefined);
  room.show(target);
}

export function removeParticipant(
  room: ModeratedRoom,
  actor: Participant,
  params: ParamsOf<'removeParticipant'>,
): void {
  const target = targetOf(room, actor, 'removeParticipant', params);
  // A ban is of the user: all their devices go, and so there must be leave for each.
  const devices = [...room.participants.values()].filter(({ userUrl }) => userUrl === target.userUrl);
  for (const device of params.isBanned ? devices : []) {
    checkMay(room, actor, 'removeParticipant', { target: device });
  }
  dismiss(room, target, params);
}

/** Removes somebody, who is shown the reason. Who is banned does not come back while the room lives. */
export function dismiss(
  room: Pick<ModeratedRoom, 'removeParticipant' | 'ban'>,
  { id, caller }: Participant,
  { isBanned, reason }: { readonly isBanned?: boolean | undefined; readonly reason?: string | undefined },
): void {
  if (isBanned === true) room.ban(caller, new ConferenceError('banned', reason));
  else room.removeParticipant(id, new ConferenceError('removed', reason));
}

export function decideAdmission(
  room: ModeratedRoom,
  actor: Participant,
  params: ParamsOf<'decideAdmission'>,
): void {
  checkMay(room, actor, 'decideAdmission');
  room.lobby.decide(params.participantId, params.isAdmitted, params.reason);
}

export function changeSettings(
  room: ModeratedRoom,
  actor: Participant,
  { settings }: ParamsOf<'changeSettings'>,
): void {
  checkMay(room, actor, 'changeSettings');
  room.changeSettings(settings);
}

export function closeRoom(room: ModeratedRoom, actor: Participant, { reason }: ParamsOf<'closeRoom'>): void {
  checkMay(room, actor, 'closeRoom');
  room.close(new ConferenceError('room-closed', reason));
}
