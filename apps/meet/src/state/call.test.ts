import type { Participant, Room } from '@plenum/client';
import { expect, test, vi } from 'vitest';
import { createCall } from './call.ts';
import { createDevices } from './devices.ts';
import { createFakeMedia } from './fake-media.ts';
import { aParticipant, createFakeRoom } from './fake-room.ts';
import { createPreferences } from './preferences.ts';

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
    },
    createPlayer: () => ({
      play: async ({ id }) => void players.push(id),
      setSpeaker: () => undefined,
      close: () => undefined,
    }),
    pixelRatio: () => 2,
  });
  return { call, room, media, newcomers, players, preferences };
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
  room.setPeople([aParticipant('ann', { camera: { source: 'camera', muted: true, track } })]);
  expect(call.others.current[0]?.picture.current).toBeUndefined();
  room.setPeople([aParticipant('ann', { camera: { source: 'camera', muted: false, track } })]);
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
  const sound = (id: string) =>
    ({ source: 'microphone', muted: false, track: { id } as MediaStreamTrack }) as const;
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
