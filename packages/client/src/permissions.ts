/** What one may do in a room, for buttons; the server decides. */
import type { ParticipantData } from '@plenum/protocol';
import type { RoomPermissions } from './conference-client-types.ts';

const none: RoomPermissions = { publish: [], chat: false, invite: false, moderate: false, own: false };

/** The ones before where nothing changed, so that views need not draw them again. */
export function permissionsOf(
  self: ParticipantData | undefined,
  before: RoomPermissions = none,
): RoomPermissions {
  if (self === undefined) return before;
  const { role, mayPublish } = self;
  const moderates = role === 'owner' || role === 'moderator';
  const after = {
    publish: mayPublish,
    chat: true,
    invite: moderates,
    moderate: moderates,
    own: role === 'owner',
  };
  return JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
