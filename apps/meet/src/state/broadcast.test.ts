import { expect, test } from 'vitest';
import { createBroadcast } from './broadcast.ts';
import { createFakeMedia } from './fake-media.ts';
import { createFakeRoom } from './fake-room.ts';
import { createNotices } from './notices.ts';
import { settled } from './settled.ts';

function aRoom() {
  const room = createFakeRoom(createFakeMedia());
  const notices = createNotices();
  return { room, notices, broadcast: createBroadcast({ room, notices }) };
}

const live = {
  since: '2026-11-20T10:00:00.000Z',
  audience: 3,
  url: 'https://example.org/room/live',
  streamUrl: '',
};

test('the same entry starts it, and stops it while it runs', () => {
  const { room, broadcast } = aRoom();
  broadcast.toggle();
  room.broadcast.set(live);
  expect(broadcast.isOn.current).toBe(true);
  expect(broadcast.shown.current).toMatchObject({ audience: 3, url: 'https://example.org/room/live' });
  broadcast.toggle();
  expect(room.asked).toEqual(['startBroadcast', 'stopBroadcast']);
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
  broadcast.toggle();
  await settled();
  expect(notices.items.current).toMatchObject([
    { title: 'The broadcast could not be started', text: 'Nothing is broadcast from this room.' },
  ]);
});
