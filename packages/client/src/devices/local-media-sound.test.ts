import { describe, expect, test } from 'vitest';
import { aComputer, mediaOf } from './media-fixture.ts';

describe('muting', () => {
  test('disables the track and keeps the device open', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startMicrophone();
    const before = media.microphone.current;
    media.mute();
    expect(media.muted.current).toBe(true);
    expect(media.microphone.current).toBe(before);
    expect(platform.liveTracks.map((track) => track.enabled)).toEqual([false]);
  });

  test('holds for a microphone that is started later', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    media.mute();
    await media.startMicrophone();
    expect(platform.liveTracks.map((track) => track.enabled)).toEqual([false]);
  });

  test('leaves the camera alone', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startCamera();
    media.mute();
    expect(platform.liveTracks.map((track) => track.enabled)).toEqual([true]);
  });

  test('ends with unmute, on the same track', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startMicrophone();
    media.mute();
    await media.unmute();
    expect(media.muted.current).toBe(false);
    expect(platform.tracks.map((track) => track.enabled)).toEqual([true]);
  });
});

describe('unmuting', () => {
  test('starts a microphone that is off', async () => {
    const media = mediaOf(aComputer());
    media.mute();
    await media.unmute();
    expect(media.microphone.current.name).toBe('on');
  });

  test('tries again a microphone that has failed', async () => {
    const platform = aComputer();
    platform.setBusy('mic', true);
    const media = mediaOf(platform);
    await media.startMicrophone();
    platform.setBusy('mic', false);
    await media.unmute();
    expect(media.microphone.current.name).toBe('on');
  });
});

describe('the level', () => {
  test('is 0 while the microphone is off', () => {
    const platform = aComputer();
    platform.amplitude = 0.5;
    expect(mediaOf(platform).level()).toBe(0);
  });

  test('follows what the microphone hears', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startMicrophone();
    expect(media.level()).toBe(0);
    platform.amplitude = 0.05;
    const speech = media.level();
    platform.amplitude = 1;
    expect(speech).toBeGreaterThan(0.5);
    expect(media.level()).toBe(1);
  });

  test('is told while muted too, so that one can be hinted at it', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startMicrophone();
    media.mute();
    platform.amplitude = 0.05;
    expect(media.level()).toBeGreaterThan(0.5);
  });

  test('costs no meter until it is asked for, and one however often', async () => {
    const platform = aComputer();
    const media = mediaOf(platform);
    await media.startMicrophone();
    expect(platform.openMeters).toBe(0);
    media.level();
    media.level();
    expect(platform.openMeters).toBe(1);
  });

  test('moves to the microphone that is chosen', async () => {
    const platform = aComputer();
    platform.plugIn('microphone', 'other mic');
    const media = mediaOf(platform);
    await media.startMicrophone('mic');
    media.level();
    await media.startMicrophone('other mic');
    expect(platform.openMeters).toBe(0);
    media.level();
    expect(platform.openMeters).toBe(1);
  });
});
