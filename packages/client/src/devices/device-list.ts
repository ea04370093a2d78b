import type { Signal } from '../conference-client-types.ts';
import { createSignal } from '../signal.ts';
import type { DeviceInfo, DevicePlatform } from './device-platform.ts';
import type { MediaDevice } from './local-media-types.ts';

type DeviceKind = MediaDevice['kind'];

const kinds: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  videoinput: 'camera',
  audioinput: 'microphone',
  audiooutput: 'speaker',
};

const words: Readonly<Record<DeviceKind, string>> = {
  camera: 'Camera',
  microphone: 'Microphone',
  speaker: 'Speaker',
};

/** The browser's list in our words; what has no name yet is numbered within its kind. */
function describeDevices(infos: readonly DeviceInfo[]): readonly MediaDevice[] {
  const counts: Record<DeviceKind, number> = { camera: 0, microphone: 0, speaker: 0 };
  return infos.map((info) => {
    const kind = kinds[info.kind];
    counts[kind] += 1;
    return { id: info.deviceId, kind, label: info.label || `${words[kind]} ${counts[kind]}` };
  });
}

/** Whether a device of the kind is in `after` that was not in `before`. */
export function hasAppeared(
  kind: DeviceKind,
  before: readonly MediaDevice[],
  after: readonly MediaDevice[],
): boolean {
  const known = before.filter((device) => device.kind === kind);
  const present = after.filter((device) => device.kind === kind);
  if (present.length > known.length) return true;
  // Before permission all ids are empty: that they get known brings no new device.
  if (known.some((device) => device.id === '')) return false;
  return present.some((device) => known.every((other) => other.id !== device.id));
}

export interface DeviceList {
  readonly devices: Signal<readonly MediaDevice[]>;
  /** Reads the list anew. Never rejects: a browser that does not answer leaves the list as it is. */
  refresh(): Promise<void>;
}

/** The devices there are; empty until refreshed. */
export function createDeviceList(platform: DevicePlatform): DeviceList {
  const devices = createSignal<readonly MediaDevice[]>([]);
  let latest = 0;

  async function refresh(): Promise<void> {
    latest += 1;
    const own = latest;
    const infos = await platform.enumerateDevices().catch(() => undefined);
    // Answers may overtake one another; only that to the last question counts.
    if (infos === undefined || own !== latest) return;
    const next = describeDevices(infos);
    if (!isSameList(devices.current, next)) devices.set(next);
  }

  return { devices, refresh };
}

function isSameList(a: readonly MediaDevice[], b: readonly MediaDevice[]): boolean {
  return a.length === b.length && a.every((device, index) => isSameDevice(device, b[index]));
}

function isSameDevice(a: MediaDevice, b: MediaDevice | undefined): boolean {
  return a.id === b?.id && a.kind === b.kind && a.label === b.label;
}
