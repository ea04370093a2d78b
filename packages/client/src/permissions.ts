/** What one may do in a room, for buttons; the server decides. */
import type { ParticipantData } from '@plenum/protocol';
import type { RoomPermissions } from './conference-client-types.ts';

const none: RoomPermissions = {
  publish: [],
  chat: false,
  invite: false,
  moderate: false,
  own: false,
  createRooms: false,
};

/** The ones before where nothing changed, so that views need not draw them again. */
export function permissionsOf(
  self: ParticipantData | undefined,
  before: RoomPermissions = none,
): RoomPermissions {
  if (self === undefined) return before;
  const granted = Object.fromEntries(self.may.map((permission) => [permission, true]));
  const after = { ...none, ...granted, publish: self.mayPublish };
  return JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
