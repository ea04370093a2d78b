/** The server's Connection to one participant, as it is at first: the offer, who is in which slot, and what one may do. */
import type { HypertyRuntime } from '@plenum/hyperty';
import type { MediaConnection } from '@plenum/media';
import {
  type ConnectionData,
  type HypertyUrl,
  type PermissionsData,
  type RoomId,
  randomWord,
} from '@plenum/protocol';
import type { Participant } from './participant.ts';
import { describeOffer, type ParticipantLink } from './participant-link.ts';
import { mayCreateRooms } from './permissions.ts';

export interface ServerConnectionContext {
  readonly roomId: RoomId;
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
  readonly mayGuestsCreateRooms: boolean;
}

export function reportServerConnection(
  participant: Participant,
  { hypertyUrl }: ParticipantLink,
  media: MediaConnection | undefined,
  context: ServerConnectionContext,
) {
  const { runtime, conferenceUrl, roomId } = context;
  return runtime.syncher.create<ConnectionData>({
    // Of its own for each link: what is said of the end of one is not to be taken for another's.
    url: `connection://${runtime.domain}/conference/${participant.id}-${randomWord(8)}`,
    reporter: conferenceUrl,
    schema: 'Connection',
    name: roomId,
    data: {
      scheme: 'connection',
      name: roomId,
      owner: conferenceUrl,
      peer: hypertyUrl,
      status: 'new',
      iceCandidates: [],
      permissions: permissionsToTell(participant, context),
      ...(media === undefined ? {} : describeOffer(media)),
    },
  });
}

/** What somebody may publish is for everybody to see, and not in here. */
export function permissionsToTell(
  { permissions, caller }: Participant,
  { mayGuestsCreateRooms }: Pick<ServerConnectionContext, 'mayGuestsCreateRooms'>,
): PermissionsData {
  const { chat, invite, moderate, own } = permissions;
  // A token for one room opens no other.
  const createRooms = caller.grant.room === undefined && mayCreateRooms(caller, mayGuestsCreateRooms);
  return { chat, invite, moderate, own, createRooms };
}
