/** What a session might do to cost others, or to stay behind. */
import { expect, test } from 'vitest';
import {
  allocation,
  aNode,
  aSession,
  aWire,
  domain,
  registry,
  sessionService,
  subscriptions,
} from './testing/node-fixture.ts';

test('[A6] a request comes from an address itself, not from one made up behind it', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const url = ann.own('hyperty', 'client');
  for (const from of [`${url}/changes`, `${url}/subscription/x`]) {
    expect(ann.send('read', from, registry)).toMatchObject({ error: { code: 'not-authorized' } });
  }
});

test('[A6] an answer may come from an address that was given up meanwhile, but from nobody else’s', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const bob = aSession(node);
  const object = ann.own('connection', '1');
  const bobUrl = bob.own('hyperty', 'client');
  ann.send('delete', ann.runtime, allocation, { childrenResources: [object] });
  ann.send('response', object, bobUrl, { code: 200 });
  expect(bob.received.at(-1)).toMatchObject({ type: 'response', from: object });
  const before = bob.received.length;
  ann.send('response', `connection://${domain}/${bob.sessionId}/gone`, bobUrl, { code: 200 });
  ann.send('response', sessionService, bobUrl, { code: 200 });
  expect(bob.received).toHaveLength(before);
});

test('[P1] the domain’s own hyperties observe by their own word, and only they end it', () => {
  const { node } = aNode();
  const conference = aSession(node, { isTrusted: true });
  const ann = aSession(node);
  const url = `hyperty://${domain}/conference`;
  conference.claim(url);
  const object = ann.own('connection', '1');
  const wish = { resources: [`${object}/changes`], subscriber: url };
  ann.send('subscribe', ann.runtime, subscriptions, wish);
  expect(conference.send('subscribe', url, subscriptions, wish)).toMatchObject({ code: 200 });
  ann.send('unsubscribe', ann.runtime, subscriptions, wish);
  ann.attachment.handleClosed(1000);
  expect(conference.received.at(-1)).toMatchObject({ type: 'delete', from: object });
  expect(conference.send('subscribe', url, subscriptions, wish)).toMatchObject({
    error: { code: 'object-not-found' },
  });
});

test('[P3] giving an address up tells its observers, too', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const bob = aSession(node);
  const object = ann.own('connection', '1');
  const wish = { resources: [`${object}/changes`], subscriber: bob.own('hyperty', 'client') };
  ann.send('subscribe', ann.runtime, subscriptions, wish);
  ann.send('delete', ann.runtime, allocation, { childrenResources: [object] });
  expect(bob.received.at(-1)).toMatchObject({ type: 'delete', from: object });
});

test('[P3] an object is deleted once: what follows reaches nobody', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const bob = aSession(node);
  const object = ann.own('connection', '1');
  const wish = { resources: [`${object}/changes`], subscriber: bob.own('hyperty', 'client') };
  ann.send('subscribe', ann.runtime, subscriptions, wish);
  ann.send('delete', object, `${object}/changes`, {});
  ann.attachment.handleClosed(1000);
  expect(bob.received.filter(({ type }) => type === 'delete')).toHaveLength(1);
});

test('[P3] who says of another object that it is gone does not go unnoticed by the server', () => {
  const { node } = aNode();
  const conference = aSession(node, { isTrusted: true });
  const url = `hyperty://${domain}/conference`;
  conference.claim(url);
  const eve = aSession(node);
  const object = eve.own('connection', '1');
  const resource = `${object}/changes`;
  conference.send('subscribe', url, subscriptions, { resources: [resource] });
  eve.send('delete', object, resource, { epoch: 'of-another-object' });
  eve.attachment.handleClosed(1000);
  const told = conference.received.filter(({ type, to }) => type === 'delete' && to === resource);
  expect(told.map(({ body }) => body)).toMatchObject([
    { epoch: 'of-another-object' },
    { error: { code: 'disconnected' } },
  ]);
  expect(node.dump().subscriptions).toBe(0);
});

test('[P4] subscriptions count against who asks for them: nobody fills another’s table', () => {
  const { node } = aNode({ subscriptionsPerSession: 2 });
  const eve = aSession(node);
  const bob = aSession(node);
  const bobUrl = bob.own('hyperty', 'client');
  const resources = ['1', '2', '3'].map((name) => `${eve.own('connection', name)}/changes`);
  expect(eve.send('subscribe', eve.runtime, subscriptions, { resources, subscriber: bobUrl })).toMatchObject({
    error: { code: 'capacity-exceeded' },
  });
  const own = { resources: [`hyperty://${domain}/conference/registration`], subscriber: bobUrl };
  expect(bob.send('subscribe', bobUrl, subscriptions, own)).toMatchObject({ code: 200 });
});

test('[P4] a client names only so many observers of one object', () => {
  const { node } = aNode({ observersPerObject: 1 });
  const eve = aSession(node);
  const object = eve.own('connection', '1');
  const [bob, cyd] = [aSession(node).own('hyperty', 'client'), aSession(node).own('hyperty', 'client')];
  const wish = { resources: [`${object}/changes`] };
  eve.send('subscribe', eve.runtime, subscriptions, { ...wish, subscriber: bob });
  expect(eve.send('subscribe', eve.runtime, subscriptions, { ...wish, subscriber: cyd })).toMatchObject({
    error: { code: 'capacity-exceeded' },
  });
});

test('[P4] only whole addresses are subscribed to, and subscribe: those made up behind one have no end', () => {
  const { node } = aNode();
  const conference = aSession(node, { isTrusted: true });
  const url = `hyperty://${domain}/conference`;
  conference.claim(url);
  const eve = aSession(node);
  const object = eve.own('connection', '1');
  for (const [resource, subscriber] of [
    [`${object}/changes/x/changes`, url],
    [`${object}/subscription`, url],
    [`${object}/changes`, `${url}/changes`],
  ] as const) {
    const wish = { resources: [resource], subscriber };
    expect(eve.send('subscribe', eve.runtime, subscriptions, wish)).toHaveProperty('error');
  }
});

test('[P4] nothing that a session subscribed others to outlives it', () => {
  const { node } = aNode({ subscriptionsPerSession: 4 });
  const conference = aSession(node, { isTrusted: true });
  const url = `hyperty://${domain}/conference`;
  conference.claim(url);
  const eve = aSession(node);
  const hyperty = eve.own('hyperty', 'client');
  const resources = [`${eve.own('connection', '1')}/changes`, `${hyperty}/registration`];
  const wish = { resources, subscriber: url };
  expect(eve.send('subscribe', eve.runtime, subscriptions, wish)).toMatchObject({ code: 200 });
  expect(node.dump().subscriptions).toBe(2);
  eve.attachment.handleClosed(1000);
  expect(node.dump().subscriptions).toBe(0);
});

test('[G1] a registration ends with its address, not only with the session', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const url = ann.own('hyperty', 'client');
  const entry = { url, user: ann.userURL, dataSchemes: [], resources: [], status: 'live' };
  expect(ann.send('create', url, registry, { value: entry })).toMatchObject({ code: 200 });
  ann.send('delete', ann.runtime, allocation, { childrenResources: [url] });
  expect(ann.send('read', ann.runtime, registry, { resource: `/hyperty/url/${url}` })).toMatchObject({
    value: [],
  });
});

test('[S1] two sessions whose ids begin alike are two users', () => {
  const { node } = aNode();
  const names = ['aa', 'bb'].map((end) => {
    const { send } = aWire(node);
    const from = `runtime://${domain}/${'0'.repeat(24)}${end}`;
    return JSON.stringify(send('create', from, sessionService, { value: { protocolVersion: 1 } }));
  });
  expect(names[0]).not.toBe(names[1]);
});

test('[S6] a wire that ended its session opens another in time, or is closed', () => {
  const { node, clock } = aNode({ openWithinMs: 1000 });
  const ann = aSession(node);
  expect(ann.send('delete', ann.runtime, sessionService)).toMatchObject({ code: 200 });
  clock.advance(1000);
  expect(ann.closes).toEqual([{ code: 4401, reason: 'session-required' }]);
});

test('[L2] a flood above the rate is cut off, although some of it gets through', () => {
  const { node, clock } = aNode({ messageBurst: 10, messagesPerSecond: 100, refusalsBeforeClose: 50 });
  const eve = aSession(node);
  for (let i = 0; i < 400 && eve.closes.length === 0; i++) {
    clock.advance(2);
    eve.send('read', eve.runtime, registry);
  }
  expect(eve.closes).toEqual([{ code: 4429, reason: 'rate-limited' }]);
});

test('[L2] a long message that is refused weighs as much as many', () => {
  const { node } = aNode();
  const eve = aSession(node);
  eve.attachment.handleText('x'.repeat(1024 * 1024));
  expect(eve.closes).toEqual([{ code: 4413, reason: 'message-too-large' }]);
});

test('[L3] a long message counts as several', () => {
  const { node } = aNode({ messageBurst: 20 });
  const eve = aSession(node);
  const send = () => eve.send('read', eve.runtime, registry, { resource: 'x', padding: 'x'.repeat(50_000) });
  expect(send()).toMatchObject({ error: { code: 'bad-request' } });
  send();
  // It is not even read, so the answer does not carry its id.
  expect(eve.received.at(-1)).toMatchObject({ id: 0, body: { error: { code: 'rate-limited' } } });
});

test('[L3] one session gone wild does not silence its neighbours', () => {
  const { node } = aNode({ sessionMessageBurst: 4 });
  const eve = aSession(node);
  const bob = aSession(node);
  for (let i = 0; i < 5; i++) eve.send('read', eve.runtime, registry);
  expect(eve.received.at(-1)?.body).toMatchObject({ error: { code: 'rate-limited' } });
  expect(bob.send('read', bob.runtime, registry)).toMatchObject({ error: { code: 'bad-request' } });
});
