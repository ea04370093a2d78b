/** What is shared of screens, as an application sees it. */
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aServer, called, joins, joinsMesh, pass } from './testing/call-fixture.ts';

async function aCallOfTwo() {
  const server = await aServer();
  const ann = await joins(server, 'Ann');
  const bob = await joins(server, 'Bob');
  return { server, ann, bob };
}

test('[C54] a shared screen is there beside the camera, for the others and for oneself', async () => {
  const { server, ann, bob } = await aCallOfTwo();
  expect(called(ann.room, 'Bob').screen).toBeUndefined();
  await bob.localMedia.startScreen();
  await settle();
  const seen = called(ann.room, 'Bob');
  expect(seen.screen).toMatchObject({ source: 'screen', muted: false });
  expect(seen.screen?.track).toBeDefined();
  expect(seen.screenAudio?.track).toBeDefined();
  expect(new Set([seen.screen?.track, seen.camera?.track]).size).toBe(2);
  const own = called(bob.room, 'Bob');
  expect(own.screen?.track).toBe(bob.link.sent.get('screen'));
  expect(own.screenAudio?.track).toBe(bob.link.sent.get('screen-audio'));
  expect([ann.link, bob.link].map(({ offers }) => offers.length)).toEqual([1, 2]);
  const cyd = await joins(server, 'Cyd');
  expect(called(cyd.room, 'Bob').screen?.track).toBeDefined();
});

test('a screen that is not shared any more is not published any more', async () => {
  const { ann, bob } = await aCallOfTwo();
  await bob.localMedia.startScreen();
  await settle();
  bob.localMedia.stopScreen();
  await settle();
  expect(called(ann.room, 'Bob').screen).toBeUndefined();
  expect(called(ann.room, 'Bob').screenAudio).toBeUndefined();
  expect([...bob.link.sent.keys()]).toEqual(['microphone', 'camera']);
});

test('[C20] a moderator stops a screen: the sharing is over, and can be begun again', async () => {
  const { ann, bob } = await aCallOfTwo();
  await bob.localMedia.startScreen();
  await settle();
  await ann.room.mute(bob.room.localParticipantId, 'screen');
  await settle();
  expect(bob.localMedia.screen.current).toEqual({ name: 'off' });
  expect(called(ann.room, 'Bob').screen).toBeUndefined();
  await bob.localMedia.startScreen();
  await settle();
  expect(called(ann.room, 'Bob').screen).toMatchObject({ muted: false, mutedBy: undefined });
});

test('[C21] who may not share any more stops', async () => {
  const { ann, bob } = await aCallOfTwo();
  await bob.localMedia.startScreen();
  await settle();
  await ann.room.allowSources(bob.room.localParticipantId, ['microphone', 'camera']);
  await settle();
  expect(bob.localMedia.screen.current).toEqual({ name: 'off' });
  expect(bob.localMedia.camera.current.name).toBe('on');
});

test('what is heard on a screen is nobody speaking', async () => {
  const { server, ann, bob } = await aCallOfTwo();
  await bob.localMedia.startScreen();
  await settle();
  // The fake names a track after its slot.
  const mid = called(ann.room, 'Bob').screenAudio?.track?.id.replace('slot ', '') ?? '';
  ann.link.levels.set(mid, 0.9);
  await pass(server, 1_000);
  expect(ann.room.speaking.current).toEqual(new Set());
});

test('[C47] in a mesh a shared screen goes to each of the others', async () => {
  const server = await aServer();
  const ann = await joinsMesh(server, 'Ann');
  const bob = await joinsMesh(server, 'Bob');
  const cyd = await joinsMesh(server, 'Cyd');
  await ann.localMedia.startScreen();
  await pass(server, 250);
  expect(ann.pairLinks.map(({ sent }) => sent.has('screen'))).toEqual([true, true]);
  for (const { room } of [bob, cyd]) expect(called(room, 'Ann').screen?.track).toBeDefined();
});
