/** A room's broadcast is looked on at by links to the media server. */
import { createFakeMediaServer, fakeOffer, fakeView } from '@plenum/media/fake';
import { createBroadcastKey } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test, vi } from 'vitest';
import { aConference, joins, known, standup } from './testing/conference-fixture.ts';
import { MemoryStation } from './testing/memory-station.ts';

async function aBroadcast(
  limits: Parameters<typeof aConference>[0] = {},
  options: Parameters<typeof aConference>[1] = {},
) {
  const station = new MemoryStation();
  const stage = await aConference(limits, { broadcasts: station, ...options });
  const ann = await joins(stage, 'Ann', { identity: known('Ann') });
  await ann.asks('startBroadcast');
  await settle();
  const onEnded = vi.fn();
  const enter = (origin = 'here', offer = fakeView()) =>
    stage.conference.enterAudience(standup, { offer, origin, onEnded });
  const viewers = () => stage.router().viewers;
  const mix = () => stage.router().mixes.at(-1);
  const pass = async (ms: number) => {
    stage.clock.advance(ms);
    await settle();
  };
  return { station, stage, ann, enter, viewers, mix, pass, onEnded };
}

const sourcesOf = (shown: ReadonlyMap<string, { readonly connectionId: string }>) =>
  Object.fromEntries([...shown].map(([source, { connectionId }]) => [source, connectionId]));

test('[W5] who looks on sees the one picture and hears everybody, and is nobody in the room', async () => {
  const { ann, enter, viewers, mix, onEnded } = await aBroadcast();
  const { version } = ann.room;
  const seat = await enter();
  await settle();
  expect(seat.answer).toContain('a=sendonly');
  const [viewer] = viewers();
  expect(sourcesOf(viewer?.shown ?? new Map())).toEqual({
    camera: mix()?.picture.id,
    microphone: mix()?.sounds.get(undefined)?.id,
  });
  expect(mix()?.content.entries.map(({ name }) => name)).toEqual(['Ann']);
  expect(Object.keys(ann.room.data.participants)).toHaveLength(1);
  expect(ann.room.version).toBe(version);
  expect(onEnded).not.toHaveBeenCalled();
});

test('[W5] who looks on is told where to find themselves, and no relay: that is for those in calls', async () => {
  const relay = { urls: ['turn:relay.test', 'turns:relay.test'], username: 'somebody', credential: 'secret' };
  const issueIceServers = () => ({ iceServers: [{ urls: ['stun:relay.test'] }, relay] });
  const { enter } = await aBroadcast({}, { issueIceServers });
  expect((await enter()).iceServers).toEqual([{ urls: ['stun:relay.test'] }]);
});

test('[W6] who looks on counts as audience, until they go', async () => {
  const { ann, enter, pass, onEnded, viewers, mix } = await aBroadcast();
  const audience = () => ann.room.data.broadcast?.audience;
  const [first, second] = [await enter(), await enter()];
  await pass(3_000);
  expect(audience()).toBe(2);
  first.close();
  first.close();
  await pass(3_000);
  expect(audience()).toBe(1);
  expect(onEnded).toHaveBeenCalledTimes(1);
  expect(mix()?.sounds.size).toBe(1);
  second.close();
  await pass(3_000);
  expect(audience()).toBe(0);
  expect(viewers()).toEqual([]);
  // Nobody listens: there is nothing to encode.
  expect(mix()?.sounds.size).toBe(0);
});

test.each(['disconnected', 'failed', 'closed'] as const)(
  '[W7] a link that is %s is one who has gone',
  async (status) => {
    const { enter, viewers, onEnded, station } = await aBroadcast();
    const seat = await enter();
    await settle();
    viewers()[0]?.connection.setStatus(status);
    expect(onEnded).toHaveBeenCalledTimes(1);
    expect(viewers()).toEqual([]);
    expect(station.channels[0]?.audience).toBe(0);
    await expect(seat.restartIce()).rejects.toMatchObject({ code: 'closed' });
  },
);

test('[W7] a link that does not come about in time is given up', async () => {
  const mediaServer = createFakeMediaServer({ connectsByItself: false });
  const { enter, pass, onEnded } = await aBroadcast({ connectWithinMs: 30_000 }, { mediaServer });
  for (const link of mediaServer.routers[0]?.connections ?? []) link.setStatus('connected');
  await Promise.all([enter(), enter()]);
  const viewers = () => mediaServer.routers[0]?.viewers ?? [];
  viewers()[0]?.connection.setStatus('connected');
  await pass(29_900);
  expect(viewers()).toHaveLength(2);
  await pass(100);
  expect(viewers()).toHaveLength(1);
  expect(onEnded).toHaveBeenCalledTimes(1);
});

test('[W7] the end of the broadcast, and of the room, is the end for who looks on', async () => {
  const { stage, ann, enter, viewers, onEnded } = await aBroadcast();
  await enter();
  await ann.asks('stopBroadcast');
  await settle();
  expect(onEnded).toHaveBeenCalledTimes(1);
  expect(viewers()).toEqual([]);
  await expect(enter()).rejects.toMatchObject({ code: 'not-broadcast' });
  await ann.asks('startBroadcast');
  await settle();
  await enter();
  stage.conference.endForAll(standup);
  expect(onEnded).toHaveBeenCalledTimes(2);
  await expect(enter()).rejects.toMatchObject({ code: 'room-not-found' });
});

test('[W5] a mixer that dies leaves a gap, after which who looks on sees the next picture', async () => {
  const { enter, viewers, mix, onEnded } = await aBroadcast();
  await enter();
  await settle();
  const before = mix();
  before?.crash();
  await settle();
  expect(mix()).not.toBe(before);
  expect(sourcesOf(viewers()[0]?.shown ?? new Map())).toEqual({
    camera: mix()?.picture.id,
    microphone: mix()?.sounds.get(undefined)?.id,
  });
  expect(onEnded).not.toHaveBeenCalled();
});

test('[C87] a broadcast that has a key is looked on at by those who have it', async () => {
  const { stage, ann, station } = await aBroadcast();
  const key = createBroadcastKey();
  await ann.asks('stopBroadcast');
  await ann.asks('startBroadcast', { key });
  await settle();
  const enter = (shown?: string) =>
    stage.conference.enterAudience(standup, {
      offer: fakeView(),
      origin: 'here',
      key: shown,
      onEnded: () => undefined,
    });
  for (const wrong of [undefined, '', createBroadcastKey()])
    await expect(enter(wrong)).rejects.toMatchObject({ code: 'not-broadcast' });
  await enter(key);
  expect(station.channels[1]?.audience).toBe(1);
});

test('[W8] only so many look on at a room, and of one origin only so many', async () => {
  const { station, enter } = await aBroadcast({ viewersPerRoom: 3, viewersPerOrigin: 2 });
  const [first] = [await enter('a'), await enter('a')];
  await expect(enter('a')).rejects.toMatchObject({ code: 'capacity-exceeded' });
  await enter('b');
  await expect(enter('c')).rejects.toMatchObject({ code: 'capacity-exceeded' });
  expect(station.channels[0]?.audience).toBe(3);
  first?.close();
  await enter('a');
});

test('[W8] an offer that cannot be answered leaves nothing behind', async () => {
  const { station, enter, viewers } = await aBroadcast({ viewersPerOrigin: 1 });
  for (const [offer, code] of [
    ['nonsense', 'invalid-offer'],
    [fakeOffer(), 'invalid-offer'],
    [fakeView({ codecs: ['vp8'] }), 'unsupported-media'],
  ] as const)
    await expect(enter('here', offer)).rejects.toMatchObject({ code });
  expect(viewers()).toEqual([]);
  expect(station.channels[0]?.audience).toBe(0);
  await enter();
});
