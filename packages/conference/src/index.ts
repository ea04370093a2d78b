export type { JoinDecision } from './admission.ts';
export {
  type ConferenceDump,
  ConferenceServer,
  type ConferenceServerOptions,
} from './conference-server.ts';
export type { JoinRequest, JoinRoomHandler } from './front-desk.ts';
export { type ConferenceLimits, defaultConferenceLimits } from './limits.ts';
export type { Room, RoomOptions } from './room.ts';
export type { GuestTokenClaims } from './room-methods.ts';
export {
  createMemoryRoomStore,
  type Member,
  type RoomRecord,
  type RoomStore,
  roomRecordSchema,
} from './room-store.ts';
