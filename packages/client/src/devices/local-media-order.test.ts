import { describe, expect, test } from 'vitest';
import { aComputer, mediaOf, quiet } from './media-fixture.ts';

describe('operations on one device', () => {
  test('stopping stops the track at once', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startCamera();
    media.stopCamera();
    expect(media.camera.current).toEqual({ name: 'off' });
    expect(platform.liveTracks).toEqual([]);
  });

  test('starting a device that is on changes nothing', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startCamera();
    const before = media.camera.current;
    await media.startCamera();
    await media.startCamera('cam');
    expect(media.camera.current).toBe(before);
    expect(platform.requests).toHaveLength(1);
  });

  test('a stop while the person is asked wins, and what is opened later is stopped', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    platform.hold();
    const started = media.startCamera();
    await quiet();
    media.stopCamera();
    await started;
    platform.release();
    await quiet();
    expect(media.camera.current).toEqual({ name: 'off' });
    expect(platform.tracks).toHaveLength(1);
    expect(platform.liveTracks).toEqual([]);
  });

  test('start, stop and start while the person is asked end with the device on, after one question', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    platform.hold();
    void media.startCamera();
    await quiet();
    media.stopCamera();
    const started = media.startCamera();
    platform.release();
    await started;
    expect(media.camera.current.name).toBe('on');
    expect(platform.requests).toHaveLength(1);
    expect(platform.liveTracks).toHaveLength(1);
  });

  test('of two devices chosen quickly the last is used, and the first is let go', async () => {
    const platform = aComputer();
    platform.plugIn('camera', 'other cam');
    const media = mediaOf(platform);
    platform.hold();
    const first = media.startCamera('cam');
    await quiet();
    const second = media.startCamera('other cam');
    platform.release();
    await Promise.all([first, second]);
    expect(media.camera.current).toMatchObject({ name: 'on', deviceId: 'other cam' });
    expect(platform.liveTracks.map((track) => track.label)).toEqual(['The other cam']);
  });

  test('choosing another device stops the first before the second is opened', async () => {
    const platform = aComputer();
    platform.plugIn('camera', 'other cam');
    const media = mediaOf(platform);
    await media.startCamera();
    platform.hold();
    const switched = media.startCamera('other cam');
    expect(media.camera.current.name).toBe('starting');
    expect(platform.liveTracks).toEqual([]);
    platform.release();
    await switched;
    expect(media.camera.current).toMatchObject({ name: 'on', deviceId: 'other cam' });
  });

  test('a device started again is the one that was chosen last', async () => {
    const platform = aComputer();
    platform.plugIn('camera', 'other cam');
    const media = mediaOf(platform);
    await media.startCamera('other cam');
    media.stopCamera();
    await media.startCamera();
    expect(media.camera.current).toMatchObject({ name: 'on', deviceId: 'other cam' });
  });

  test('stopping a device that has failed turns it off', async () => {
    const platform = aComputer();
    platform.setBusy('cam', true);
    const media = mediaOf(platform);
    await media.startCamera();
    media.stopCamera();
    expect(media.camera.current).toEqual({ name: 'off' });
  });
});

describe('closing', () => {
  test('releases every device, the meter and the browser, and may be repeated', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await Promise.all([media.startCamera(), media.startMicrophone()]);
    media.level();
    media.close();
    media.close();
    expect(platform.liveTracks).toEqual([]);
    expect(platform.openMeters).toBe(0);
    expect(platform.isObserved).toBe(false);
    expect([media.camera.current.name, media.microphone.current.name]).toEqual(['off', 'off']);
  });

  test('lets go of what the browser gives afterwards', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    platform.hold();
    const started = Promise.all([media.startCamera(), media.startMicrophone()]);
    await quiet();
    media.close();
    await started;
    platform.release();
    await quiet();
    expect(platform.tracks).toHaveLength(2);
    expect(platform.liveTracks).toEqual([]);
  });

  test('makes all later calls do nothing', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    media.close();
    await Promise.all([media.startCamera(), media.startMicrophone(), media.unmute()]);
    media.mute();
    media.stopCamera();
    media.setSpeaker('loud one');
    expect(platform.requests).toEqual([]);
    expect(media.muted.current).toBe(false);
    expect(media.speakerId.current).toBe('');
    expect(media.level()).toBe(0);
  });
});
