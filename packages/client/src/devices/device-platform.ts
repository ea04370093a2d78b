// The seam to the browser: all that the devices need of it, so that tests can put a fake in its place.

export type CaptureKind = 'camera' | 'microphone';

/** A device as the browser lists it; `deviceId` and `label` are empty before permission was given. */
export interface DeviceInfo {
  readonly kind: MediaDeviceKind;
  readonly deviceId: string;
  readonly label: string;
}

/** Listens to one track. */
export interface LevelMeter {
  /** 0 (silence) to 1 (full scale), linear: the root mean square of what was heard last. */
  amplitude(): number;
  close(): void;
}

export interface DevicePlatform {
  /** Whether the page may use devices at all: browsers hide them from pages loaded over plain HTTP. */
  readonly hasMediaDevices: boolean;
  /** Rejects with a `DOMException` like `navigator.mediaDevices.getUserMedia`. */
  getUserMedia(constraints: MediaStreamConstraints): Promise<readonly MediaStreamTrack[]>;
  /** Whether a page can ask for the screen: on telephones it cannot. */
  readonly canShareScreen: boolean;
  /** Rejects with a `DOMException` like `navigator.mediaDevices.getDisplayMedia`. */
  getDisplayMedia(options: DisplayMediaStreamOptions): Promise<readonly MediaStreamTrack[]>;
  enumerateDevices(): Promise<readonly DeviceInfo[]>;
  /** What it returns ends it. */
  onDeviceChange(listener: () => void): () => void;
  /** What the person has decided; `unknown` where the browser does not tell. */
  permission(kind: CaptureKind): Promise<PermissionState | 'unknown'>;
  /** The meter hears the device also while `track.enabled` is false. */
  createLevelMeter(track: MediaStreamTrack): LevelMeter;
}
