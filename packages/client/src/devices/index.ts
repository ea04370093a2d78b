export { amplitudeOf, meterLevelOf } from './audio-level.ts';
export type { CaptureKind, DeviceInfo, DevicePlatform, LevelMeter } from './device-platform.ts';
export { createLocalMedia } from './local-media.ts';
