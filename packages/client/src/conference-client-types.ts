/** What an application sees of a conference. All values are snapshots: a change makes new ones. */
import type { ConferenceError, Kind, ParticipantId, RoomId, Source, Topology } from '@plenum/protocol';
import type { PacketTime } from './packet-time.ts';

/** A value that changes: read `current`, and be called after each change. What `subscribe` returns ends it. */
export interface Signal<T> {
  readonly current: T;
  subscribe(listener: (value: T) => void): () => void;
}

/** Somebody in the room, oneself included. */
export interface Participant {
  readonly id: ParticipantId;
  readonly name: string;
  /** Whether this is the own browser. */
  readonly isLocal: boolean;
  /** `connecting` until media can flow. */
  readonly status: 'connecting' | 'live';
  readonly userUrl: string;
  readonly hypertyUrl: string;
  /** What is published; a source that is absent is not. `muted` is what everybody sees as muted or stopped. */
  readonly microphone: Publication | undefined;
  readonly camera: Publication | undefined;
}

export interface Publication {
  readonly source: Source;
  readonly muted: boolean;
  /**
   * The track to show or play. Absent while muted, or while the participant has no slot (out of sight, or not
   * among the loudest): draw initials then.
   */
  readonly track: MediaStreamTrack | undefined;
}

/** Where the stay in a room stands. */
export type RoomState =
  | { readonly name: 'connecting' }
  | { readonly name: 'connected' }
  /** The link for media was interrupted; ICE tries to mend it. */
  | { readonly name: 'interrupted' }
  /** Final. `error` is absent after the own leaving. */
  | { readonly name: 'left'; readonly error: ConferenceError | undefined };

/** One's own stay in a room, from `joinRoom` until `leaveRoom`. */
export interface Room {
  readonly id: RoomId;
  readonly localParticipantId: ParticipantId;
  readonly state: Signal<RoomState>;
  /** In order of joining, oneself included; drawn from the Communication object. */
  readonly participants: Signal<readonly Participant[]>;
  /** Who speaks now, judged by what is heard here and by the own microphone; steady, updated within 200 ms. */
  readonly speaking: Signal<ReadonlySet<ParticipantId>>;
  /** Who is or was the last to speak, for layouts that follow the speaker. */
  readonly activeSpeaker: Signal<ParticipantId | undefined>;
  readonly topology: Signal<Topology>;
  readonly localMedia: LocalMedia;
  /** Tells which participants are on screen and how tall (CSS pixels times device pixel ratio); others get no video slot. */
  setVisible(heights: ReadonlyMap<ParticipantId, number>): void;
  /** Leaves; resolves when the server has confirmed or cannot be reached. May be called more than once. */
  leave(): Promise<void>;
  /** Statistics of the one RTCPeerConnection. */
  getStats(): Promise<RTCStatsReport>;
}

export type DeviceState =
  | { readonly name: 'off' }
  | { readonly name: 'starting' }
  | { readonly name: 'on'; readonly track: MediaStreamTrack; readonly deviceId: string }
  /** Could not be had: `device-not-found`, `device-in-use`, `permission-denied`, `insecure-page`. */
  | { readonly name: 'failed'; readonly error: ConferenceError };

export interface MediaDevice {
  readonly id: string;
  readonly kind: 'camera' | 'microphone' | 'speaker';
  /** As the browser names it; before permission was given, a numbered word such as *Camera 1*. */
  readonly label: string;
}

export interface LocalMediaOptions {
  /** Height in pixels and frames a second to capture at most; 720 and 30 unless given. */
  readonly video?: { readonly height: number; readonly frameRate: number } | undefined;
  readonly cameraId?: string | undefined;
  readonly microphoneId?: string | undefined;
}

/**
 * Camera and microphone of this browser, usable before a room is joined (preview) and handed to `joinRoom`. When
 * a device is unplugged another of its kind takes over; where there is none the state becomes `failed`.
 */
export interface LocalMedia {
  readonly camera: Signal<DeviceState>;
  readonly microphone: Signal<DeviceState>;
  readonly devices: Signal<readonly MediaDevice[]>;
  /** The chosen loudspeaker's id; empty is the system's. */
  readonly speakerId: Signal<string>;
  /** 0 (silence) to 1: the microphone's level now, for a meter; poll it once a frame. */
  level(): number;
  /** Turns the camera on; resolves when it is on or has failed (never rejects: see the state). */
  startCamera(deviceId?: string): Promise<void>;
  /** Stops the camera, light included. */
  stopCamera(): void;
  startMicrophone(deviceId?: string): Promise<void>;
  /** Mutes; the device stays open so that unmuting is instant. */
  mute(): void;
  unmute(): Promise<void>;
  readonly muted: Signal<boolean>;
  setSpeaker(deviceId: string): void;
  /** Releases every device. May be called more than once. */
  close(): void;
}

export interface ConferenceClientOptions {
  /** Where the server is; the page's own origin unless given. `http(s)` or `ws(s)`. */
  readonly serverUrl?: string | undefined;
  /** The domain of the conference server's addresses; the server's host name unless given. */
  readonly domain?: string | undefined;
  /** Requests reject with `timeout` after this long. 15,000 unless given. */
  readonly requestTimeoutMs?: number | undefined;
}

export interface JoinOptions {
  /** As others see it: 1 to 80 characters. */
  readonly name: string;
  /** What to publish. Without it one only listens and looks. */
  readonly localMedia?: LocalMedia | undefined;
  /** Applies when the visit creates the room. */
  readonly topology?: Topology | undefined;
  /**
   * Milliseconds of sound in each packet that is sent; 20 unless given. Longer packets spare weak devices and thin
   * networks work (16 instead of 50 packets a second at 60), and each one lost is missed more.
   */
  readonly audioPacketTime?: PacketTime | undefined;
  /** Ends the attempt; `joinRoom` then rejects with `aborted` and leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
}

/** The client conference hyperty: joins rooms and tells who comes and goes. */
export interface ConferenceClientApi {
  /** Opens the session ahead of `joinRoom`, which then takes one round trip. Not needed otherwise. */
  connect(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Enters a room, which the visit creates where it does not exist. Resolves once the server has admitted; media
   * follows (`room.state`).
   * @throws ConferenceError such as `refused`, `room-closed`, `capacity-exceeded`, `timeout`, `aborted`, `disconnected`.
   */
  joinRoom(roomId: string, options: JoinOptions): Promise<Room>;
  leaveRoom(roomId: string): Promise<void>;
  /** Called for everybody who enters a room that this client is in. What it returns ends it. */
  onNewParticipant(listener: (participant: Participant, room: Room) => void): () => void;
  onParticipantLeft(listener: (participant: Participant, room: Room) => void): () => void;
  /** Leaves all rooms and ends the session. */
  close(): Promise<void>;
}

export type { Kind };
