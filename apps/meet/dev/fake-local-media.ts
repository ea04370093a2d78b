/** Devices that behave as the query says. */
import {
  ConferenceError,
  type DeviceState,
  isErrorCode,
  type LocalMedia,
  type MediaDevice,
  type ScreenState,
} from '@plenum/client';
import { signal, type WritableSignal } from '../src/state/signal.ts';
import { createFakePicture } from './fake-picture.ts';
import { createFakeScreen } from './fake-screen.ts';

const devices: readonly MediaDevice[] = [
  { id: 'c1', kind: 'camera', label: 'FaceTime HD Camera' },
  { id: 'c2', kind: 'camera', label: 'Logitech BRIO Ultra HD Pro Business Webcam (046d:085e)' },
  { id: 'm1', kind: 'microphone', label: 'MacBook Pro Microphone' },
  { id: 'm2', kind: 'microphone', label: 'Headset' },
  { id: 's1', kind: 'speaker', label: 'Headset' },
];

function fakeTrack(kind: 'camera' | 'microphone'): MediaStreamTrack {
  if (kind === 'camera') return createFakePicture(3).track;
  const [track] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
  if (track === undefined) throw new Error('No track.');
  return track;
}

export function createFakeLocalMedia(query: URLSearchParams): LocalMedia {
  const camera = signal<DeviceState>({ name: 'off' });
  const microphone = signal<DeviceState>({ name: 'off' });
  const screen = signal<ScreenState>({ name: 'off' });
  const muted = signal(query.has('muted'));
  const speakerId = signal('');
  const start = async (kind: 'camera' | 'microphone', state: WritableSignal<DeviceState>, id: string) => {
    state.set({ name: 'starting' });
    await new Promise((resolve) => setTimeout(resolve, 150));
    const code = query.get(kind);
    state.set(
      code !== null && isErrorCode(code)
        ? { name: 'failed', error: new ConferenceError(code) }
        : { name: 'on', track: fakeTrack(kind), deviceId: id },
    );
  };
  return {
    camera,
    microphone,
    screen,
    canShareScreen: !query.has('phone'),
    devices: signal(query.get('camera') === null ? devices : []),
    speakerId,
    muted,
    level: () => (muted.current ? 0 : 0.25 + 0.3 * Math.abs(Math.sin(performance.now() / 300))),
    startCamera: (id = 'c1') => start('camera', camera, id),
    stopCamera: () => camera.set({ name: 'off' }),
    async startScreen() {
      screen.set({ name: 'on', track: createFakeScreen(4), sound: undefined });
    },
    stopScreen: () => screen.set({ name: 'off' }),
    startMicrophone: (id = 'm1') => start('microphone', microphone, id),
    mute: () => muted.set(true),
    async unmute() {
      muted.set(false);
    },
    setSpeaker: (id) => speakerId.set(id),
    close() {
      camera.set({ name: 'off' });
      microphone.set({ name: 'off' });
      screen.set({ name: 'off' });
    },
  };
}
