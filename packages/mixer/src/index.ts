/** Mixes a room's media into one picture and one sound for each, and writes them down. */
export type { EncoderSettings } from './av/picture-encoder.ts';
export { type LayoutKind, layOut, type Rectangle, type Size } from './layout/layout.ts';
export { LivePackager, type LivePackagerOptions } from './live/packager.ts';
export type { LiveEvent } from './live/state.ts';
export type { PictureCodec } from './picture/codec.ts';
export { MixRecorder, type MixRecorderOptions, type RecordedPart } from './recording/mix-recorder.ts';
export { TrackRecorder, type TrackRecorderOptions } from './recording/track-recorder.ts';
export type { StreamIdentity } from './room/outgoing-stream.ts';
export type { Arrangement } from './room/picture-mixer.ts';
export { type MixedParticipant, RoomMixer, type RoomMixerOptions } from './room/room-mixer.ts';
export type { MixedPicture, MixedSound, MixTap } from './room/tap.ts';
