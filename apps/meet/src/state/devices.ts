/** Camera, microphone and loudspeaker as the views see them, before and during the call. */
import type { DeviceState, LocalMedia, MediaDevice } from '@plenum/client';
import type { BrowserFamily } from './browser-family.ts';
import { type DeviceKind, type DeviceProblem, deviceProblems } from './device-words.ts';
import type { Preferences } from './preferences.ts';
import { derived, type Signal, sameItems, signal } from './signal.ts';

export interface DevicesModel {
  readonly media: LocalMedia;
  /** Whether one can be heard: what the microphone button shows. */
  readonly isMicrophoneOn: Signal<boolean>;
  readonly isCameraOn: Signal<boolean>;
  readonly problems: Signal<readonly DeviceProblem[]>;
  toggleMicrophone(): void;
  toggleCamera(): void;
  choose(kind: MediaDevice['kind'], id: string): void;
  retry(problem: DeviceProblem): void;
  dismiss(problem: DeviceProblem): void;
  /** Push-to-talk: heard while held, if muted before. */
  talk(isHeld: boolean): void;
  close(): void;
}

export interface DevicesOptions {
  readonly media: LocalMedia;
  readonly preferences: Preferences;
  readonly browser: BrowserFamily;
  readonly startCamera: boolean;
  readonly startMicrophone: boolean;
}

function isRunning(state: DeviceState): boolean {
  return state.name === 'on' || state.name === 'starting';
}

function failureOf(state: DeviceState) {
  return state.name === 'failed' ? state.error : undefined;
}

export function createDevices(options: DevicesOptions): DevicesModel {
  const { media, preferences, browser } = options;
  const { camera, microphone, muted } = media;
  const isCameraOn = derived([camera], () => isRunning(camera.current));
  const isMicrophoneOn = derived([microphone, muted], () => isRunning(microphone.current) && !muted.current);
  const dismissed = signal<readonly unknown[]>([]);
  const problems = derived(
    [camera, microphone, dismissed],
    () => openProblems(media, browser, dismissed.current),
    // One cause may come to hold both devices: then it is said anew.
    (a, b) => sameItems(a.flatMap(identityOf), b.flatMap(identityOf)),
  );
  let isTalkHeld = false;

  const turnCameraOn = () => void media.startCamera(preferences.values.current.cameraId || undefined);
  const turnMicrophoneOn = async () => {
    if (!isRunning(microphone.current)) {
      await media.startMicrophone(preferences.values.current.microphoneId || undefined);
    }
    if (muted.current) await media.unmute();
  };

  media.setSpeaker(preferences.values.current.speakerId);
  if (options.startCamera) turnCameraOn();
  if (options.startMicrophone) void turnMicrophoneOn();

  return {
    media,
    isMicrophoneOn,
    isCameraOn,
    problems,
    toggleMicrophone() {
      isTalkHeld = false;
      if (isMicrophoneOn.current) media.mute();
      else void turnMicrophoneOn();
    },
    toggleCamera() {
      if (isCameraOn.current) media.stopCamera();
      else turnCameraOn();
    },
    choose(kind, id) {
      choose(media, preferences, kind, id);
    },
    retry(problem) {
      for (const kind of problem.kinds) {
        if (kind === 'camera') turnCameraOn();
        else void turnMicrophoneOn();
      }
    },
    dismiss(problem) {
      const states: Record<DeviceKind, unknown> = { camera: camera.current, microphone: microphone.current };
      dismissed.set([...dismissed.current, ...problem.kinds.map((kind) => states[kind])]);
    },
    talk(isHeld) {
      if (isHeld && !isMicrophoneOn.current) {
        isTalkHeld = true;
        void turnMicrophoneOn();
      } else if (!isHeld && isTalkHeld) {
        isTalkHeld = false;
        media.mute();
      }
    },
    close: () => media.close(),
  };
}

function identityOf({ failure, kinds }: DeviceProblem): readonly unknown[] {
  return [failure, ...kinds];
}

/** A state that failed counts until it was dismissed; a new attempt makes a new state. */
function openProblems(media: LocalMedia, browser: BrowserFamily, dismissed: readonly unknown[]) {
  const { camera, microphone } = media;
  const open = (state: DeviceState) => (dismissed.includes(state) ? undefined : failureOf(state));
  const cameraFailure = open(camera.current);
  const microphoneFailure = open(microphone.current);
  return deviceProblems(
    {
      ...(cameraFailure && { camera: cameraFailure }),
      ...(microphoneFailure && { microphone: microphoneFailure }),
    },
    browser,
  );
}

function choose(media: LocalMedia, preferences: Preferences, kind: MediaDevice['kind'], id: string): void {
  switch (kind) {
    case 'camera':
      preferences.update({ cameraId: id });
      void media.startCamera(id);
      break;
    case 'microphone':
      preferences.update({ microphoneId: id });
      void media.startMicrophone(id);
      break;
    case 'speaker':
      preferences.update({ speakerId: id });
      media.setSpeaker(id);
      break;
  }
}
