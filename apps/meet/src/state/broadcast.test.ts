import { expect, test } from 'vitest';
import { createBroadcast, usualAudience } from './broadcast.ts';
import { createFakeMedia } from './fake-media.ts';
import { createFakeRoom } from './fake-room.ts';
import { createNotices } from './notices.ts';
import { settled } from './settled.ts';

function aRoom() {
  const room = createFakeRoom(createFakeMedia());
  const notices = createNotices();
  return { room, notices, broadcast: createBroadcast({ room, notices, key: 'a-key' }) };
}

const live = {
  since: '2026-11-20T10:00:00.000Z',
  audience: 3,
  url: 'https://example.org/room/live',
  streamUrl: '',
};

test('it is started, and stopped while it runs', () => {
  const { room, broadcast } = aRoom();
  broadcast.start('everybody');
  room.broadcast.set(live);
  expect(broadcast.isOn.current).toBe(true);
  expect(broadcast.shown.current).toMatchObject({ audience: 3, url: 'https://example.org/room/live' });
  broadcast.stop();
  expect(room.asked).toEqual(['startBroadcast', 'stopBroadcast']);
});

test('where it is for those only who have the link, the key in that is told', () => {
  const { room, broadcast } = aRoom();
  broadcast.start('link');
  expect(room.asked).toEqual(['startBroadcast a-key']);
});

test('who cannot come in by the name of the room is not to look on by it, unless that is chosen', () => {
  const { current: open } = aRoom().room.settings;
  expect(usualAudience(open)).toBe('everybody');
  for (const closed of [{ isLocked: true }, { hasLobby: true }, { guests: 'lobby' }] as const)
    expect(usualAudience({ ...open, ...closed })).toBe('link');
});

test('one that ends by a failure is told in words, once, and not to who comes later', () => {
  const { room, notices, broadcast } = aRoom();
  room.broadcast.set({ ...live, endedBy: 'mixer-unavailable' });
  expect(notices.items.current).toEqual([]);
  room.broadcast.set(live);
  room.broadcast.set({ ...live, endedBy: 'mixer-unavailable' });
  expect(broadcast.isOn.current).toBe(false);
  expect(broadcast.shown.current).toBeUndefined();
  expect(notices.items.current).toMatchObject([{ kind: 'problem', title: 'The broadcast ended' }]);
});

test('who may not start it learns so', async () => {
  const { room, notices, broadcast } = aRoom();
  room.refuseWith('broadcast-unavailable');
  broadcast.start('everybody');
  await settled();
  expect(notices.items.current).toMatchObject([
    { title: 'The broadcast could not be started', text: 'Nothing is broadcast from this room.' },
  ]);
});
