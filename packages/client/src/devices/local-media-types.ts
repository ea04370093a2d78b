/** What an application sees of camera, microphone, screen and loudspeaker. */
import type { ConferenceError } from '@plenum/protocol';
import type { Signal } from '../conference-client-types.ts';

export type DeviceState =
  | { readonly name: 'off' }
  | { readonly name: 'starting' }
  | { readonly name: 'on'; readonly track: MediaStreamTrack; readonly deviceId: string }
  /** Could not be had: `device-not-found`, `device-in-use`, `permission-denied`, `insecure-page`. */
  | { readonly name: 'failed'; readonly error: ConferenceError };

export type ScreenState =
  | { readonly name: 'off' }
  /** The person is being asked what to share. */
  | { readonly name: 'starting' }
  /** `sound` is what is heard on it, where the browser can and the person wants it. */
  | { readonly name: 'on'; readonly track: MediaStreamTrack; readonly sound: MediaStreamTrack | undefined }
  /** Could not be had: `permission-denied` by the system, `device-in-use`, `insecure-page`, `internal`. */
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
  /** The same of a shared screen, which is captured for its details; 1440 and 15 unless given. */
  readonly screen?: { readonly height: number; readonly frameRate: number } | undefined;
  readonly cameraId?: string | undefined;
  readonly microphoneId?: string | undefined;
}

/**
 * Camera, microphone and screen of this browser, usable before a room is joined (preview) and handed to `joinRoom`. When
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
  /** What is shared of the screen; `off` again when the person ends it by the browser's own button. */
  readonly screen: Signal<ScreenState>;
  /** Whether this browser can: telephones cannot. */
  readonly canShareScreen: boolean;
  /**
   * Lets the person choose what to share; to be called in a click. Resolves when it is shared, has failed, or the person
   * chose nothing, which is no failure: the state is `off` then (never rejects).
   */
  startScreen(): Promise<void>;
  stopScreen(): void;
  startMicrophone(deviceId?: string): Promise<void>;
  /** Mutes; the device stays open so that unmuting is instant. */
  mute(): void;
  unmute(): Promise<void>;
  readonly muted: Signal<boolean>;
  setSpeaker(deviceId: string): void;
  /** Releases every device. May be called more than once. */
  close(): void;
}
