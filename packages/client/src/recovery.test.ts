import { FakeClock, settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { Recovery } from './recovery.ts';

function aRecovery() {
  const clock = new FakeClock();
  const did: string[] = [];
  const checks: number[] = [];
  const world: { isSessionOpen: boolean; bytes: number | Error } = { isSessionOpen: true, bytes: 0 };
  const recovery = new Recovery(clock, {
    isSessionOpen: () => world.isSessionOpen,
    checkSession: () => checks.push(clock.now()),
    receivedBytes: async () => {
      if (world.bytes instanceof Error) throw world.bytes;
      return world.bytes;
    },
    restartIce: () => did.push('restart'),
    makeNewLink: () => did.push('new link'),
    giveUp: () => did.push('give up'),
    onState: (state) => did.push(state),
  });
  return { clock, did, checks, world, recovery };
}

function aFlowingOne() {
  const all = aRecovery();
  all.recovery.handleLinkState('connected');
  all.did.length = 0;
  return all;
}

test('a link that never connected is given up', () => {
  const { recovery, did } = aRecovery();
  recovery.handleLinkState('failed');
  expect(did).toEqual(['give up']);
});

test('a link that does not connect within twelve seconds is given up', () => {
  const { recovery, did, clock } = aRecovery();
  clock.advance(500);
  // What came before was the other side's time to answer.
  recovery.handleLinkState('connecting');
  clock.advance(11_900);
  expect(did).toEqual([]);
  clock.advance(100);
  expect(did).toEqual(['give up']);
});

test('one that nobody answered is given up as well', () => {
  const { did, clock } = aRecovery();
  clock.advance(12_000);
  expect(did).toEqual(['give up']);
});

test('while the session is lost a link is not given up, and has its time when it is back', () => {
  const { recovery, did, world, clock } = aRecovery();
  world.isSessionOpen = false;
  clock.advance(60_000);
  expect(did).toEqual([]);
  world.isSessionOpen = true;
  recovery.handleSessionBack();
  clock.advance(11_900);
  expect(did).toEqual([]);
  clock.advance(100);
  expect(did).toEqual(['give up']);
});

test('a link that has connected has all the time there is', () => {
  const { did, clock } = aFlowingOne();
  clock.advance(60_000);
  expect(did).toEqual([]);
});

test('a short loss is left to ICE', () => {
  const { recovery, did, clock } = aFlowingOne();
  recovery.handleLinkState('disconnected');
  clock.advance(1_900);
  recovery.handleLinkState('connected');
  clock.advance(60_000);
  expect(did).toEqual(['waiting', 'flowing']);
});

test('a longer one gets a new way through the network, then a new link', () => {
  const { recovery, did, clock } = aFlowingOne();
  recovery.handleLinkState('disconnected');
  clock.advance(2_000);
  expect(did).toEqual(['waiting', 'restarting', 'restart']);
  recovery.handleLinkState('failed');
  clock.advance(6_000);
  expect(did.slice(3)).toEqual(['new link']);
});

test('a failed link is given a new way at once', () => {
  const { recovery, did } = aFlowingOne();
  recovery.handleLinkState('failed');
  expect(did).toEqual(['restarting', 'restart']);
});

test('nobody is asked while the session is lost, and at once when it is back', () => {
  const { recovery, did, world, clock } = aFlowingOne();
  world.isSessionOpen = false;
  recovery.handleLinkState('failed');
  clock.advance(60_000);
  expect(did).toEqual(['restarting']);
  world.isSessionOpen = true;
  recovery.handleSessionBack();
  expect(did).toEqual(['restarting', 'restarting', 'restart']);
});

test('a session that turns out to be lost is waited for', () => {
  const { recovery, did, world, clock } = aFlowingOne();
  recovery.handleLinkState('failed');
  world.isSessionOpen = false;
  clock.advance(60_000);
  expect(did).toEqual(['restarting', 'restart']);
  world.isSessionOpen = true;
  recovery.handleSessionBack();
  expect(did.at(-1)).toBe('restart');
});

test('when the session is back, media is counted: it flows', async () => {
  const { recovery, did, world, clock } = aFlowingOne();
  recovery.handleSessionBack();
  await settle();
  world.bytes = 1;
  clock.advance(2_500);
  await settle();
  expect(did).toEqual(['proving', 'flowing']);
});

test('when the session is back, media is counted: where none comes, the way is made anew', async () => {
  const { recovery, did, clock } = aFlowingOne();
  recovery.handleSessionBack();
  await settle();
  clock.advance(2_500);
  await settle();
  expect(did).toEqual(['proving', 'restarting', 'restart']);
});

test.each(['at first', 'later'])('a link that cannot be counted, %s, is made anew', async (when) => {
  const { recovery, did, world, clock } = aFlowingOne();
  const failure = new Error('InvalidStateError');
  if (when === 'at first') world.bytes = failure;
  recovery.handleSessionBack();
  await settle();
  world.bytes = failure;
  clock.advance(2_500);
  await settle();
  expect(did).toEqual(['proving', 'restarting', 'restart']);
});

/** Packets come, once a second. */
async function flowsFor({ clock, world }: ReturnType<typeof aRecovery>, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left--) {
    world.bytes = Number(world.bytes) + 1;
    clock.advance(1_000);
    await settle();
  }
}

async function silenceFor({ clock }: ReturnType<typeof aRecovery>, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left--) {
    clock.advance(1_000);
    await settle();
  }
}

test('when packets that came all the time come no more, the session is asked, before the browser misses them', async () => {
  const all = aFlowingOne();
  await flowsFor(all, 4);
  await silenceFor(all, 10);
  expect(all.checks).toEqual([5_000]);
  expect(all.did).toEqual([]);
});

test('when the session is back and packets come no more, the way is made anew at once', async () => {
  const all = aFlowingOne();
  await flowsFor(all, 4);
  await silenceFor(all, 1);
  all.recovery.handleSessionBack();
  expect(all.did).toEqual(['restarting', 'restart']);
});

test('it is made anew as soon as packets are missed, where the session was back first', async () => {
  const all = aFlowingOne();
  await flowsFor(all, 4);
  all.recovery.handleSessionBack();
  await settle();
  await silenceFor(all, 1);
  expect(all.did).toEqual(['proving', 'restarting', 'restart']);
});

test('a new way that the browser says nothing of, since it did not miss the old, makes no new link', async () => {
  const all = aFlowingOne();
  await flowsFor(all, 4);
  await silenceFor(all, 1);
  all.recovery.handleSessionBack();
  await flowsFor(all, 60);
  expect(all.did).toEqual(['restarting', 'restart', 'flowing']);
});

test('packets from a link that the browser gives up are no sign that it is mended', async () => {
  const all = aFlowingOne();
  all.recovery.handleLinkState('disconnected');
  await flowsFor(all, 3);
  expect(all.did).toEqual(['waiting', 'restarting', 'restart']);
});

test('the session is asked with each try, so that no new link is made because nobody heard of it', () => {
  const { recovery, checks, clock } = aFlowingOne();
  recovery.handleLinkState('disconnected');
  clock.advance(2_000);
  expect(checks).toEqual([0, 2_000]);
});

test('a session that is being brought back is not asked, which would begin that anew', async () => {
  const all = aFlowingOne();
  await flowsFor(all, 4);
  all.world.isSessionOpen = false;
  await silenceFor(all, 1);
  all.recovery.handleLinkState('disconnected');
  await silenceFor(all, 10);
  expect(all.checks).toEqual([]);
});

test('nothing happens after its end', async () => {
  const { recovery, did, clock } = aFlowingOne();
  recovery.handleLinkState('disconnected');
  did.length = 0;
  recovery.close();
  clock.advance(60_000);
  recovery.handleLinkState('failed');
  recovery.handleSessionBack();
  await settle();
  expect(did).toEqual([]);
});
