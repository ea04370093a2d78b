/** What a stay is made of: the link to the media server, the links to the others, and the objects that the answer brings. */
import type { Clock } from '@plenum/hyperty';
import type { ParticipantId, ResultOf } from '@plenum/protocol';
import type { OpenSession } from './client-session.ts';
import { ConnectionWatch } from './connections/connection-watch.ts';
import type { IceRenewal } from './ice-renewal.ts';
import type { StayRequest } from './join-request.ts';
import { isMediaWanted } from './media-wanted.ts';
import { Mesh, type MeshEvents } from './mesh/mesh.ts';
import type { CreatePairLink } from './mesh/pair-link.ts';
import { parseCommunication, parseConnection } from './parse-objects.ts';
import type { StarParts } from './star.ts';
import type { CreateStarLink, StarLinkOptions } from './star-link.ts';

export interface StayPlatform {
  readonly createStarLink: CreateStarLink;
  readonly createPairLink: CreatePairLink;
  readonly clock: Clock;
}

export type WatchedLink = Pick<StarParts, 'link' | 'connection'>;

export function watchedLink(
  { clock, createStarLink }: StayPlatform,
  options: Omit<StarLinkOptions, 'onStage'>,
): WatchedLink {
  const connection = new ConnectionWatch({ peer: 'server', clock, getStats: () => link.getStats() });
  const link = createStarLink({ ...options, onStage: connection.handleFact });
  return { link, connection };
}

/** Rooms are for the media server unless somebody says otherwise. */
export function isStarLikely({ capabilities, topology = 'sfu' }: StayRequest): boolean {
  return isMediaWanted(capabilities) && (topology === 'sfu' || topology === 'mcu');
}

/** Links to the others, for who wants media; there are none before the room's plan asks for them. */
export function meshMaker(
  session: OpenSession,
  { roomId, capabilities, audioPacketTime }: StayRequest,
  localId: ParticipantId,
  iceRenewal: IceRenewal,
  { clock, createPairLink }: StayPlatform,
): ((events: MeshEvents) => Mesh) | undefined {
  if (!isMediaWanted(capabilities)) return undefined;
  const link = {
    audioPacketTime,
    get iceServers() {
      return iceRenewal.servers;
    },
  };
  const context = { session, roomId, localId, clock, createPairLink, link };
  return (events) => new Mesh(context, events);
}

/** All that the answer brings, or nothing. @throws ConferenceError `address-taken` where it is observed already. */
export function observe({ runtime, hypertyUrl }: OpenSession, joined: ResultOf<'joinRoom'>) {
  const { syncher } = runtime;
  const communication = syncher.adopt(joined.communication, hypertyUrl, parseCommunication);
  if (joined.connection === undefined) return { communication, server: undefined };
  try {
    return { communication, server: syncher.adopt(joined.connection, hypertyUrl, parseConnection) };
  } catch (thrown) {
    communication.release();
    throw thrown;
  }
}
