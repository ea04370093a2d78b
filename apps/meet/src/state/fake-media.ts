/** Devices for tests: they start at once, or fail as told. */
import {
  ConferenceError,
  type DeviceState,
  type ErrorCode,
  type LocalMedia,
  type ScreenState,
} from '@plenum/client';
import { signal, type WritableSignal } from './signal.ts';

export interface FakeMedia extends LocalMedia {
  readonly camera: WritableSignal<DeviceState>;
  readonly microphone: WritableSignal<DeviceState>;
  readonly screen: WritableSignal<ScreenState>;
  /** What was asked of it, in order. */
  readonly log: readonly string[];
  failWith(code: ErrorCode | undefined): void;
}

export function createFakeMedia(): FakeMedia {
  const camera = signal<DeviceState>({ name: 'off' });
  const microphone = signal<DeviceState>({ name: 'off' });
  const screen = signal<ScreenState>({ name: 'off' });
  const muted = signal(false);
  const speakerId = signal('');
  const log: string[] = [];
  let code: ErrorCode | undefined;
  const start = async (state: WritableSignal<DeviceState>, deviceId: string) => {
    state.set(
      code === undefined
        ? { name: 'on', track: { id: deviceId } as MediaStreamTrack, deviceId }
        : { name: 'failed', error: new ConferenceError(code) },
    );
  };
  return {
    camera,
    microphone,
    muted,
    screen,
    canShareScreen: true,
    speakerId,
    devices: signal([]),
    log,
    failWith(next) {
      code = next;
    },
    level: () => 0,
    startCamera(id = 'camera') {
      log.push(`camera ${id}`);
      return start(camera, id);
    },
    stopCamera: () => camera.set({ name: 'off' }),
    async startScreen() {
      log.push('screen');
      screen.set(
        code === undefined
          ? { name: 'on', track: { id: 'screen' } as MediaStreamTrack, sound: undefined }
          : { name: 'failed', error: new ConferenceError(code) },
      );
    },
    stopScreen: () => screen.set({ name: 'off' }),
    startMicrophone(id = 'microphone') {
      log.push(`microphone ${id}`);
      return start(microphone, id);
    },
    mute: () => muted.set(true),
    async unmute() {
      muted.set(false);
    },
    setSpeaker: (id) => speakerId.set(id),
    close() {
      log.push('closed');
      camera.set({ name: 'off' });
      microphone.set({ name: 'off' });
      screen.set({ name: 'off' });
    },
  };
}
