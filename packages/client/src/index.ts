export {
  ConferenceError,
  type ErrorCode,
  isErrorCode,
  isRoomName,
  type ParticipantId,
  type RoomId,
  type Topology,
} from '@plenum/protocol';
export { ConferenceClient } from './conference-client.ts';
export type * from './conference-client-types.ts';
export { createLocalMedia } from './devices/local-media.ts';
export type * from './devices/local-media-types.ts';
export type { PacketTime } from './packet-time.ts';
export type { ClientPlatform } from './platform.ts';
export { createSignal, mapSignal, type WritableSignal } from './signal.ts';
