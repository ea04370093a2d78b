/** Sessions that outlive their wire: real runtimes on a real node, over links that break. */
import { HypertyRuntime, type OpenLink, silentLogger } from '@plenum/hyperty';
import { type Address, ConferenceError, type HypertyUrl, snapshotSchema } from '@plenum/protocol';
import { breakable, FakeClock, settle } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { MessagingNode } from './messaging-node.ts';
import { aWire, sessionService } from './testing/node-fixture.ts';

const domain = 'acme.test';
const parseTopic = (value: unknown) => v.parse(snapshotSchema(v.object({ topic: v.string() })), value);

async function aNetwork() {
  const clock = new FakeClock();
  const node = new MessagingNode({ domain, logger: silentLogger, clock });
  const aRuntime = async (resumeToken?: string) => {
    const network = breakable(node.openLink({ origin: '198.18.0.1' }));
    const endings: (string | undefined)[] = [];
    const states: string[] = [];
    const runtime = new HypertyRuntime({
      domain,
      openLink: network.openLink,
      clock,
      isResumable: true,
      resumeToken,
      onState: (state) => states.push(state),
      onClosed: (error) => endings.push(error?.code),
    });
    const url = runtime.hypertyUrl('client');
    await runtime.claim([url]);
    await settle();
    return { runtime, url, network, endings, states };
  };
  /** Reported by one, observed by another. */
  const aTopic = (of: Awaited<ReturnType<typeof aRuntime>>, seenBy: Awaited<ReturnType<typeof aRuntime>>) => {
    const { reporter } = of.runtime.syncher.create({
      url: `comm://${domain}/${of.runtime.sessionId}/topic`,
      reporter: of.url,
      schema: 'Topic',
      name: 'topic',
      data: { topic: 'today' },
    });
    reporter.addObserver(seenBy.url);
    const observer = seenBy.runtime.syncher.adopt(reporter.snapshot(), seenBy.url, parseTopic);
    return { reporter, observer };
  };
  return { clock, node, aRuntime, aTopic };
}

/** Answers whatever comes; tells how much came. */
function countsRequests({ runtime, url }: { readonly runtime: HypertyRuntime; readonly url: HypertyUrl }) {
  let count = 0;
  runtime.bus.listen(url, () => {
    count += 1;
    return { code: 200 };
  });
  return () => count;
}

/** Longer than a first try to come back takes to begin. */
const soonMs = 3_000;

test('[S8] a session that lost its wire keeps addresses, subscriptions and objects, and nobody is told', async () => {
  const { node, aRuntime, aTopic } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  const { observer } = aTopic(ann, ben);
  await settle();
  const before = node.dump();
  ann.network.cut();
  await settle();
  expect(node.dump()).toEqual(before);
  const failures: unknown[] = [];
  observer.on('deleted', (error) => failures.push(error));
  expect(failures).toEqual([]);
  expect(ann.states.at(-1)).toBe('resuming');
});

test('[S9] it comes back over another wire, and is reached at the same address', async () => {
  const { clock, aRuntime } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  ann.runtime.bus.listen(ann.url, () => ({ code: 200, value: 'here' }));
  ann.network.cut();
  await settle();
  ann.network.restore();
  clock.advance(soonMs);
  await settle();
  expect(ann.runtime.state).toBe('open');
  const answer = await ben.runtime.bus.request({ type: 'read', from: ben.url, to: ann.url, body: {} });
  expect(answer.value).toBe('here');
  expect(ann.endings).toEqual([]);
});

test('[S9] the wire it still had is closed', async () => {
  const { node, aRuntime } = await aNetwork();
  const ann = await aRuntime();
  const wire = aWire(node);
  const opening = { value: { protocolVersion: 1 }, resumeToken: ann.runtime.resumeToken };
  wire.send('create', ann.runtime.url, sessionService, opening);
  await settle();
  expect(wire.received[0]?.body).toMatchObject({ code: 200, value: { isResumed: true } });
  expect(node.dump().sessions).toBe(1);
  expect(ann.endings).toEqual(['session-resumed']);
});

test('[S10] requests of the domain’s own to it wait for it; others are told that it is away', async () => {
  const { clock, node, aRuntime } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  const openLink = node.openLink({ origin: 'here', isTrusted: true });
  const conference = new HypertyRuntime({ domain, openLink, clock });
  const url = `hyperty://${domain}/conference` as const;
  await conference.claim([url]);
  ann.runtime.bus.listen(ann.url, () => ({ code: 200, value: 'late' }));
  ann.network.cut();
  const asked = conference.bus.request({ type: 'read', from: url, to: ann.url, body: {} });
  const refused = ben.runtime.bus.request({ type: 'read', from: ben.url, to: ann.url, body: {} });
  await expect(refused).rejects.toMatchObject({ code: 'user-unreachable', retryable: true });
  await settle();
  ann.network.restore();
  clock.advance(soonMs);
  expect((await asked).value).toBe('late');
});

test('[S10] what it missed it reads again, and others read what it changed meanwhile', async () => {
  const { clock, aRuntime, aTopic } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  const annsTopic = aTopic(ann, ben);
  const bensTopic = aTopic(ben, ann);
  await settle();
  ann.network.cut();
  annsTopic.reporter.set('topic', 'of ann, said without a wire');
  bensTopic.reporter.set('topic', 'of ben, said to nobody');
  await settle();
  ann.network.restore();
  clock.advance(soonMs);
  await settle();
  await settle();
  expect(annsTopic.observer.data.topic).toBe('of ann, said without a wire');
  expect(bensTopic.observer.data.topic).toBe('of ben, said to nobody');
});

test('[S10] that an object ended meanwhile it learns after its return, with the reason', async () => {
  const { clock, aRuntime, aTopic } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  const { reporter, observer } = aTopic(ben, ann);
  const reasons: (string | undefined)[] = [];
  observer.on('deleted', (error) => reasons.push(error?.code));
  await settle();
  ann.network.cut();
  reporter.close(new ConferenceError('removed'));
  await settle();
  ann.network.restore();
  clock.advance(soonMs);
  await settle();
  expect(reasons).toEqual(['removed']);
});

test('[S11] who does not come back in time has gone', async () => {
  const { clock, node, aRuntime, aTopic } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  const { observer } = aTopic(ann, ben);
  const reasons: (string | undefined)[] = [];
  observer.on('deleted', (error) => reasons.push(error?.code));
  await settle();
  ann.network.cut();
  clock.advance(29_999);
  await settle();
  expect(reasons).toEqual([]);
  clock.advance(1);
  await settle();
  expect(reasons).toEqual(['disconnected']);
  expect(node.dump()).toMatchObject({ sessions: 1, communicationObjects: 0 });
  ann.network.restore();
  clock.advance(soonMs);
  await settle();
  expect(ann.endings).toEqual(['session-lost']);
});

test('[S11] a goodbye ends the session at once', async () => {
  const { node, aRuntime } = await aNetwork();
  const ann = await aRuntime();
  ann.runtime.close();
  await settle();
  expect(node.dump().sessions).toBe(0);
});

test('[S12] the token of an ended session makes the same user in a new one', async () => {
  const { aRuntime } = await aNetwork();
  const ann = await aRuntime();
  const { resumeToken, userUrl } = ann.runtime;
  ann.runtime.close();
  const again = await aRuntime(resumeToken);
  expect(again.runtime.userUrl).toBe(userUrl);
  expect(again.runtime.sessionId).not.toBe(ann.runtime.sessionId);
});

test('[S12] a token that is none opens nothing', async () => {
  const { node } = await aNetwork();
  const wire = aWire(node);
  const runtime = `runtime://${domain}/${'a'.repeat(26)}`;
  wire.send('create', runtime, sessionService, { value: { protocolVersion: 1 }, resumeToken: 'made up' });
  wire.send('read', runtime, sessionService);
  await settle();
  expect(wire.received.map(({ body }) => body)).toMatchObject([
    { error: { code: 'token-invalid' } },
    { error: { code: 'session-required' } },
  ]);
  expect(node.dump().sessions).toBe(0);
});

test('[S13] requests whose answers were lost are sent again', async () => {
  const { clock, aRuntime } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  const asked = countsRequests(ben);
  ann.network.silence();
  const answer = ann.runtime.bus.request({ type: 'read', from: ann.url, to: ben.url as Address, body: {} });
  ann.network.cut();
  ann.network.restore();
  await settle();
  clock.advance(soonMs);
  await expect(answer).resolves.toMatchObject({ code: 200 });
  expect(asked()).toBe(1);
});

test('[S15] what is said without a link arrives in the order in which it was said', async () => {
  const { clock, node, aRuntime, aTopic } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  ann.network.cut();
  aTopic(ann, ben).reporter.close();
  await settle();
  ann.network.restore();
  clock.advance(soonMs);
  await settle();
  expect(node.dump()).toMatchObject({ communicationObjects: 0, subscriptions: 0 });
});

test('[S15] an address that was given up on a link which had died unnoticed is given up after the return', async () => {
  const { clock, node, aRuntime, aTopic } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  const { reporter } = aTopic(ann, ben);
  await settle();
  ann.network.silence();
  reporter.close();
  ann.network.cut();
  ann.network.restore();
  await settle();
  clock.advance(soonMs);
  await settle();
  expect(node.dump()).toMatchObject({ communicationObjects: 0 });
});

test('[S15] a request that was called off meanwhile is not sent', async () => {
  const { clock, aRuntime } = await aNetwork();
  const [ann, ben] = [await aRuntime(), await aRuntime()];
  const asked = countsRequests(ben);
  ann.network.cut();
  const callingOff = new AbortController();
  const draft = { type: 'read', from: ann.url, to: ben.url, body: {} } as const;
  const given = ann.runtime.bus.request(draft, { signal: callingOff.signal });
  callingOff.abort();
  await expect(given).rejects.toMatchObject({ code: 'aborted' });
  ann.network.restore();
  clock.advance(soonMs);
  await settle();
  expect(asked()).toBe(0);
});

test('[S16] who closes a session that has lost its link is gone at once where the node can be reached', async () => {
  const { node, aRuntime, clock } = await aNetwork();
  const ann = await aRuntime();
  ann.network.cut();
  await settle();
  ann.network.restore();
  ann.runtime.close();
  expect(ann.endings).toEqual([undefined]);
  await settle();
  expect(node.dump().sessions).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

test('[S16] where the node cannot be reached one attempt is made, and the node ends the session in time', async () => {
  const { node, aRuntime, clock } = await aNetwork();
  const ann = await aRuntime();
  ann.network.cut();
  await settle();
  const opened = ann.network.opened;
  ann.runtime.close();
  await settle();
  clock.advance(29_000);
  await settle();
  expect(ann.network.opened).toBe(opened + 1);
  expect(node.dump().sessions).toBe(1);
  clock.advance(1_000);
  expect(node.dump().sessions).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

test('[S16] the one attempt is given up where no answer comes', async () => {
  const { aRuntime, clock } = await aNetwork();
  const ann = await aRuntime();
  ann.network.cut();
  await settle();
  ann.network.silence();
  ann.runtime.close();
  await settle();
  clock.advance(30_000);
  expect(clock.pendingTimers).toBe(0);
});

test('[S19] who closes has gone also where the word of the closed link does not arrive', async () => {
  const clock = new FakeClock();
  const node = new MessagingNode({ domain, logger: silentLogger, clock });
  const toNode = node.openLink({ origin: '198.18.0.1' });
  // As of a page that goes away with its socket.
  const openLink: OpenLink = (events) => {
    const link = toNode(events);
    return {
      send: (message) => link.send(message),
      close: () => link.abandon(),
      abandon: () => link.abandon(),
    };
  };
  const runtime = new HypertyRuntime({ domain, openLink, clock, isResumable: true });
  await runtime.opened;
  expect(node.dump().sessions).toBe(1);
  runtime.close();
  await settle();
  expect(node.dump().sessions).toBe(0);
});

test('[S17] a listener that throws neither keeps a session from going on nor from ending', async () => {
  const clock = new FakeClock();
  const node = new MessagingNode({ domain, logger: silentLogger, clock });
  const network = breakable(node.openLink({ origin: '198.18.0.1' }));
  const fail = () => {
    throw new Error('a mistake of the application');
  };
  const runtime = new HypertyRuntime({
    domain,
    openLink: network.openLink,
    clock,
    isResumable: true,
    onState: fail,
    onResumeToken: fail,
    onClosed: fail,
  });
  await runtime.opened;
  await settle();
  network.cut();
  network.restore();
  clock.advance(soonMs);
  await settle();
  expect(runtime.state).toBe('open');
  const asked = runtime.claim([runtime.hypertyUrl('client')]);
  runtime.close();
  await expect(asked).rejects.toMatchObject({ code: 'closed' });
  await settle();
  expect(node.dump().sessions).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

test('[S14] a link that has fallen silent is asked, and given up where it does not answer', async () => {
  const { clock, aRuntime } = await aNetwork();
  const ann = await aRuntime();
  ann.network.silence();
  clock.advance(10_000);
  await settle();
  expect(ann.runtime.state).toBe('open');
  clock.advance(5_000);
  await settle();
  expect(ann.runtime.state).toBe('resuming');
  ann.network.restore();
  clock.advance(1);
  await settle();
  expect(ann.runtime.state).toBe('open');
  expect(ann.endings).toEqual([]);
});

test('[S14] a link that is asked because the network may be another has less time to answer', async () => {
  const { clock, aRuntime } = await aNetwork();
  const ann = await aRuntime();
  ann.network.silence();
  ann.runtime.checkLink();
  clock.advance(1_400);
  await settle();
  expect(ann.runtime.state).toBe('open');
  clock.advance(100);
  await settle();
  expect(ann.runtime.state).toBe('resuming');
});

test('[S14] a link that answers is kept', async () => {
  const { clock, aRuntime } = await aNetwork();
  const ann = await aRuntime();
  for (let times = 0; times < 10; times++) {
    clock.advance(10_000);
    await settle();
  }
  expect(ann.network.opened).toBe(1);
});

test('[S8] a session is told for how long it is kept', async () => {
  const clock = new FakeClock();
  const limits = { resumeWithinMs: 90_000 };
  const node = new MessagingNode({ domain, logger: silentLogger, clock, limits });
  const openLink = node.openLink({ origin: '198.18.0.1' });
  const runtime = new HypertyRuntime({ domain, openLink, clock, isResumable: true });
  expect(runtime.resumeWithinMs).toBe(30_000);
  await runtime.opened;
  await settle();
  expect(runtime.resumeWithinMs).toBe(90_000);
});
