/** Reporter and observer over a wire that loses, repeats and reorders what a test tells it to. */

import {
  type Address,
  type Change,
  ConferenceError,
  connectionSchema,
  type Message,
  type Request,
} from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { ann, aRoomObservedByAnn, aRuntime, conference, parseRoom, url } from './testing/observed-room.ts';

test('[R1] every change raises the version by one and reaches the observer as a delta', () => {
  const { reporter, observer, deliverAll } = aRoomObservedByAnn();
  const changes: (Change | undefined)[] = [];
  observer.on('changed', (_data, change) => changes.push(change));
  reporter.set('topic', 'plans');
  reporter.setAt(['people', 'p1'], { name: 'Bob' });
  deliverAll();
  expect(observer.version).toBe(2);
  expect(observer.data).toEqual({ topic: 'plans', people: { p1: { name: 'Bob' } } });
  expect(changes).toEqual([
    { attribute: 'topic', value: 'plans' },
    { attribute: 'people.p1', value: { name: 'Bob' } },
  ]);
});

test('[R2] a change without a value removes the attribute', () => {
  const { reporter, observer, deliverAll } = aRoomObservedByAnn();
  reporter.setAt(['people', 'p1'], { name: 'Bob' });
  reporter.setAt(['people', 'p1'], undefined);
  deliverAll();
  expect(observer.data.people).toEqual({});
});

test('[R3] setting what is there already sends nothing', () => {
  const { reporter, wire } = aRoomObservedByAnn();
  reporter.set('topic', 'today');
  reporter.setAt(['people', 'p9'], undefined);
  expect(wire).toEqual([]);
  expect(reporter.version).toBe(0);
});

test('[R9] who is invited to observe is brought the object, and who refuses it says why', async () => {
  const { reporter, wire, client } = aRoomObservedByAnn();
  const bob = 'hyperty://acme.test/s2/bob';
  const brought: unknown[] = [];
  client.bus.listen(bob, (message) => {
    if (message.type === 'create') brought.push(message.from, message.body);
    return { code: 200 };
  });
  const invited = reporter.inviteObserver(bob);
  const [, invitation] = wire.splice(0);
  client.bus.handleMessage(invitation as Message);
  await invited;
  expect(brought).toEqual([
    `${url}/subscription`,
    { resource: url, schema: 'Communication', value: reporter.snapshot() },
  ]);
});

test('[R9] who is dismissed learns why, and nobody else does', () => {
  const { reporter, observer, wire } = aRoomObservedByAnn();
  const endings: (string | undefined)[] = [];
  observer.on('deleted', (reason) => endings.push(reason?.message));
  reporter.removeObserver(ann, new ConferenceError('removed', 'Enough.'));
  const dismissal = wire.find(({ type }) => type === 'delete');
  expect(dismissal).toMatchObject({ from: `${url}/subscription`, to: ann });
  const forged = { ...dismissal, from: 'comm://acme.test/other/subscription' } as Request;
  observer.handleDismissal(forged);
  expect(endings).toEqual([]);
  observer.handleDismissal(dismissal as Request);
  expect(endings).toEqual(['Enough.']);
});

test('[O1] a stale or repeated delta changes nothing', () => {
  const { reporter, observer, wire, deliver } = aRoomObservedByAnn();
  reporter.set('topic', 'a');
  reporter.set('topic', 'b');
  const [first, second] = wire.splice(0);
  for (const message of [first, second, first, second]) deliver(message);
  expect(observer.data.topic).toBe('b');
  expect(observer.version).toBe(2);
});

test('[O2] a gap makes the observer read the object again', async () => {
  const { reporter, observer, wire, deliver, deliverAll } = aRoomObservedByAnn();
  reporter.set('topic', 'lost');
  reporter.setAt(['people', 'p1'], { name: 'Bob' });
  const [, second] = wire.splice(0);
  deliver(second);
  await expect.poll(() => wire.length).toBe(1);
  deliverAll();
  await expect.poll(() => observer.version).toBe(2);
  expect(observer.data).toEqual(reporter.data);
});

test('[O9] an object that says its version makes who missed a change read again, and nobody else', async () => {
  const { reporter, observer, wire, deliver, deliverAll } = aRoomObservedByAnn();
  reporter.announce();
  deliverAll();
  expect(wire).toEqual([]);
  reporter.set('topic', 'lost');
  reporter.announce();
  const [, announcement] = wire.splice(0);
  deliver(announcement);
  await expect.poll(() => wire.length).toBe(1);
  deliverAll();
  await expect.poll(() => observer.data.topic).toBe('lost');
});

test('[O3] the end of another object at the same address is none of this one', () => {
  const { reporter, observer, wire, deliver } = aRoomObservedByAnn();
  let isDeleted = false;
  observer.on('deleted', () => {
    isDeleted = true;
  });
  reporter.close();
  const [message] = wire.splice(0);
  if (message?.type === 'delete') deliver({ ...message, body: { ...message.body, epoch: 'other' } });
  expect(isDeleted).toBe(false);
  deliver(message);
  expect(isDeleted).toBe(true);
});

test('[O3] another epoch makes the observer read the object again', async () => {
  const { reporter, observer, wire, deliver, deliverAll } = aRoomObservedByAnn();
  reporter.set('topic', 'restored');
  const [message] = wire.splice(0);
  if (message?.type === 'update')
    deliver({ ...message, body: { ...message.body, epoch: 'other', version: 1 } });
  await expect.poll(() => wire.length).toBe(1);
  deliverAll();
  await expect.poll(() => observer.data.topic).toBe('restored');
});

test('[O4] what the schema refuses changes nothing and ends the observation', () => {
  const { observer, wire, reporter, deliver } = aRoomObservedByAnn();
  const errors: ConferenceError[] = [];
  observer.on('failed', (error) => errors.push(error));
  reporter.set('topic', 'fine');
  const [message] = wire.splice(0);
  if (message?.type === 'update') deliver({ ...message, body: { ...message.body, value: 7 } });
  expect(errors.map(({ code }) => code)).toEqual(['invalid-object']);
  expect(observer.data.topic).toBe('today');
});

test.each(['__proto__.polluted', 'people.constructor.x', 'a..b', 'topic.deeper'])(
  '[O5] the path %s is refused',
  (attribute) => {
    const { observer, reporter, wire, deliver } = aRoomObservedByAnn();
    const errors: ConferenceError[] = [];
    observer.on('failed', (error) => errors.push(error));
    reporter.set('topic', 'fine');
    const [message] = wire.splice(0);
    if (message?.type === 'update') deliver({ ...message, body: { ...message.body, attribute } });
    expect(errors.map(({ code }) => code)).toEqual(['invalid-object']);
    expect({}).not.toHaveProperty('polluted');
  },
);

test('[O6] only the object itself is believed about its changes', () => {
  const { observer, wire, reporter, deliver } = aRoomObservedByAnn();
  reporter.set('topic', 'forged');
  const [message] = wire.splice(0);
  if (message !== undefined) deliver({ ...message, from: 'comm://acme.test/other' });
  expect(observer.version).toBe(0);
});

test('[O7] a delta that overtakes the handling of its snapshot is not lost', async () => {
  const { server, client, reporter, wire, deliverAll } = aRoomObservedByAnn();
  const bob: Address = 'hyperty://acme.test/s2/bob';
  const other = aRuntime((message) => server.bus.handleMessage(message), new FakeClock());
  const snapshot = reporter.snapshot();
  reporter.addObserver(bob);
  reporter.set('topic', 'early');
  for (const message of wire.splice(0)) other.bus.handleMessage(message);
  const late = other.syncher.adopt(snapshot, bob, parseRoom);
  await expect.poll(() => late.data.topic).toBe('early');
  deliverAll();
  client.syncher.close();
});

test('[R4] only observers may read', async () => {
  const { server, wire } = aRoomObservedByAnn();
  const stranger = 'hyperty://acme.test/s9/eve';
  server.bus.handleMessage({ id: 1, type: 'read', from: stranger, to: url, body: {} });
  await expect.poll(() => wire[0]?.body).toMatchObject({ code: 403 });
});

test('[R5] closing tells observers why and gives the address back', () => {
  const { reporter, observer, wire, deliver } = aRoomObservedByAnn();
  const reasons: (ConferenceError | undefined)[] = [];
  observer.on('deleted', (reason) => reasons.push(reason));
  reporter.close();
  reporter.close();
  expect(wire.map(({ type, to }) => `${type} ${to}`)).toEqual([
    `delete ${url}/changes`,
    'delete domain://msg-node.acme.test/address-allocation',
  ]);
  deliver(wire[0]);
  expect(reasons).toEqual([undefined]);
});

test('[O8] whatever a wire loses, repeats or reorders, the copy converges once a delta gets through', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ key: fc.constantFrom('a', 'b', 'c'), name: fc.option(fc.string(), { nil: undefined }) }),
      ),
      fc.infiniteStream(fc.constantFrom<'pass' | 'lose' | 'twice' | 'late'>('pass', 'lose', 'twice', 'late')),
      async (edits, fates) => {
        const { reporter, observer, wire, deliver, deliverAll } = aRoomObservedByAnn();
        const late: Message[] = [];
        const fate = fates[Symbol.iterator]();
        for (const { key, name } of edits) {
          reporter.setAt(['people', key], name === undefined ? undefined : { name });
          for (const message of wire.splice(0)) {
            const decision = fate.next().value;
            if (decision === 'late') late.push(message);
            if (decision === 'pass' || decision === 'twice') deliver(message);
            if (decision === 'twice') deliver(message);
          }
        }
        for (const message of late.reverse()) deliver(message);
        reporter.set('topic', 'the last word');
        await expect
          .poll(
            () => {
              deliverAll();
              return observer.version;
            },
            { interval: 0 },
          )
          .toBe(reporter.version);
        expect(observer.data).toEqual(reporter.data);
      },
    ),
    { numRuns: 200 },
  );
});

test('the Connection schema of the specification is understood', () => {
  const data = {
    scheme: 'connection',
    name: 'standup',
    owner: ann,
    peer: conference,
    status: 'new',
    iceCandidates: [],
  };
  expect(v.is(connectionSchema, data)).toBe(true);
  expect(v.is(connectionSchema, { ...data, status: 'dreaming' })).toBe(false);
});
