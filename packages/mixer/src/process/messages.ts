/** What is said between the server and its mixer: to a room's thread, and to the process that holds the threads. */
import type { EncoderSettings } from '../av/picture-encoder.ts';
import type { LiveEvent } from '../live/state.ts';
import type { PictureCodec } from '../picture/codec.ts';
import type { RecordedPart } from '../recording/mix-recorder.ts';
import type { StreamIdentity } from '../room/outgoing-stream.ts';
import type { Arrangement } from '../room/picture-mixer.ts';
import type { MixedParticipant } from '../room/room-mixer.ts';

export interface RoomSettings {
  readonly encoding: EncoderSettings;
  /** What the one picture is sent as. */
  readonly picture: StreamIdentity;
  /** The same smaller, while somebody wants it: `show-small`; undefined where nobody ever does. */
  readonly small?: { readonly encoding: EncoderSettings; readonly picture: StreamIdentity } | undefined;
  /** UDP port on 127.0.0.1 that everything is sent to, and comes from. */
  readonly remotePort: number;
  /** Of the font that names are written in (TrueType). */
  readonly fontFile: string;
}

export type RoomCommand =
  | { readonly type: 'add'; readonly participant: MixedParticipant }
  | { readonly type: 'remove'; readonly id: string }
  | { readonly type: 'arrange'; readonly arrangement: Arrangement }
  | { readonly type: 'show-small'; readonly isWanted: boolean }
  | { readonly type: 'record'; readonly recording: number; readonly request: RecordingRequest }
  | { readonly type: 'stop-recording'; readonly recording: number }
  | { readonly type: 'broadcast'; readonly broadcast: number }
  | { readonly type: 'stop-broadcast'; readonly broadcast: number }
  /** Whatever is being written is made whole; the thread then ends by itself. */
  | { readonly type: 'close' };

export interface RecordingRequest {
  /** Of the file, without its extension. */
  readonly path: string;
  /** Milliseconds, 500 or more: players can only jump to key frames. */
  readonly keyFrameEveryMs: number;
}

/** What is said to a thread that writes down single sources, and mixes nothing. */
export type TracksCommand =
  | { readonly type: 'record-track'; readonly recording: number; readonly request: TrackRequest }
  | Extract<RoomCommand, { readonly type: 'stop-recording' | 'close' }>;

export interface TracksSettings {
  /** UDP port on 127.0.0.1 that everything comes from. */
  readonly remotePort: number;
}

export interface TrackRequest {
  /** Of the file, without its extension. */
  readonly path: string;
  /** What its packets come as. */
  readonly ssrc: number;
  readonly codec: 'opus' | PictureCodec;
}

/** Recordings are told apart by a number that is never used again in their room. */
export type RecordingEvent =
  /** There is something in its file that can be played. */
  | { readonly type: 'recording-began'; readonly recording: number; readonly part: RecordedPart }
  /** As asked for; the file is whole. */
  | { readonly type: 'recording-stopped'; readonly recording: number }
  /** By itself; what was written until then can be played. */
  | {
      readonly type: 'recording-failed';
      readonly recording: number;
      readonly reason: string;
      readonly isDiskFull: boolean;
    };

/** Broadcasts are told apart by a number that is never used again in their room. */
export type BroadcastEvent =
  | { readonly type: 'live'; readonly broadcast: number; readonly event: LiveEvent }
  /** By itself; nothing comes after it. */
  | { readonly type: 'broadcast-failed'; readonly broadcast: number; readonly reason: string };

export type RoomEvent =
  | { readonly type: 'opened'; readonly port: number }
  /** Somebody could not be added; all else goes on. */
  | { readonly type: 'refused'; readonly id: string; readonly reason: string }
  | RecordingEvent
  | BroadcastEvent;

/** Rooms are told apart by a number that is never used again. */
export type MixerCommand =
  | { readonly type: 'open'; readonly room: number; readonly settings: RoomSettings }
  | { readonly type: 'open-tracks'; readonly room: number; readonly settings: TracksSettings }
  | { readonly type: 'tell'; readonly room: number; readonly command: RoomCommand | TracksCommand }
  | { readonly type: 'close'; readonly room: number };

export type MixerEvent =
  | { readonly type: 'told'; readonly room: number; readonly event: RoomEvent }
  /** By itself; final. */
  | { readonly type: 'ended'; readonly room: number; readonly reason: string };
