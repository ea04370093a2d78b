/** A room is broadcast. */
import type { FakeMix } from '@plenum/media/fake';
import { createBroadcastKey } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aConference, joins, known, standup } from './testing/conference-fixture.ts';
import { MemoryStation } from './testing/memory-station.ts';

async function aRoomWithTwo() {
  const station = new MemoryStation();
  const conference = await aConference({}, { broadcasts: station });
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  const ben = await joins(conference, 'Ben', { identity: known('Ben', { role: 'participant' }) });
  const mix = (): FakeMix | undefined => conference.router().mixes.at(-1);
  const broadcast = async () => {
    await ann.asks('startBroadcast');
    await settle();
  };
  const pass = async (ms: number) => {
    conference.clock.advance(ms);
    await settle();
  };
  const types = () => station.channels.at(-1)?.events.map(({ type }) => type);
  return { station, conference, ann, ben, mix, broadcast, pass, types };
}

const begun = ['stream-began', 'segment-began', 'part-finished'];
const withoutH264 = {
  send: { audio: ['audio/opus'], video: ['video/VP8'] },
  receive: { audio: ['audio/opus'], video: ['video/VP8'] },
};

test('[C66] who moderates starts and stops it, and everybody sees that it runs', async () => {
  const { station, conference, ann, ben, broadcast, types } = await aRoomWithTwo();
  await expect(ben.asks('startBroadcast')).rejects.toMatchObject({ code: 'not-authorized' });
  await broadcast();
  expect(ben.room.data.broadcast).toEqual({ since: conference.clock.isoTime(), audience: 0 });
  expect(station.channels.map(({ roomId }) => roomId)).toEqual([standup]);
  expect(types()).toEqual(begun);
  await expect(ben.asks('stopBroadcast')).rejects.toMatchObject({ code: 'not-authorized' });
  await ann.asks('stopBroadcast');
  await settle();
  expect(ben.room.data.broadcast).toBeUndefined();
  expect(station.channels[0]?.isClosed).toBe(true);
});

test('[C66] it is made although nobody sees the one picture, and no longer than it is needed', async () => {
  const { ann, mix, broadcast, pass } = await aRoomWithTwo();
  expect(mix()).toBeUndefined();
  await broadcast();
  expect(mix()?.content.entries.map(({ name }) => name)).toEqual(['Ann', 'Ben']);
  expect(mix()?.sounds.size).toBe(0);
  await ann.asks('stopBroadcast');
  await pass(5_000);
  expect(mix()).toBeUndefined();
});

test('[C66] started twice it is one, and stopped where none runs nothing happens', async () => {
  const { station, ann, broadcast } = await aRoomWithTwo();
  await ann.asks('stopBroadcast');
  await broadcast();
  await broadcast();
  expect(station.channels).toHaveLength(1);
});

test('[C66] the application starts and stops it too', async () => {
  const { conference, ben } = await aRoomWithTwo();
  conference.conference.startBroadcast(standup);
  await settle();
  expect(ben.room.data.broadcast).toBeDefined();
  conference.conference.stopBroadcast(standup);
  await settle();
  expect(ben.room.data.broadcast).toBeUndefined();
});

test('[C66] where guests may not come in only the application starts it', async () => {
  const { conference, ann, ben } = await aRoomWithTwo();
  await ann.asks('changeSettings', { settings: { guests: 'refused' } });
  await expect(ann.asks('startBroadcast')).rejects.toMatchObject({ code: 'broadcast-unavailable' });
  conference.conference.startBroadcast(standup);
  await settle();
  expect(ben.room.data.broadcast).toBeDefined();
});

test('[C66] it ends with the room', async () => {
  const { station, ann, ben, broadcast } = await aRoomWithTwo();
  await broadcast();
  ben.runtime.close();
  ann.runtime.close();
  await settle();
  expect(station.channels[0]?.isClosed).toBe(true);
});

test('[C66] where nothing can be broadcast, and where media goes from one to another, it is refused', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  await expect(ann.asks('startBroadcast')).rejects.toMatchObject({ code: 'broadcast-unavailable' });
  const { conference: another } = await aRoomWithTwo();
  const inMesh = 'garden' as typeof standup;
  another.conference.createRoom(inMesh, { topology: 'mesh' });
  expect(() => another.conference.startBroadcast(inMesh)).toThrow(
    expect.objectContaining({ code: 'broadcast-unavailable' }),
  );
});

test('[C87] one that is begun with a key is for those who have it, whom everybody in the room can tell it', async () => {
  const { station, conference, ann, ben, pass, mix } = await aRoomWithTwo();
  const key = createBroadcastKey();
  const since = conference.clock.isoTime();
  await ann.asks('startBroadcast', { key });
  await settle();
  const [channel] = station.channels;
  if (channel === undefined) throw new Error('there is no channel');
  expect(channel.key).toBe(key);
  expect(ben.room.data.broadcast).toEqual({ since, audience: 0, key });
  // It goes on as it was begun.
  await ann.asks('startBroadcast', {});
  await ann.asks('startBroadcast', { key });
  await expect(ann.asks('startBroadcast', { key: createBroadcastKey() })).rejects.toMatchObject({
    code: 'broadcast-unavailable',
  });
  channel.audience = 2;
  await pass(3_000);
  expect(ben.room.data.broadcast).toEqual({ since, audience: 2, key });
  mix()?.failBroadcasts();
  await settle();
  expect(ben.room.data.broadcast).toEqual({ since, audience: 2, key, endedBy: 'broadcast-failed' });
  await ann.asks('startBroadcast', {});
  await settle();
  expect(ben.room.data.broadcast).not.toHaveProperty('key');
  expect(station.channels[1]?.key).toBeUndefined();
});

test('[C87] a key that could be guessed is refused', async () => {
  const { conference, ann } = await aRoomWithTwo();
  await expect(ann.asks('startBroadcast', { key: 'secret' })).rejects.toMatchObject({ code: 'bad-request' });
  expect(() => conference.conference.startBroadcast(standup, { key: 'secret' })).toThrow(
    expect.objectContaining({ code: 'bad-request' }),
  );
});

test('[C67] how many look on is told every three seconds at most, and only where it is another', async () => {
  const { station, ben, broadcast, pass } = await aRoomWithTwo();
  await broadcast();
  const [channel] = station.channels;
  if (channel === undefined) throw new Error('there is no channel');
  const seen = () => ben.room.data.broadcast?.audience;
  channel.audience = 12;
  await pass(2_900);
  expect(seen()).toBe(0);
  await pass(100);
  expect(seen()).toBe(12);
  const { version } = ben.room;
  await pass(9_000);
  expect(ben.room.version).toBe(version);
  expect(Object.keys(ben.room.data.participants)).toHaveLength(2);
});

test('[C68] a mixer that dies is replaced, and the broadcast goes on in the same channel', async () => {
  const { station, ben, mix, broadcast, types } = await aRoomWithTwo();
  await broadcast();
  mix()?.crash();
  await settle();
  expect(mix()?.broadcasts.size).toBe(1);
  expect(station.channels).toHaveLength(1);
  expect(types()).toEqual([...begun, ...begun]);
  expect(ben.room.data.broadcast?.endedBy).toBeUndefined();
});

test('[C68] what cannot be encoded any more ends it with a code, which everybody sees, and it can be started anew', async () => {
  const { station, conference, ben, mix, broadcast } = await aRoomWithTwo();
  await broadcast();
  const since = conference.clock.isoTime();
  mix()?.failBroadcasts();
  await settle();
  expect(ben.room.data.broadcast).toEqual({ since, audience: 0, endedBy: 'broadcast-failed' });
  expect(station.channels[0]?.isClosed).toBe(true);
  await broadcast();
  expect(ben.room.data.broadcast).toEqual({ since, audience: 0 });
});

test('[C68] without a mixer, or where it has too much to do, it ends at once, and without one for long after a while', async () => {
  const { conference, ben, mix, broadcast, pass } = await aRoomWithTwo();
  conference.router().hasMixer = false;
  await broadcast();
  expect(ben.room.data.broadcast?.endedBy).toBe('mixer-unavailable');
  conference.router().hasMixer = true;
  await broadcast();
  conference.router().hasMixer = false;
  mix()?.crash();
  await settle();
  expect(ben.room.data.broadcast?.endedBy).toBeUndefined();
  await pass(31_000);
  expect(ben.room.data.broadcast?.endedBy).toBe('mixer-unavailable');
});

test('[C68] it is in H.264, and who does not decode that has everybody by themselves for as long as it runs', async () => {
  const { conference, ann, mix, broadcast, types, pass } = await aRoomWithTwo();
  const cyd = await joins(conference, 'Cyd', {
    identity: known('Cyd', { role: 'participant' }),
    capabilities: withoutH264,
  });
  cyd.context.set('view', 'composite');
  await settle();
  expect(mix()?.codec).toBe('vp8');
  // The mixer has no room for both: one takes the place of the other.
  conference.router().mixerBudget = 3;
  await broadcast();
  expect(conference.router().mixes.map(({ codec }) => codec)).toEqual(['h264']);
  expect(types()).toEqual(begun);
  expect(
    cyd
      .shown('video')
      .filter((name) => name !== undefined)
      .toSorted(),
  ).toEqual(['Ann', 'Ben']);
  await ann.asks('stopBroadcast');
  await pass(1_000);
  expect(mix()?.codec).toBe('vp8');
});

test('[C80] who starts it is not kept waiting by what was refused before: it runs, or ends at once', async () => {
  const { conference, ben, broadcast, types } = await aRoomWithTwo();
  conference.router().hasMixer = false;
  ben.context.set('view', 'composite');
  await settle();
  await broadcast();
  expect(ben.room.data.broadcast?.endedBy).toBe('mixer-unavailable');
  conference.router().hasMixer = true;
  await broadcast();
  expect(ben.room.data.broadcast?.endedBy).toBeUndefined();
  expect(types()).toEqual(begun);
});

test('[C80] a mix in VP8 that is not to be had keeps none in H.264 from being made', async () => {
  const { conference, mix, broadcast, types } = await aRoomWithTwo();
  conference.router().mixerBudget = 2;
  const cyd = await joins(conference, 'Cyd', { capabilities: withoutH264 });
  cyd.context.set('view', 'composite');
  await settle();
  expect(mix()).toBeUndefined();
  await broadcast();
  expect(mix()?.codec).toBe('h264');
  expect(types()).toEqual(begun);
});
