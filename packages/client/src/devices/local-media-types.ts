/** What an application sees of camera, microphone and loudspeaker. */
import type { ConferenceError } from '@plenum/protocol';
import type { Signal } from '../conference-client-types.ts';

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
