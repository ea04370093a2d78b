/** The port to a mixer: decodes, puts together and encodes, in a process that the media server only sends packets to. */
import type {
  MixBroadcast,
  MixBroadcastOptions,
  MixCodec,
  MixLayout,
  MixMark,
  MixRecording,
  MixRecordingOptions,
} from './media-server.ts';

export interface Mixer {
  /** @throws Error why a room cannot be had, such as that there is none left. */
  openRoom(options: MixerRoomOptions): Promise<MixerRoom>;
  /** Where single sources are written down, without decoding them. @throws Error as `openRoom`. */
  openTracks(options: MixerTracksOptions): Promise<MixerTracks>;
}

export type MixerTracksOptions = Pick<MixerRoomOptions, 'people' | 'remotePort' | 'onEnded'>;

export interface MixerTracks {
  /** UDP port on 127.0.0.1 that it sends from, and receives on. */
  readonly port: number;
  /** Writes one source into a file. */
  record(request: MixerTrackRequest): MixRecording;
  /** May be called more than once. */
  close(): void;
}

export interface MixerTrackRequest extends Omit<MixerRecordingRequest, 'keyFrameEveryMs'> {
  readonly ssrc: number;
  readonly codec: 'opus' | MixCodec;
}

/** A stream of packets as the mixer sends it. */
export interface MixedStream {
  readonly ssrc: number;
  readonly payloadType: number;
}

export interface MixerEncoding {
  readonly codec: MixCodec;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly bitrateBps: number;
}

export interface MixerRoomOptions {
  readonly encoding: MixerEncoding;
  /** What the picture is sent as. */
  readonly picture: MixedStream;
  /** The same smaller: see `MixerRoom.showSmall`. It has half of the frames, whatever is said. */
  readonly small: { readonly encoding: MixerEncoding; readonly picture: MixedStream };
  /** Who will be in it, for the mixer's reckoning of what it can do. */
  readonly people: number;
  /** Which is closed as soon as this one is open: both are only there for a moment, and it is counted as one. */
  readonly replaces?: MixerRoom | undefined;
  /** Half of what the mixer may do is left for others. */
  readonly isUnasked?: boolean | undefined;
  /** UDP port on 127.0.0.1 that the room sends to, and receives from. */
  readonly remotePort: number;
  /** It ended by itself; not called after `close()`. */
  readonly onEnded: (reason: string) => void;
}

export interface MixerInput {
  readonly id: string;
  /** Who does not hear it, though they are another input. */
  readonly ownerId: string;
  readonly name: string;
  readonly marks?: readonly MixMark[] | undefined;
  readonly voice: { readonly ssrc: number } | undefined;
  readonly picture: { readonly ssrc: number; readonly codec: MixCodec } | undefined;
  /** What it hears is sent as; undefined where it does not listen. */
  readonly hears: MixedStream | undefined;
}

export interface MixerRecordingRequest
  extends Pick<MixRecordingOptions, 'path' | 'keyFrameEveryMs' | 'onBegan'> {
  /** It ended by itself; not called where the room ends, nor after `stop`. */
  readonly onFailed: (failure: { readonly reason: string; readonly isDiskFull: boolean }) => void;
}

export interface MixerBroadcastRequest extends Pick<MixBroadcastOptions, 'onEvent'> {
  /** It ended by itself; not called where the room ends, nor after `stop`. */
  readonly onFailed: (reason: string) => void;
}

export interface MixerRoom {
  /** UDP port on 127.0.0.1 that it sends from, and receives on. */
  readonly port: number;
  /** Adds an input, or takes over what is another of it now. */
  add(input: MixerInput): void;
  remove(id: string): void;
  arrange(arrangement: { readonly kind: MixLayout; readonly order: readonly string[] }): void;
  /** Sends the picture smaller as well, from soon on, or no more. */
  showSmall(isWanted: boolean): void;
  /** Writes the picture and everybody's sound into a file. */
  record(request: MixerRecordingRequest): MixRecording;
  /** Makes a live stream of the picture and everybody's sound. */
  broadcast(request: MixerBroadcastRequest): MixBroadcast;
  /** May be called more than once. */
  close(): void;
}
