import type { ParticipantId } from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { ConnectionList } from './connection-list.ts';
import type { ConnectionReport } from './connection-report.ts';
import { ConnectionWatch } from './connection-watch.ts';
import { nothingCarried } from './pictures.ts';
import { recorded } from './recorded-stats.ts';

function aList() {
  const clock = new FakeClock();
  const connections: ConnectionWatch[] = [];
  const established: ConnectionReport[] = [];
  const failed: ConnectionReport[] = [];
  const list = new ConnectionList({
    clock,
    connections: () => connections,
    carriedBy: () => nothingCarried,
    onEstablished: (report) => established.push(report),
    onFailed: (report) => failed.push(report),
  });
  const begin = (peer: string) => {
    const counted = { looks: 0 };
    const getStats = async () => {
      counted.looks += 1;
      return recorded.chromiumStar;
    };
    const watch = new ConnectionWatch({ peer: peer as ParticipantId, clock, getStats });
    connections.push(watch);
    list.refresh();
    return { watch, counted };
  };
  return { clock, connections, established, failed, list, begin };
}

test('connections come and go', () => {
  const { list, begin, connections } = aList();
  const peers = () => list.reports.current.map(({ peer }) => peer);
  expect(peers()).toEqual([]);
  begin('ann');
  begin('ben');
  expect(peers()).toEqual(['ann', 'ben']);
  connections.shift();
  list.refresh();
  expect(peers()).toEqual(['ben']);
});

test('stages are told as they happen, the path when the first picture has had its time', async () => {
  const { clock, list, begin } = aList();
  const { watch, counted } = begin('server');
  clock.advance(40);
  watch.handleFact('described');
  clock.advance(12);
  watch.handleFact('reached');
  clock.advance(20);
  expect(counted.looks).toBe(0);
  watch.handleFact('secured');
  clock.advance(15);
  watch.handleFact('received');
  await settle();
  expect(counted.looks).toBe(0);
  clock.advance(1_000);
  await settle();
  expect(counted.looks).toBe(1);
  expect(list.reports.current).toMatchObject([
    {
      peer: 'server',
      state: 'connected',
      stage: 'communicating',
      path: { local: 'host', protocol: 'udp' },
      stages: [
        { name: 'signalling', state: 'done', beganMs: 0, tookMs: 40 },
        { name: 'connecting', state: 'done', beganMs: 40, tookMs: 12 },
        { name: 'securing', state: 'done', beganMs: 52, tookMs: 20 },
        { name: 'communicating', state: 'done', beganMs: 72, tookMs: 15 },
      ],
    },
  ]);
});

test('statistics are looked at every two seconds while somebody looks, and not otherwise', async () => {
  const { clock, list, begin } = aList();
  const { watch, counted } = begin('server');
  watch.handleFact('received');
  clock.advance(60_000);
  await settle();
  const { looks: before } = counted;
  expect(before).toBe(1);
  clock.advance(60_000);
  await settle();
  expect(counted.looks).toBe(before);

  const stops = [list.reports.subscribe(() => undefined), list.reports.subscribe(() => undefined)];
  await settle();
  clock.advance(2_000);
  await settle();
  expect(counted.looks).toBe(before + 2);
  expect(list.reports.current[0]?.traffic).toMatchObject({ sentBps: 0, receivedBps: 0 });

  for (const stop of [...stops, ...stops]) stop();
  clock.advance(60_000);
  await settle();
  expect(counted.looks).toBe(before + 2);
});

test('each connection is told of once, with its first packet', async () => {
  const { clock, established, begin } = aList();
  const { watch } = begin('server');
  watch.handleFact('secured');
  clock.advance(4_900);
  watch.handleFact('received');
  clock.advance(1_000);
  await settle();
  expect(established).toHaveLength(1);
  watch.handleFact('lost');
  watch.handleFact('secured');
  clock.advance(60_000);
  await settle();
  expect(established).toMatchObject([{ peer: 'server', path: { local: 'host' } }]);
});

test('where no media comes it is told of after a while, and not where it has gone before', async () => {
  const { clock, connections, established, list, begin } = aList();
  begin('server').watch.handleFact('secured');
  const { watch } = begin('ben');
  watch.handleFact('secured');
  connections.pop();
  list.refresh();
  clock.advance(4_900);
  await settle();
  expect(established).toEqual([]);
  clock.advance(100);
  await settle();
  expect(established).toMatchObject([{ peer: 'server' }]);
});

test('a watch takes what was seen last for what there is where nothing can be seen', async () => {
  const clock = new FakeClock();
  const world: { stats: 'seen' | 'gone' } = { stats: 'seen' };
  const getStats = async () => {
    if (world.stats === 'gone') throw new Error('InvalidStateError');
    return recorded.chromiumStar;
  };
  const watch = new ConnectionWatch({ peer: 'server', clock, getStats });
  await watch.look();
  world.stats = 'gone';
  expect(await watch.giveUp()).toMatchObject({
    state: 'failed',
    stage: 'signalling',
    path: { local: 'host' },
  });
});

test('of one that was given up stays what was tried, whoever looks', async () => {
  const { clock, list, begin } = aList();
  const { watch, counted } = begin('ben');
  watch.handleFact('described');
  expect(await watch.giveUp()).toMatchObject({
    state: 'failed',
    stage: 'connecting',
    tried: { remote: { host: 1 } },
  });
  expect(counted.looks).toBe(1);
  list.reports.subscribe(() => undefined);
  clock.advance(10_000);
  await settle();
  expect(counted.looks).toBe(1);
});

test('after its end nothing is looked at', async () => {
  const { clock, list, begin } = aList();
  const { counted } = begin('server');
  list.reports.subscribe(() => undefined);
  list.close();
  list.close();
  list.refresh();
  const { looks } = counted;
  clock.advance(60_000);
  expect(counted.looks).toBe(looks);
  expect(clock.pendingTimers).toBe(0);
  expect(list.reports.current).toHaveLength(1);
});

test('one that fails is told of once, with the stage in which it did, and one that is lost is not', async () => {
  const { clock, established, failed, begin } = aList();
  const { watch } = begin('ann');
  watch.handleFact('described');
  await watch.giveUp();
  watch.handleFact('failed');
  expect(failed).toMatchObject([{ peer: 'ann', state: 'failed', stage: 'connecting' }]);
  const { watch: lost } = begin('ben');
  for (const fact of ['secured', 'received', 'failed'] as const) lost.handleFact(fact);
  clock.advance(10_000);
  await settle();
  expect(failed).toHaveLength(1);
  expect(established).toHaveLength(1);
});
