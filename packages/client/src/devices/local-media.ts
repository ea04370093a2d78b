import type { Signal } from '../conference-client-types.ts';
import { createSignal, type WritableSignal } from '../signal.ts';
import { meterLevelOf } from './audio-level.ts';
import { createBrowserPlatform } from './browser-platform.ts';
import { CaptureDevice } from './capture-device.ts';
import { createDeviceList, type DeviceList, hasAppeared } from './device-list.ts';
import { createDeviceOpener } from './device-opener.ts';
import type { CaptureKind, DevicePlatform, LevelMeter } from './device-platform.ts';
import { trackOf } from './device-state.ts';
import type { DeviceState, LocalMedia, LocalMediaOptions, MediaDevice } from './local-media-types.ts';
import { ScreenShare } from './screen-share.ts';

const defaultVideo = { height: 720, frameRate: 30 } as const;
// Lines of a laptop's screen: fewer blur small letters, more are seldom shown. Text that is scrolled is read at 15.
const defaultScreen = { height: 1440, frameRate: 15 } as const;

/** Camera, microphone and screen of this browser; all off at first, and nothing is asked of the person. */
export function createLocalMedia(
  options: LocalMediaOptions = {},
  platform: DevicePlatform = createBrowserPlatform(),
): LocalMedia {
  const open = createDeviceOpener(platform, options.video ?? defaultVideo);
  const camera = captureDevice('camera', options.cameraId);
  const microphone = captureDevice('microphone', options.microphoneId);
  const screen = new ScreenShare(platform, options.screen ?? defaultScreen);
  const list = createDeviceList(platform);
  const meter = createMicrophoneMeter(platform, microphone.state);
  const speakerId = createSignal('');
  const muted = createSignal(false);
  let isClosed = false;

  function captureDevice(kind: CaptureKind, deviceId: string | undefined): CaptureDevice {
    return new CaptureDevice({ deviceId: chosen(deviceId), open: (wanted) => open(kind, wanted) });
  }

  function setMuted(isMuted: boolean): void {
    microphone.setEnabled(!isMuted);
    muted.set(isMuted);
  }

  const endFollowing = followDevices(platform, { list, camera, microphone, speakerId });
  void list.refresh();

  return {
    camera: camera.state,
    microphone: microphone.state,
    screen: screen.state,
    canShareScreen: platform.canShareScreen,
    devices: list.devices,
    speakerId,
    muted,
    level: meter.level,
    startCamera: (deviceId) => camera.start(chosen(deviceId)),
    stopCamera: () => camera.stop(),
    startScreen: () => screen.start(),
    stopScreen: () => screen.stop(),
    startMicrophone: (deviceId) => microphone.start(chosen(deviceId)),
    mute() {
      if (!isClosed) setMuted(true);
    },
    unmute() {
      if (isClosed) return Promise.resolve();
      setMuted(false);
      return microphone.start(undefined);
    },
    setSpeaker(deviceId) {
      if (!isClosed) speakerId.set(deviceId);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      endFollowing();
      camera.close();
      microphone.close();
      screen.close();
      meter.close();
    },
  };
}

interface Followers {
  readonly list: DeviceList;
  readonly camera: CaptureDevice;
  readonly microphone: CaptureDevice;
  readonly speakerId: WritableSignal<string>;
}

/** Keeps the list of devices up to date, and the chosen devices with it. What it returns ends it. */
function followDevices(
  platform: DevicePlatform,
  { list, camera, microphone, speakerId }: Followers,
): () => void {
  let known: readonly MediaDevice[] = [];

  function handleDevices(devices: readonly MediaDevice[]): void {
    const before = known;
    known = devices;
    if (hasAppeared('camera', before, devices)) camera.handleDeviceAppeared();
    if (hasAppeared('microphone', before, devices)) microphone.handleDeviceAppeared();
    const isChosen = (device: MediaDevice) => device.id === speakerId.current && device.kind === 'speaker';
    if (before.some(isChosen) && !devices.some(isChosen)) speakerId.set('');
  }

  // The browser tells ids and names only once a device was opened.
  function refreshOnceOn(state: DeviceState): void {
    if (state.name === 'on') void list.refresh();
  }

  const subscriptions = [
    list.devices.subscribe(handleDevices),
    camera.state.subscribe(refreshOnceOn),
    microphone.state.subscribe(refreshOnceOn),
    platform.onDeviceChange(() => void list.refresh()),
  ];
  return () => {
    for (const end of subscriptions) end();
  };
}

/** Before permission devices are listed with empty ids: choosing one of them is no choice. */
function chosen(deviceId: string | undefined): string | undefined {
  return deviceId === '' ? undefined : deviceId;
}

interface MicrophoneMeter {
  level(): number;
  close(): void;
}

/** Meters whichever track the microphone has, from the first question on: nobody asking costs nothing. */
function createMicrophoneMeter(platform: DevicePlatform, microphone: Signal<DeviceState>): MicrophoneMeter {
  let metered: { readonly track: MediaStreamTrack; readonly meter: LevelMeter } | undefined;

  function release(): void {
    metered?.meter.close();
    metered = undefined;
  }

  // At once, not at the next question: an open meter keeps the device's light on.
  const unsubscribe = microphone.subscribe((state) => {
    if (trackOf(state) !== metered?.track) release();
  });

  return {
    level() {
      const track = trackOf(microphone.current);
      if (track === undefined) return 0;
      metered ??= { track, meter: platform.createLevelMeter(track) };
      return meterLevelOf(metered.meter.amplitude());
    },
    close() {
      unsubscribe();
      release();
    },
  };
}
