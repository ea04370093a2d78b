/** What clients tell of their connections. */
import type { ConnectionFailure, ConnectionSummary } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aConference, joins } from './testing/conference-fixture.ts';

const summary: ConnectionSummary = {
  number: 1,
  to: 'server',
  local: 'prflx',
  remote: 'host',
  protocol: 'udp',
  family: 'IPv4',
  stages: { signalling: 40, connecting: 12, securing: 25 },
};

async function aCountedCall() {
  const told: (ConnectionSummary | ConnectionFailure)[] = [];
  const tell = (one: ConnectionSummary | ConnectionFailure) => told.push(one);
  const conference = await aConference({}, { onConnected: tell, onConnectFailed: tell });
  const ann = await joins(conference, 'Ann');
  const ben = await joins(conference, 'Ben');
  return { conference, told, ann, ben };
}

test('[C50] a connection that has come about is told of once, and nobody in the room hears of it', async () => {
  const { told, ann, ben } = await aCountedCall();
  const version = ben.room.version;
  ann.context.set('connected', summary);
  await settle();
  ann.context.set('connected', { ...summary, local: 'relay' });
  ann.context.set('connected', { ...summary, number: 2, to: 'participant' });
  await settle();
  expect(told).toEqual([summary, { ...summary, number: 2, to: 'participant' }]);
  expect(ben.room.version).toBe(version);
});

test('[C75] an attempt that failed is told of once too, whatever came about meanwhile', async () => {
  const { told, ann, ben } = await aCountedCall();
  const version = ben.room.version;
  const failure: ConnectionFailure = { number: 1, to: 'participant', stage: 'connecting' };
  ann.context.set('failed', failure);
  await settle();
  ann.context.set('connected', summary);
  ann.context.set('failed', { ...failure, number: 2, stage: 'securing' });
  await settle();
  expect(told).toEqual([failure, summary, { ...failure, number: 2, stage: 'securing' }]);
  expect(ben.room.version).toBe(version);
});

test.each([
  { ...summary, local: 'a label of my own' },
  { ...summary, protocol: 'x'.repeat(1_000) },
  { ...summary, number: 1_001 },
  { ...summary, stages: { signalling: -1 } },
])('[C50] who tells of it in other words than those there are is not counted: %#', async (nonsense) => {
  const { told, ann } = await aCountedCall();
  ann.context.set('connected', nonsense as ConnectionSummary);
  await settle();
  expect(told).toEqual([]);
});
