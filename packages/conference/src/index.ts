export type { JoinDecision } from './admission.ts';
export type { BroadcastChannel, BroadcastStation } from './broadcast-station.ts';
export {
  type ConferenceDump,
  ConferenceServer,
  type ConferenceServerOptions,
} from './conference-server.ts';
export type { JoinRequest } from './entry.ts';
export type { JoinRoomHandler } from './front-desk.ts';
export type { IssueIceServers } from './ice-servers.ts';
export { type ConferenceLimits, defaultConferenceLimits } from './limits.ts';
export { isModeratorOf } from './permissions.ts';
export type {
  KeptRecording,
  RecordingArchive,
  RecordingBeginning,
  RecordingNote,
  RecordingPassClaims,
  RecordingPlace,
} from './recording-archive.ts';
export type { RecordingWish } from './recording-content.ts';
export type { Room } from './room.ts';
export type { AudienceSeat, AudienceWish } from './room-audience.ts';
export type { BroadcastWish } from './room-broadcast.ts';
export type { RoomOptions } from './room-context.ts';
export type { GuestTokenClaims } from './room-methods.ts';
export {
  createMemoryRoomStore,
  type Member,
  type RoomRecord,
  type RoomStore,
  roomRecordSchema,
} from './room-store.ts';
