export {
  type AddressFamily,
  type CandidateType,
  ConferenceError,
  type ConnectionStage,
  createBroadcastKey,
  type ErrorCode,
  isErrorCode,
  isRoomName,
  type ParticipantId,
  type RoomId,
  type Topology,
  type TransportProtocol,
} from '@plenum/protocol';
export { ConferenceClient } from './conference-client.ts';
export type * from './conference-client-types.ts';
export type {
  ConnectionPeer,
  ConnectionReport,
  StageReport,
} from './connections/connection-report.ts';
export { failureWords } from './connections/failure-words.ts';
export type { ConnectionPath } from './connections/path.ts';
export type {
  ConnectionPictures,
  IncomingPicture,
  OutgoingPicture,
  PictureAllotment,
  PictureMeasures,
} from './connections/pictures.ts';
export type { ConnectionTraffic } from './connections/traffic.ts';
export type { AddressCounts, ConnectionTries } from './connections/tries.ts';
export type * from './data/file-types.ts';
export { createLocalMedia } from './devices/local-media.ts';
export type * from './devices/local-media-types.ts';
export type { PacketTime } from './packet-time.ts';
export type { ClientPlatform } from './platform.ts';
export type * from './room-output-types.ts';
export { createSignal, mapSignal, type WritableSignal } from './signal.ts';
