import type { DevicePlatform } from './device-platform.ts';
import { createBrowserLevelMeter } from './level-meter.ts';

/** Camera, microphone and screen of the browser that this runs in. */
export function createBrowserPlatform(): DevicePlatform {
  // Absent on insecure pages, whatever the types say.
  const mediaDevices: MediaDevices | undefined = globalThis.navigator?.mediaDevices;

  return {
    // Not `isSecureContext`: browsers can be set up to give devices to pages over plain HTTP, for tests and intranets.
    hasMediaDevices: mediaDevices !== undefined,
    async getUserMedia(constraints) {
      if (mediaDevices === undefined) throw new DOMException('No media devices here', 'SecurityError');
      return (await mediaDevices.getUserMedia(constraints)).getTracks();
    },
    // Absent on telephones, whatever the types say.
    canShareScreen: typeof mediaDevices?.getDisplayMedia === 'function',
    async getDisplayMedia(options) {
      if (mediaDevices === undefined) throw new DOMException('No media devices here', 'SecurityError');
      return (await mediaDevices.getDisplayMedia(options)).getTracks();
    },
    async enumerateDevices() {
      return mediaDevices === undefined ? [] : await mediaDevices.enumerateDevices();
    },
    onDeviceChange(listener) {
      mediaDevices?.addEventListener('devicechange', listener);
      return () => mediaDevices?.removeEventListener('devicechange', listener);
    },
    async permission(kind) {
      try {
        return (await navigator.permissions.query({ name: kind })).state;
      } catch {
        // Expected: a TypeError where the browser does not know the name.
        return 'unknown';
      }
    },
    createLevelMeter: createBrowserLevelMeter,
  };
}
