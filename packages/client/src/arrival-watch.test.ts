import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { ArrivalWatch } from './arrival-watch.ts';

function aWatch() {
  const clock = new FakeClock();
  const told: string[] = [];
  const link: { received: number | Error } = { received: 1 };
  const watch = new ArrivalWatch({
    clock,
    receivedBytes: async () => {
      if (link.received instanceof Error) throw link.received;
      return link.received;
    },
    onArrived: () => told.push('arrived'),
    onSilent: () => told.push('silent'),
  });
  watch.begin();
  const look = async (arrives: number) => {
    if (typeof link.received === 'number') link.received += arrives;
    clock.advance(1_000);
    await settle();
  };
  const receivesFor = async (looks: number) => {
    for (let left = looks; left > 0; left--) await look(1);
  };
  return { clock, told, link, watch, look, receivesFor };
}

test('a link by which something came all the time is silent when nothing comes, which is told once', async () => {
  const { told, watch, look, receivesFor } = aWatch();
  await receivesFor(4);
  told.length = 0;
  for (let looks = 0; looks < 5; looks++) await look(0);
  expect(told).toEqual(['silent']);
  expect(watch.isSilent).toBe(true);
});

test('it is silent no more when something comes, and can be again', async () => {
  const { told, watch, look, receivesFor } = aWatch();
  await receivesFor(4);
  await look(0);
  await look(1);
  expect(watch.isSilent).toBe(false);
  await receivesFor(1);
  await look(0);
  expect(told.filter((what) => what === 'silent')).toHaveLength(2);
});

test('where something comes now and then only, nothing is missed', async () => {
  const { told, look, receivesFor } = aWatch();
  for (let times = 0; times < 5; times++) {
    await receivesFor(1);
    await look(0);
  }
  expect(told).not.toContain('silent');
});

test('a link that cannot be asked is not silent', async () => {
  const { told, link, look, receivesFor } = aWatch();
  await receivesFor(4);
  link.received = new Error('InvalidStateError');
  for (let looks = 0; looks < 5; looks++) await look(0);
  expect(told).not.toContain('silent');
});

test('nobody is told anything after its end', async () => {
  const { clock, told, link, watch, receivesFor } = aWatch();
  await receivesFor(4);
  told.length = 0;
  link.received = 100;
  clock.advance(1_000);
  watch.close();
  await settle();
  watch.begin();
  expect(told).toEqual([]);
  expect(clock.pendingTimers).toBe(0);
});
