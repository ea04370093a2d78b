/** Mixes a room's media into one picture and one sound for each. */
export type { EncoderSettings } from './av/picture-encoder.ts';
export type { LayoutKind, Rectangle, Size } from './layout/layout.ts';
export type { PictureCodec } from './picture/codec.ts';
export type { StreamIdentity } from './room/outgoing-stream.ts';
export type { Arrangement } from './room/picture-mixer.ts';
export { type MixedParticipant, RoomMixer, type RoomMixerOptions } from './room/room-mixer.ts';
