// Situations for the tests of local media.
import { onTestFinished } from 'vitest';
import type { Signal } from '../conference-client-types.ts';
import { FakeDevicePlatform } from './fake-platform.ts';
import { createLocalMedia } from './local-media.ts';
import type { LocalMedia, LocalMediaOptions } from './local-media-types.ts';

/** A computer with one camera and one microphone, which the person allows to use when asked. */
export function aComputer(): FakeDevicePlatform {
  const platform = new FakeDevicePlatform();
  platform.plugIn('camera', 'cam');
  platform.plugIn('microphone', 'mic');
  return platform;
}

export function mediaOf(platform: FakeDevicePlatform, options?: LocalMediaOptions): LocalMedia {
  const media = createLocalMedia(options, platform);
  onTestFinished(() => media.close());
  return media;
}

/** Resolves once the value is as wanted. */
export function until<T>(signal: Signal<T>, isWanted: (value: T) => boolean): Promise<void> {
  if (isWanted(signal.current)) return Promise.resolve();
  return new Promise((resolve) => {
    const end = signal.subscribe((value) => {
      if (!isWanted(value)) return;
      end();
      resolve();
    });
  });
}

/** Resolves when nothing is left to happen: the fake answers in microtasks, which all run before a message. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
