import { describe, expect, test } from 'vitest';
import { FakeDevicePlatform } from './fake-platform.ts';
import { aComputer, mediaOf, quiet } from './media-fixture.ts';

describe('asking for devices', () => {
  test('asks the person nothing until a device is started', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await quiet();
    expect(platform.requests).toEqual([]);
    expect([media.camera.current.name, media.microphone.current.name]).toEqual(['off', 'off']);
  });

  test('is starting until the person has answered, and then on with track and device id', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    const started = media.startCamera();
    expect(media.camera.current.name).toBe('starting');
    await started;
    expect(media.camera.current).toEqual({ name: 'on', track: platform.tracks[0], deviceId: 'cam' });
  });

  test('asks once for camera and microphone that are started in the same tick', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await Promise.all([media.startCamera(), media.startMicrophone()]);
    expect(platform.requests).toHaveLength(1);
    expect([media.camera.current.name, media.microphone.current.name]).toEqual(['on', 'on']);
  });

  test('asks separately for what is started later', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startCamera();
    await media.startMicrophone();
    expect(platform.requests.map((request) => Object.keys(request))).toEqual([['video'], ['audio']]);
  });

  test('asks for 720p at 30 frames a second and for clean speech, unless told otherwise', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await Promise.all([media.startCamera(), media.startMicrophone()]);
    expect(platform.requests[0]).toEqual({
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    });
  });

  test('asks for the picture and the devices of the options', async () => {
    const platform = aComputer();
    platform.plugIn('camera', 'other cam');
    platform.plugIn('microphone', 'other mic');
    const media = mediaOf(platform, {
      video: { height: 360, frameRate: 15 },
      cameraId: 'other cam',
      microphoneId: 'other mic',
    });
    await Promise.all([media.startCamera(), media.startMicrophone()]);
    expect(platform.requests[0]?.video).toEqual({
      deviceId: { exact: 'other cam' },
      width: { ideal: 640 },
      height: { ideal: 360 },
      frameRate: { ideal: 15, max: 15 },
    });
    expect(media.microphone.current).toMatchObject({ name: 'on', deviceId: 'other mic' });
  });

  test('takes an empty device id, as listed before permission, for no choice', async () => {
    const platform = aComputer();
    const media = mediaOf(platform, { cameraId: '' });
    await media.startCamera('');
    expect(platform.requests[0]?.video).not.toHaveProperty('deviceId');
    expect(media.camera.current.name).toBe('on');
  });
});

describe('devices that cannot be had', () => {
  test('a missing camera does not take the microphone with it', async () => {
    const platform = new FakeDevicePlatform();
    platform.plugIn('microphone', 'mic');
    const media = mediaOf(platform);
    await Promise.all([media.startCamera(), media.startMicrophone()]);
    expect(media.camera.current).toMatchObject({ name: 'failed', error: { code: 'device-not-found' } });
    expect(media.microphone.current.name).toBe('on');
  });

  test('a microphone that another program uses does not take the camera with it', async () => {
    const platform = aComputer();
    platform.setBusy('mic', true);
    const media = mediaOf(platform);
    await Promise.all([media.startCamera(), media.startMicrophone()]);
    expect(media.microphone.current).toMatchObject({ name: 'failed', error: { code: 'device-in-use' } });
    expect(media.camera.current.name).toBe('on');
  });

  test('a forbidden camera does not take the microphone with it', async () => {
    const platform = aComputer();
    platform.permissions.camera = 'denied';
    const media = mediaOf(platform);
    await Promise.all([media.startCamera(), media.startMicrophone()]);
    expect(media.camera.current).toMatchObject({ name: 'failed', error: { code: 'permission-denied' } });
    expect(media.microphone.current.name).toBe('on');
  });

  test('who closes the question is not asked again', async () => {
    const platform = aComputer();
    platform.dismissesPrompts = true;
    const media = mediaOf(platform);
    await Promise.all([media.startCamera(), media.startMicrophone()]);
    expect(platform.requests).toHaveLength(1);
    expect(media.camera.current).toMatchObject({ name: 'failed', error: { code: 'permission-denied' } });
    expect(media.microphone.current).toMatchObject({ name: 'failed', error: { code: 'permission-denied' } });
  });

  test('starting again after a failure tries again', async () => {
    const platform = aComputer();
    platform.dismissesPrompts = true;
    const media = mediaOf(platform);
    await media.startCamera();
    platform.dismissesPrompts = false;
    await media.startCamera();
    expect(media.camera.current.name).toBe('on');
  });

  test('another device is taken where the chosen one is gone', async () => {
    const platform = aComputer();
    const media = mediaOf(platform, { cameraId: 'sold last year' });
    await media.startCamera();
    expect(media.camera.current).toMatchObject({ name: 'on', deviceId: 'cam' });
  });

  test('an insecure page fails with insecure-page and does not ask', async () => {
    const platform = aComputer();
    platform.hasMediaDevices = false;
    const media = mediaOf(platform);
    await Promise.all([media.startCamera(), media.startMicrophone()]);
    expect(media.camera.current).toMatchObject({ name: 'failed', error: { code: 'insecure-page' } });
    expect(media.microphone.current).toMatchObject({ name: 'failed', error: { code: 'insecure-page' } });
    expect(platform.requests).toEqual([]);
  });
});
