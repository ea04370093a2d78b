import { expect, test } from 'vitest';
import { createDevices } from './devices.ts';
import { createFakeMedia } from './fake-media.ts';
import { createPreferences } from './preferences.ts';

function aSetup({ startCamera = true, startMicrophone = true } = {}) {
  const media = createFakeMedia();
  const preferences = createPreferences(undefined);
  preferences.update({ cameraId: 'c2', speakerId: 's2' });
  const devices = createDevices({ media, preferences, browser: 'chrome', startCamera, startMicrophone });
  return { media, preferences, devices };
}

test('the devices chosen last time start at once', () => {
  const { media, devices } = aSetup();
  expect(media.log).toEqual(['camera c2', 'microphone microphone']);
  expect(media.speakerId.current).toBe('s2');
  expect([devices.isCameraOn.current, devices.isMicrophoneOn.current]).toEqual([true, true]);
});

test('what was off last time stays off until it is switched on', () => {
  const { media, devices } = aSetup({ startCamera: false, startMicrophone: false });
  expect(media.log).toEqual([]);
  devices.toggleMicrophone();
  devices.toggleCamera();
  expect(media.log).toEqual(['microphone microphone', 'camera c2']);
});

test('muting keeps the microphone open', () => {
  const { media, devices } = aSetup();
  devices.toggleMicrophone();
  expect(devices.isMicrophoneOn.current).toBe(false);
  expect(media.microphone.current.name).toBe('on');
  devices.toggleMicrophone();
  expect(devices.isMicrophoneOn.current).toBe(true);
});

test('push-to-talk is heard while held, and changes nothing for whom is heard anyway', async () => {
  const { devices } = aSetup();
  devices.talk(true);
  devices.talk(false);
  expect(devices.isMicrophoneOn.current).toBe(true);
  devices.toggleMicrophone();
  devices.talk(true);
  expect(devices.isMicrophoneOn.current).toBe(true);
  devices.talk(false);
  expect(devices.isMicrophoneOn.current).toBe(false);
});

test('a device that was chosen is remembered', () => {
  const { media, preferences, devices } = aSetup();
  devices.choose('camera', 'c3');
  devices.choose('speaker', 's3');
  expect(media.log.at(-1)).toBe('camera c3');
  expect(media.speakerId.current).toBe('s3');
  expect(preferences.values.current).toMatchObject({ cameraId: 'c3', speakerId: 's3' });
});

test('a problem can be dismissed, and comes back when it happens again', () => {
  const { media, devices } = aSetup();
  media.failWith('device-in-use');
  devices.toggleCamera();
  devices.toggleCamera();
  const [problem] = devices.problems.current;
  expect(problem?.title).toBe('Another program uses your camera');
  if (problem === undefined) return;
  devices.dismiss(problem);
  expect(devices.problems.current).toEqual([]);
  devices.retry(problem);
  expect(devices.problems.current).toHaveLength(1);
  media.failWith(undefined);
  devices.retry(problem);
  expect(devices.problems.current).toEqual([]);
  expect(devices.isCameraOn.current).toBe(true);
});

test('one cause that comes to hold both devices is told of both', () => {
  const { media, devices } = aSetup({ startCamera: false, startMicrophone: false });
  const titles: (string | undefined)[] = [];
  devices.problems.subscribe(([problem]) => titles.push(problem?.title));
  media.failWith('permission-denied');
  devices.toggleCamera();
  devices.toggleMicrophone();
  expect(titles).toEqual([
    'The browser may not use your camera',
    'The browser may not use your camera and microphone',
  ]);
});
