/**
 * A viewer of a broadcast who wants it at once (draft-ietf-wish-whep). It needs no session: it is in no room, and nobody is told of it
 * but by their number. Whoever knows the room's name, and the broadcast's key where it has one, may look on, as at the stream; a token that
 * is shown has to be good nevertheless.
 */
import type { ConferenceServer } from '@plenum/conference';
import type { TokenService } from '@plenum/messaging-node/tokens';
import { ConferenceError } from '@plenum/protocol';
import type { LinkRequest, OfferedLink } from '../http/offered/offered-link.ts';

export interface ViewerContext {
  readonly conference: Pick<ConferenceServer, 'enterAudience'>;
  readonly tokens: Pick<TokenService, 'verifyAccess'>;
}

/**
 * @throws ConferenceError `token-invalid`, `token-expired`, `token-for-another-room`, and as `ConferenceServer.enterAudience`.
 */
export async function openViewer(
  { conference, tokens }: ViewerContext,
  { roomId, offer, accessToken, key, origin, onEnded }: LinkRequest,
): Promise<OfferedLink> {
  if (accessToken !== undefined) {
    const { identity } = await tokens.verifyAccess(accessToken);
    const { room = roomId } = identity.grant ?? {};
    if (room !== roomId) throw new ConferenceError('token-for-another-room');
  }
  const { answer, iceServers, restartIce, close } = await conference.enterAudience(roomId, {
    offer,
    key,
    origin,
    onEnded,
  });
  return { answer, iceServers, restartIce, close: async () => close() };
}
