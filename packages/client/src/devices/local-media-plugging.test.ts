import { describe, expect, test } from 'vitest';
import { FakeDevicePlatform } from './fake-platform.ts';
import { aComputer, mediaOf, quiet, until } from './media-fixture.ts';

describe('unplugging', () => {
  test('another device of the kind takes over', async () => {
    const platform = aComputer();
    platform.plugIn('camera', 'other cam');
    const media = mediaOf(platform);
    await media.startCamera('cam');
    platform.unplug('cam');
    expect(media.camera.current.name).toBe('starting');
    await until(media.camera, (state) => state.name === 'on');
    expect(media.camera.current).toMatchObject({ deviceId: 'other cam' });
  });

  test('a muted microphone is taken over by a muted one', async () => {
    const platform = aComputer();
    platform.plugIn('microphone', 'other mic');
    const media = mediaOf(platform);
    await media.startMicrophone('mic');
    media.mute();
    platform.unplug('mic');
    await until(media.microphone, (state) => state.name === 'on');
    expect(platform.liveTracks.map((track) => track.enabled)).toEqual([false]);
  });

  test('the device fails with device-not-found where there is no other', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startCamera();
    platform.unplug('cam');
    await until(media.camera, (state) => state.name === 'failed');
    expect(media.camera.current).toMatchObject({ error: { code: 'device-not-found' } });
  });

  test('of a device that is not used changes nothing but the list', async () => {
    const platform = aComputer();
    platform.plugIn('camera', 'other cam');
    const media = mediaOf(platform);
    await media.startCamera('cam');
    const before = media.camera.current;
    platform.unplug('other cam');
    await quiet();
    expect(media.camera.current).toBe(before);
    expect(media.devices.current.map((device) => device.id)).toEqual(['cam', 'mic']);
  });

  test('the system takes the place of a chosen loudspeaker that is gone', async () => {
    const platform = aComputer();
    platform.permissions.microphone = 'granted';
    platform.plugIn('speaker', 'headset');
    const media = mediaOf(platform);
    await quiet();
    media.setSpeaker('headset');
    expect(media.speakerId.current).toBe('headset');
    platform.unplug('headset');
    await until(media.speakerId, (id) => id === '');
  });
});

describe('plugging in', () => {
  test('gives a wanted device that was not found', async () => {
    const platform = new FakeDevicePlatform();
    const media = mediaOf(platform);
    await media.startCamera();
    platform.plugIn('camera', 'new cam');
    await until(media.camera, (state) => state.name === 'on');
    expect(media.camera.current).toMatchObject({ deviceId: 'new cam' });
  });

  test('gives the device back that was unplugged', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startCamera();
    platform.unplug('cam');
    await until(media.camera, (state) => state.name === 'failed');
    platform.plugIn('camera', 'cam');
    await until(media.camera, (state) => state.name === 'on');
    expect(platform.liveTracks).toHaveLength(1);
  });

  test('does not start a device that nobody wants', async () => {
    const platform = new FakeDevicePlatform();
    const media = mediaOf(platform);
    await media.startCamera();
    media.stopCamera();
    platform.plugIn('camera', 'new cam');
    await quiet();
    expect(media.camera.current).toEqual({ name: 'off' });
  });

  test('does not ask again who has refused', async () => {
    const platform = aComputer();
    platform.permissions.camera = 'denied';
    const media = mediaOf(platform);
    await media.startCamera();
    platform.plugIn('camera', 'new cam');
    await quiet();
    expect(platform.requests).toHaveLength(1);
  });
});

describe('the list of devices', () => {
  test('numbers devices within their kind before permission was given', async () => {
    const platform = aComputer();
    platform.plugIn('camera', 'other cam');
    platform.plugIn('speaker', 'box');
    const media = mediaOf(platform);
    await until(media.devices, (devices) => devices.length === 4);
    expect(media.devices.current).toEqual([
      { id: '', kind: 'camera', label: 'Camera 1' },
      { id: '', kind: 'microphone', label: 'Microphone 1' },
      { id: '', kind: 'camera', label: 'Camera 2' },
      { id: '', kind: 'speaker', label: 'Speaker 1' },
    ]);
  });

  test('has ids and names once a device was opened', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startMicrophone();
    await until(media.devices, (devices) => devices.some((device) => device.id === 'mic'));
    expect(media.devices.current[1]).toEqual({ id: 'mic', kind: 'microphone', label: 'The mic' });
  });

  test('follows what is plugged in', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await until(media.devices, (devices) => devices.length === 2);
    platform.plugIn('camera', 'other cam');
    await until(media.devices, (devices) => devices.length === 3);
  });

  test('is not told anew when nothing has changed', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startCamera();
    await quiet();
    const before = media.devices.current;
    media.stopCamera();
    await media.startCamera();
    await quiet();
    expect(media.devices.current).toBe(before);
  });

  test('learning the ids does not pass for plugging in', async () => {
    const platform = aComputer();
    platform.setBusy('cam', true);
    const media = mediaOf(platform);
    await media.startCamera();
    await media.startMicrophone();
    await quiet();
    expect(platform.requests.filter((request) => request.video !== undefined)).toHaveLength(1);
  });
});
