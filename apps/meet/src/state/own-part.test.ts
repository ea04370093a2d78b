import type { ParticipantId } from '@plenum/client';
import { expect, test, vi } from 'vitest';
import { createDevices } from './devices.ts';
import { createFakeMedia } from './fake-media.ts';
import { aPublication, asListener, asParticipant, createFakeRoom } from './fake-room.ts';
import { createNotices } from './notices.ts';
import { createOwnPart } from './own-part.ts';
import { createPreferences } from './preferences.ts';

function someoneIn(permissions = asParticipant) {
  const media = createFakeMedia();
  const devices = createDevices({
    media,
    preferences: createPreferences(undefined),
    browser: 'chrome',
    startCamera: true,
    startMicrophone: true,
  });
  const room = createFakeRoom(media);
  room.permissions.set(permissions);
  const notices = createNotices();
  const nameOf = (id: ParticipantId) => (id === 'ann' ? 'Ann' : undefined);
  const own = createOwnPart({ room, devices, notices, nameOf });
  const titles = () => notices.items.current.map(({ title }) => title);
  return { media, devices, room, own, titles };
}

test('a listener’s camera and microphone are off, and their buttons say why', () => {
  const { devices, own, titles } = someoneIn(asListener);
  expect([devices.isCameraOn.current, devices.isMicrophoneOn.current]).toEqual([false, false]);
  own.toggleMicrophone();
  own.toggleCamera();
  own.talk(true);
  expect(devices.isMicrophoneOn.current).toBe(false);
  expect(titles()).toEqual([
    'The host has not allowed you to show video',
    'The host has not allowed you to speak',
  ]);
});

test('who is allowed to speak is told so, and unmutes themselves', () => {
  const { devices, room, own, titles } = someoneIn(asListener);
  room.permissions.set(asParticipant);
  expect(titles()).toEqual(['You may speak now']);
  expect(devices.isMicrophoneOn.current).toBe(false);
  own.toggleMicrophone();
  expect(devices.isMicrophoneOn.current).toBe(true);
});

test('who may no longer show video has the camera off', () => {
  const { devices, room } = someoneIn();
  room.permissions.set({ ...asParticipant, publish: ['microphone'] });
  expect(devices.isCameraOn.current).toBe(false);
  expect(devices.isMicrophoneOn.current).toBe(true);
});

test('a moderator who mutes one is named, once', () => {
  const { room, titles } = someoneIn();
  const muted = aPublication('microphone', { muted: true, mutedBy: 'ann' as ParticipantId });
  room.setSelf({ microphone: muted });
  room.setSelf({ hand: '2026-11-20T10:00:00Z' });
  expect(titles()).toEqual(['Ann muted you']);
  room.setSelf({ camera: aPublication('camera', { muted: true, mutedBy: 'gone' as ParticipantId }) });
  expect(titles()).toEqual(['Ann muted you', 'A moderator stopped your video']);
});

test('the same button shares the screen and ends it', () => {
  const { media, own, titles } = someoneIn();
  own.toggleScreen();
  expect(own.isSharing.current).toBe(true);
  expect(own.isSharingSound.current).toBe(false);
  own.toggleScreen();
  expect(own.isSharing.current).toBe(false);
  expect(media.log.filter((line) => line === 'screen')).toHaveLength(1);
  expect(titles()).toEqual([]);
});

test('who may not share is told why, and not asked for a screen', () => {
  const { media, own, titles } = someoneIn(asListener);
  own.toggleScreen();
  expect(titles()).toEqual(['The host has not allowed you to share your screen']);
  expect(media.log).not.toContain('screen');
});

test('a screen that cannot be had is told, and a moderator who stops it is named', async () => {
  const { media, room, own, titles } = someoneIn();
  media.failWith('permission-denied');
  own.toggleScreen();
  await vi.waitFor(() => expect(titles()).toEqual(['Your screen could not be shared']));
  room.setSelf({ screen: aPublication('screen') });
  room.setSelf({ screen: aPublication('screen', { muted: true, mutedBy: 'ann' as ParticipantId }) });
  expect(titles()).toContain('Ann stopped your screen share');
});

test('a new role is told', () => {
  const { room, titles } = someoneIn();
  room.setSelf({ role: 'moderator' });
  expect(titles()).toEqual(['You are a moderator now']);
});

test('the same button raises the hand and takes it down', () => {
  const { room, own } = someoneIn();
  own.toggleHand();
  room.setSelf({ hand: '2026-11-20T10:00:00Z' });
  expect(own.isHandRaised.current).toBe(true);
  own.toggleHand();
  expect(room.asked).toEqual(['raiseHand true', 'raiseHand false']);
});
