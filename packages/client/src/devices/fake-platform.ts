import type { CaptureKind, DeviceInfo, DevicePlatform, LevelMeter } from './device-platform.ts';
import { FakeTrack } from './fake-track.ts';

interface FakeDevice {
  readonly kind: MediaDeviceKind;
  readonly deviceId: string;
  readonly label: string;
}

const kindOf = { camera: 'videoinput', microphone: 'audioinput' } as const;
const captureKinds = ['camera', 'microphone'] as const;

/**
 * Camera, microphone and screen without a browser, for tests: what is plugged in, what the person decides and what the
 * microphone hears is set from outside. It answers within microtasks, or when told to (`hold`).
 */
export class FakeDevicePlatform implements DevicePlatform {
  hasMediaDevices = true;
  canShareScreen = true;
  /** What comes of choosing a screen: with sound, without, or why not (the name of a `DOMException`). */
  screenChoice: 'with sound' | 'silent' | { readonly failure: string; readonly message?: string } =
    'with sound';
  /** What `getUserMedia` was asked for, in order. */
  readonly requests: MediaStreamConstraints[] = [];
  /** Every track handed out, in order. */
  readonly tracks: FakeTrack[] = [];
  /** The decisions of the person; `prompt` is asked and granted unless `dismissesPrompts`. */
  readonly permissions: Record<CaptureKind, PermissionState> = { camera: 'prompt', microphone: 'prompt' };
  dismissesPrompts = false;
  /** What the microphone hears, linear from 0 to 1. */
  amplitude = 0;
  /** Level meters that are not closed. */
  openMeters = 0;
  readonly #devices = new Map<string, FakeDevice>();
  readonly #busy = new Set<string>();
  readonly #listeners = new Set<() => void>();
  readonly #held: (() => void)[] = [];
  #isHolding = false;

  /** Whether somebody still listens for devices. */
  get isObserved(): boolean {
    return this.#listeners.size > 0;
  }

  /** The tracks that still hold their device. */
  get liveTracks(): readonly FakeTrack[] {
    return this.tracks.filter((track) => track.readyState === 'live');
  }

  plugIn(kind: CaptureKind | 'speaker', deviceId: string): void {
    const platformKind = kind === 'speaker' ? 'audiooutput' : kindOf[kind];
    this.#devices.set(deviceId, { kind: platformKind, deviceId, label: `The ${deviceId}` });
    this.#notify();
  }

  unplug(deviceId: string): void {
    this.#devices.delete(deviceId);
    for (const track of this.tracks) if (track.getSettings().deviceId === deviceId) track.end();
    this.#notify();
  }

  /** Another program takes the device, or gives it back. */
  setBusy(deviceId: string, isBusy: boolean): void {
    if (isBusy) this.#busy.add(deviceId);
    else this.#busy.delete(deviceId);
  }

  /** Leaves `getUserMedia` unanswered, as while the browser asks the person, until `release`. */
  hold(): void {
    this.#isHolding = true;
  }

  /** Answers what is held, and all that comes later at once. */
  release(): void {
    this.#isHolding = false;
    for (const answer of this.#held.splice(0)) answer();
  }

  async getUserMedia(constraints: MediaStreamConstraints): Promise<readonly MediaStreamTrack[]> {
    this.requests.push(constraints);
    if (this.#isHolding) await new Promise<void>((answer) => this.#held.push(answer));
    // As browsers do: first what exists, then what is allowed, then what can be opened; all or nothing.
    const devices = captureKinds.flatMap((kind) => this.#chosenDevices(kind, constraints));
    this.#ask(captureKinds.filter((kind) => wish(kind, constraints) !== undefined));
    if (devices.some((device) => this.#busy.has(device.deviceId))) throw failure('NotReadableError');
    const tracks = devices.map((device) => openTrack(device));
    this.tracks.push(...tracks);
    return tracks;
  }

  async getDisplayMedia(options: DisplayMediaStreamOptions): Promise<readonly MediaStreamTrack[]> {
    this.requests.push(options);
    if (this.#isHolding) await new Promise<void>((answer) => this.#held.push(answer));
    const choice = this.screenChoice;
    if (typeof choice === 'object') throw failure(choice.failure, choice.message);
    const tracks = [new FakeTrack('video', 'screen', 'The screen')];
    if (choice === 'with sound') tracks.push(new FakeTrack('audio', 'screen', 'The sound of the screen'));
    this.tracks.push(...tracks);
    return tracks;
  }

  enumerateDevices(): Promise<readonly DeviceInfo[]> {
    return Promise.resolve([...this.#devices.values()].map((device) => this.#hideUnlessAllowed(device)));
  }

  onDeviceChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  permission(kind: CaptureKind): Promise<PermissionState> {
    return Promise.resolve(this.permissions[kind]);
  }

  createLevelMeter(): LevelMeter {
    this.openMeters += 1;
    return {
      amplitude: () => this.amplitude,
      close: () => {
        this.openMeters -= 1;
      },
    };
  }

  #chosenDevices(kind: CaptureKind, constraints: MediaStreamConstraints): readonly FakeDevice[] {
    const wanted = wish(kind, constraints);
    if (wanted === undefined) return [];
    const present = [...this.#devices.values()].filter((device) => device.kind === kindOf[kind]);
    if (present.length === 0) throw failure('NotFoundError');
    const exactId = exactIdOf(wanted);
    const device = present.find((candidate) => exactId === undefined || candidate.deviceId === exactId);
    if (device === undefined) throw failure('OverconstrainedError');
    return [device];
  }

  #ask(kinds: readonly CaptureKind[]): void {
    if (kinds.some((kind) => this.permissions[kind] === 'denied')) throw failure('NotAllowedError');
    const isAsked = kinds.some((kind) => this.permissions[kind] === 'prompt');
    if (isAsked && this.dismissesPrompts) throw failure('NotAllowedError');
    for (const kind of kinds) this.permissions[kind] = 'granted';
  }

  #hideUnlessAllowed(device: FakeDevice): DeviceInfo {
    const isAllowed = captureKinds.some((kind) => this.permissions[kind] === 'granted');
    return isAllowed ? device : { ...device, deviceId: '', label: '' };
  }

  #notify(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function wish(kind: CaptureKind, constraints: MediaStreamConstraints): MediaTrackConstraints | undefined {
  const wanted = kind === 'camera' ? constraints.video : constraints.audio;
  return typeof wanted === 'object' ? wanted : undefined;
}

function exactIdOf(constraints: MediaTrackConstraints): string | undefined {
  const { deviceId } = constraints;
  if (typeof deviceId !== 'object' || Array.isArray(deviceId)) return undefined;
  return typeof deviceId.exact === 'string' ? deviceId.exact : undefined;
}

function openTrack(device: FakeDevice): FakeTrack {
  return new FakeTrack(device.kind === 'videoinput' ? 'video' : 'audio', device.deviceId, device.label);
}

function failure(name: string, message = `The fake platform says ${name}`): DOMException {
  return new DOMException(message, name);
}
