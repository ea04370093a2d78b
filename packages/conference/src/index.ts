export {
  type ConferenceDump,
  ConferenceServer,
  type ConferenceServerOptions,
  type JoinDecision,
  type JoinRoomHandler,
} from './conference-server.ts';
export { type ConferenceLimits, defaultConferenceLimits } from './limits.ts';
export type { JoinRequest, Room, RoomOptions } from './room.ts';
