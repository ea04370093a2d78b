import type { Address, HypertyUrl } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { GuardedBus, isOwnAddress } from './guarded-bus.ts';

const url: HypertyUrl = 'hyperty://acme.test/s1/Echo';

function aGuardedBus() {
  const sent: unknown[] = [];
  const listening = new Set<Address>();
  const bus = new GuardedBus(
    {
      send: (message) => sent.push(message),
      request: async () => ({ code: 200 }),
      listen: (address) => {
        listening.add(address);
        return () => listening.delete(address);
      },
    },
    url,
  );
  return { bus, sent, listening };
}

test.each<readonly [Address, boolean]>([
  [url, true],
  ['hyperty://acme.test/s1/Echo/part', true],
  ['connection://acme.test/s1/Echo/room', true],
  ['comm://acme.test/s1/Echo', true],
  ['hyperty://acme.test/s1/Echo2', false],
  ['hyperty://acme.test/s1', false],
  ['hyperty://other.test/s1/Echo', false],
  ['runtime://acme.test/s1/Echo', false],
  ['user://acme.test/s1/Echo', false],
  ['domain://acme.test/s1/Echo', false],
])('[DE6] whether %s is its own: %s', (address, isOwn) => {
  expect(isOwnAddress(url, address)).toBe(isOwn);
});

test('[DE6] it does not end the session that it is in', async () => {
  const { bus } = aGuardedBus();
  const to: Address = 'domain://msg-node.acme.test/session';
  await expect(bus.request({ type: 'delete', from: url, to, body: {} })).rejects.toMatchObject({
    code: 'not-authorized',
  });
});

test('[DE6] it listens at its own addresses and to what is published', () => {
  const { bus, listening } = aGuardedBus();
  bus.listen(url, () => undefined);
  const stop = bus.listen('comm://acme.test/standup/changes', () => undefined);
  expect(() => bus.listen('hyperty://acme.test/s1/other', () => undefined)).toThrow(
    expect.objectContaining({ code: 'not-authorized' }),
  );
  stop();
  expect([...listening]).toEqual([url]);
});

test('it listens at so many addresses and no more', () => {
  const { bus } = aGuardedBus();
  const at = (index: number) => bus.listen(`hyperty://acme.test/s1/Echo/${index}`, () => undefined);
  for (let index = 0; index < 64; index++) at(index);
  expect(() => at(64)).toThrow(expect.objectContaining({ code: 'capacity-exceeded' }));
});

test('once closed it neither sends nor hears', async () => {
  const { bus, sent, listening } = aGuardedBus();
  bus.listen(url, () => undefined);
  bus.close();
  bus.close();
  expect(listening.size).toBe(0);
  expect(() => bus.send({ type: 'read', from: url, to: url, body: {} })).toThrow(
    expect.objectContaining({ code: 'closed' }),
  );
  expect(() => bus.listen(url, () => undefined)).toThrow(expect.objectContaining({ code: 'closed' }));
  expect(sent).toEqual([]);
});
