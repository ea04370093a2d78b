import { ConferenceError, type Participant, type Room } from '@plenum/client';
import { expect, test, vi } from 'vitest';
import { createCall } from './call.ts';
import { createDevices } from './devices.ts';
import { aMessage } from './fake-chat.ts';
import { createFakeMedia } from './fake-media.ts';
import { aParticipant, aPublication, asModerator, createFakeRoom, someWaiting } from './fake-room.ts';
import { createPreferences } from './preferences.ts';
import { signal } from './signal.ts';

type Listener = (participant: Participant, room: Room) => void;

function aCall() {
  const media = createFakeMedia();
  const preferences = createPreferences(undefined);
  const devices = createDevices({
    media,
    preferences,
    browser: 'chrome',
    startCamera: true,
    startMicrophone: true,
  });
  const room = createFakeRoom(media);
  const newcomers = new Set<Listener>();
  const players: string[] = [];
  const knock = vi.fn();
  const call = createCall({
    room,
    devices,
    preferences,
    client: {
      onNewParticipant: (listener) => {
        newcomers.add(listener);
        return () => newcomers.delete(listener);
      },
      onParticipantLeft: () => () => undefined,
      invite: (): Promise<never> => Promise.reject(new ConferenceError('internal')),
      userUrl: signal(undefined),
    },
    createPlayer: () => ({
      play: async ({ id }) => void players.push(id),
      setSpeaker: () => undefined,
      close: () => undefined,
    }),
    knock,
    pixelRatio: () => 2,
  });
  return { call, room, media, newcomers, players, preferences, knock };
}

test('a tick of one speaker reaches that speaker’s tile only', () => {
  const { call, room } = aCall();
  room.setPeople([aParticipant('ann'), aParticipant('ben')]);
  const [ann, ben] = call.others.current;
  const listeners = { ann: vi.fn(), ben: vi.fn(), list: vi.fn() };
  ann?.isSpeaking.subscribe(listeners.ann);
  ben?.isSpeaking.subscribe(listeners.ben);
  call.others.subscribe(listeners.list);
  room.setSpeaking(['ann']);
  expect(listeners.ann.mock.calls).toEqual([[true]]);
  expect(listeners.ben).not.toHaveBeenCalled();
  expect(listeners.list).not.toHaveBeenCalled();
});

test('a tile stays the same while its participant changes', () => {
  const { call, room } = aCall();
  room.setPeople([aParticipant('ann')]);
  const [before] = call.others.current;
  room.setPeople([aParticipant('ann', { name: 'Ann Lee', microphone: undefined }), aParticipant('ben')]);
  const [after] = call.others.current;
  expect(after).toBe(before);
  expect(after?.name.current).toBe('Ann Lee');
  expect(after?.isMuted.current).toBe(true);
  expect(call.count.current).toBe(3);
});

test('a muted camera shows no picture even if a track is left', () => {
  const { call, room } = aCall();
  const track = { id: 'v' } as MediaStreamTrack;
  room.setPeople([aParticipant('ann', { camera: aPublication('camera', { muted: true, track }) })]);
  expect(call.others.current[0]?.picture.current).toBeUndefined();
  room.setPeople([aParticipant('ann', { camera: aPublication('camera', { track }) })]);
  expect(call.others.current[0]?.picture.current).toBe(track);
});

test('the server is told the heights of those on the page, in device pixels, once for each change', () => {
  const { call, room } = aCall();
  room.setPeople([aParticipant('ann')]);
  call.setStage({ width: 1600, height: 900 });
  call.setStage({ width: 1600, height: 900 });
  expect(room.visible.at(-1)).toEqual(new Map([['ann', 1800]]));
  const told = room.visible.length;
  room.setSpeaking(['ann']);
  room.setPeople([aParticipant('ann', { name: 'Ann Lee' })]);
  expect(room.visible).toHaveLength(told);
});

test('another page shows others', () => {
  const { call, room } = aCall();
  room.setPeople(Array.from({ length: 60 }, (_, index) => aParticipant(`p${index}`)));
  call.setStage({ width: 1600, height: 900 });
  const first = [...(room.visible.at(-1)?.keys() ?? [])];
  call.turnPage(1);
  call.turnPage(1);
  const second = [...(room.visible.at(-1)?.keys() ?? [])];
  expect(call.layout.current).toMatchObject({ page: 1, pageCount: 2 });
  expect(new Set([...first, ...second]).size).toBe(60);
  room.setPeople([aParticipant('p0')]);
  expect(call.layout.current).toMatchObject({ page: 0, pageCount: 1 });
});

test('the others are heard wherever they are shown, oneself never', () => {
  const { room, players } = aCall();
  const sound = (id: string) => aPublication('microphone', { track: { id } as MediaStreamTrack });
  room.setPeople([
    aParticipant('ann', { microphone: sound('a') }),
    aParticipant('me', { isLocal: true, microphone: sound('x') }),
  ]);
  expect(players).toEqual(['a']);
});

test('one’s own tile shows the devices', () => {
  const { call, media } = aCall();
  expect(call.self.picture.current?.id).toBe('camera');
  media.mute();
  media.stopCamera();
  expect(call.self.isMuted.current).toBe(true);
  expect(call.self.picture.current).toBeUndefined();
});

test('screen readers hear who came, until the call is over', () => {
  const { call, room, newcomers } = aCall();
  for (const listener of newcomers) listener(aParticipant('Ann'), room);
  expect(call.announcement.current).toBe('Ann joined');
  call.close();
  expect(newcomers.size).toBe(0);
});

test('a chat message reaches no tile and no layout', () => {
  const { call, room } = aCall();
  room.setPeople([aParticipant('ann')]);
  call.setStage({ width: 1600, height: 900 });
  const listener = vi.fn();
  const [ann] = call.others.current;
  for (const part of [call.others, call.layout, call.people, call.count]) part.subscribe(listener);
  for (const part of [ann?.name, ann?.picture, ann?.status, ann?.hasHand]) part?.subscribe(listener);
  room.chat.arrive(aMessage('1'));
  expect(listener).not.toHaveBeenCalled();
  expect(call.chats.unread.current).toBe(1);
  expect(call.announcement.current).toBe('Message from Ben: 1');
});

test('a tile tells a raised hand and a link that is being mended', () => {
  const { call, room } = aCall();
  room.setPeople([aParticipant('ann')]);
  const [ann] = call.others.current;
  room.setPeople([aParticipant('ann', { hand: '2026-11-20T10:00:00Z', status: 'reconnecting' })]);
  expect(ann?.hasHand.current).toBe(true);
  expect(ann?.status.current).toBe('reconnecting');
  expect(call.announcement.current).toBe('ann raised a hand');
});

test('moderators see who raised a hand, wherever that tile is', () => {
  const { call, room } = aCall();
  room.setPeople([aParticipant('ann')]);
  room.permissions.set(asModerator);
  room.setPeople([aParticipant('ann', { hand: '2026-11-20T10:00:00Z' })]);
  expect(call.notices.items.current).toMatchObject([{ kind: 'news', title: 'ann raised a hand' }]);
});

test('a row of the people list stays the same while it shows the same', () => {
  const { call, room } = aCall();
  room.setPeople([aParticipant('ann'), aParticipant('ben')]);
  const before = call.people.current;
  room.setPeople([aParticipant('ann'), aParticipant('ben', { hand: '2026-11-20T10:00:00Z' })]);
  const after = call.people.current;
  expect(after.find(({ id }) => id === 'ann')).toBe(before.find(({ id }) => id === 'ann'));
  expect(after[0]).toMatchObject({ id: 'ben', handOrder: 1 });
});

test('after an interruption screen readers hear that one is back', () => {
  const { call, room } = aCall();
  room.state.set({ name: 'reconnecting' });
  room.state.set({ name: 'connected' });
  expect(call.announcement.current).toBe('You are back');
});

test('somebody at the door is heard once, and their name is said', () => {
  const { call, room, knock } = aCall();
  room.waiting.set([someWaiting('Eve')]);
  expect(call.announcement.current).toBe('Eve wants to come in');
  room.waiting.set([]);
  expect(knock).toHaveBeenCalledOnce();
});

test('what somebody shares takes most of the stage, and the server is told that faces are small now', () => {
  const { call, room } = aCall();
  const screen = aPublication('screen', { track: { id: 's' } as MediaStreamTrack });
  room.setPeople([aParticipant('ann'), aParticipant('ben')]);
  call.setStage({ width: 1600, height: 900 });
  const [before = 0] = room.visible.at(-1)?.values() ?? [];
  room.setPeople([aParticipant('ann', { screen }), aParticipant('ben')]);
  expect(call.layout.current.shares[0]?.width).toBeGreaterThan(1200);
  const [after = 0] = room.visible.at(-1)?.values() ?? [];
  expect(after).toBeLessThan(before / 2);
  expect(call.others.current.map(({ isSharing }) => isSharing.current)).toEqual([true, false]);
});

test('what is heard on a screen is played beside the voice', () => {
  const { room, players } = aCall();
  const sound = (id: string) => ({ track: { id } as MediaStreamTrack });
  const microphone = aPublication('microphone', sound('voice'));
  const screenAudio = aPublication('screen-audio', sound('music'));
  room.setPeople([aParticipant('ann', { microphone, screenAudio })]);
  expect(players).toEqual(['voice', 'music']);
});

test('screen readers hear who begins and ends sharing, oneself included', () => {
  const { call, room } = aCall();
  const screen = aPublication('screen');
  room.setPeople([aParticipant('ann', { name: 'Ann', screen })]);
  expect(call.announcement.current).toBe('Ann is sharing their screen');
  room.setPeople([aParticipant('ann', { name: 'Ann' })]);
  expect(call.announcement.current).toBe('Ann stopped sharing their screen');
  room.setSelf({ screen });
  expect(call.announcement.current).toBe('You are sharing your screen');
  room.setSelf({ screen: undefined });
  expect(call.announcement.current).toBe('You stopped sharing your screen');
});
