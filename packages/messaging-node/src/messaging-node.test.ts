import { createSessionId, protocolVersion } from '@plenum/protocol';
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

test('[S1] a session opens with its runtime address and is told who it is', () => {
  const { node } = aNode();
  const { received } = aSession(node);
  expect(received[0]).toMatchObject({
    type: 'response',
    body: {
      code: 200,
      value: { userURL: expect.stringMatching(/^user:\/\/acme.test\/guest-[0-9a-v]{16}$/) },
    },
  });
  expect(node.dump().sessions).toBe(1);
});

test('[S2] before a session is open nothing else is understood', () => {
  const { node } = aNode();
  const { send } = aWire(node);
  const from = `runtime://${domain}/${createSessionId()}`;
  expect(send('read', from, registry)).toMatchObject({ error: { code: 'session-required' } });
});

test.each([
  ['another domain', `runtime://other.test/${createSessionId()}`, protocolVersion, 'wrong-domain'],
  ['a short session id', `runtime://${domain}/abc`, protocolVersion, 'bad-request'],
  [
    'an address that is no runtime',
    `hyperty://${domain}/${createSessionId()}`,
    protocolVersion,
    'bad-request',
  ],
  ['another version', `runtime://${domain}/${createSessionId()}`, protocolVersion + 1, 'version-mismatch'],
])('[S3] a session with %s is refused', (_what, from, version, code) => {
  const { node } = aNode();
  const { send } = aWire(node);
  const body = send('create', from, sessionService, { value: { protocolVersion: version } });
  expect(body).toMatchObject({ error: { code } });
  expect(node.dump().sessions).toBe(0);
});

test('[S4] a refusal for the domain names the right one', () => {
  const { node } = aNode();
  const { send } = aWire(node);
  const from = `runtime://other.test/${createSessionId()}`;
  expect(send('create', from, sessionService)).toMatchObject({ error: { details: { domain } } });
});

test('[S5] a session id has one owner', () => {
  const { node } = aNode();
  const first = aSession(node);
  const { send } = aWire(node);
  const body = send('create', first.runtime, sessionService, { value: { protocolVersion } });
  expect(body).toMatchObject({ error: { code: 'session-taken' } });
});

test('[S6] a wire that opens no session in time is closed', () => {
  const { node, clock } = aNode({ openWithinMs: 1000 });
  const { closes } = aWire(node);
  const open = aSession(node);
  clock.advance(1000);
  expect(closes).toEqual([{ code: 4401, reason: 'session-required' }]);
  expect(open.closes).toEqual([]);
});

test('[A1] a session sends only from addresses that it owns', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const eve = aSession(node);
  const annUrl = ann.own('hyperty', 'client');
  const forged = eve.send('execute', annUrl, `hyperty://${domain}/conference`, { method: 'x' });
  expect(forged).toMatchObject({ error: { code: 'not-authorized' } });
});

test('[A2] a session claims addresses only below its own id, and nobody else’s', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const eve = aSession(node);
  for (const address of [
    `hyperty://${domain}/conference`,
    `comm://${domain}/standup`,
    `connection://${domain}/${ann.sessionId}/1`,
    `connection://other.test/${eve.sessionId}/1`,
    `user://${domain}/${eve.sessionId}`,
    `connection://${domain}/${eve.sessionId}/1/changes`,
  ]) {
    expect(eve.claim(address)).toMatchObject({ error: { code: 'not-authorized' } });
  }
  expect(node.dump().connectionObjects).toBe(0);
});

test('[A3] the domain’s own hyperties may have any address, once', () => {
  const { node } = aNode();
  const conference = aSession(node, { isTrusted: true });
  const second = aSession(node, { isTrusted: true });
  const address = `hyperty://${domain}/conference`;
  expect(conference.claim(address)).toMatchObject({ code: 200 });
  expect(conference.claim(address)).toMatchObject({ code: 200 });
  expect(second.claim(address)).toMatchObject({ error: { code: 'address-taken' } });
});

test('[A4] a session has only so many addresses', () => {
  const { node } = aNode({ addressesPerSession: 3 });
  const ann = aSession(node);
  ann.own('hyperty', 'a');
  ann.own('hyperty', 'b');
  const address = `hyperty://${domain}/${ann.sessionId}/c`;
  expect(ann.claim(address)).toMatchObject({ error: { code: 'capacity-exceeded' } });
});

test('[A5] the node allocates addresses where none are proposed, and takes them back', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const body = ann.send('create', ann.runtime, allocation, { scheme: 'connection', value: { number: 2 } });
  expect(body).toMatchObject({ code: 200 });
  const { value } = body as { value: { allocated: string[] } };
  const { allocated } = value;
  expect(allocated).toHaveLength(2);
  expect(node.dump().connectionObjects).toBe(2);
  ann.send('delete', ann.runtime, allocation, { childrenResources: allocated });
  expect(node.dump().connectionObjects).toBe(0);
});

test('[D1] a message reaches the owner of its address, with the sender’s identity and nobody’s claim to one', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const conference = aSession(node, { isTrusted: true });
  conference.claim(`hyperty://${domain}/conference`);
  const annUrl = ann.own('hyperty', 'client');
  const identity = { userURL: `user://${domain}/boss` };
  ann.send('execute', annUrl, `hyperty://${domain}/conference`, { method: 'joinRoom', identity });
  const identityGiven = {
    userURL: ann.userURL,
    origin: '198.18.0.1',
  };
  expect(conference.received.at(-1)).toMatchObject({
    type: 'execute',
    from: annUrl,
    body: { method: 'joinRoom', identity: identityGiven },
  });
});

test('[D2] where a session comes from is told to the domain’s own hyperties only', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const bob = aSession(node);
  const bobUrl = bob.own('hyperty', 'client');
  ann.send('read', ann.own('hyperty', 'client'), bobUrl);
  expect(bob.received.at(-1)?.body.identity).not.toHaveProperty('origin');
});

test('[D3] a message to nobody is answered; a response to nobody is dropped', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const nowhere = `hyperty://${domain}/nobody`;
  expect(ann.send('read', ann.runtime, nowhere)).toMatchObject({ error: { code: 'address-not-found' } });
  expect(ann.send('response', ann.runtime, nowhere, { code: 200 })).toBeUndefined();
});

test('[P1] only the reporter says who observes, and only the object publishes', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const bob = aSession(node);
  const eve = aSession(node);
  const object = ann.own('connection', '1');
  const bobUrl = bob.own('hyperty', 'client');
  const eveUrl = eve.own('hyperty', 'client');
  const wish = { resources: [`${object}/changes`], subscriber: eveUrl };
  expect(eve.send('subscribe', eveUrl, subscriptions, wish)).toMatchObject({
    error: { code: 'not-authorized' },
  });
  ann.send('subscribe', ann.runtime, subscriptions, { resources: [`${object}/changes`], subscriber: bobUrl });
  ann.send('update', object, `${object}/changes`, { attribute: 'status', value: 'connected', version: 1 });
  expect(bob.received.at(-1)).toMatchObject({ type: 'update', from: object, body: { value: 'connected' } });
  const forged = eve.send('update', eveUrl, `${object}/changes`, { attribute: 'status', value: 'failed' });
  expect(forged).toMatchObject({ error: { code: 'blocked-by-policy' } });
  expect(eve.received.filter(({ type }) => type === 'update')).toEqual([]);
});

test('[P2] observing ends by the reporter’s word and with the observer’s session', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const bob = aSession(node);
  const object = ann.own('connection', '1');
  const bobUrl = bob.own('hyperty', 'client');
  const wish = { resources: [`${object}/changes`], subscriber: bobUrl };
  const publish = () => ann.send('update', object, `${object}/changes`, { attribute: 'x', value: 1 });
  const updates = () => bob.received.filter(({ type }) => type === 'update').length;
  ann.send('subscribe', ann.runtime, subscriptions, wish);
  publish();
  ann.send('unsubscribe', ann.runtime, subscriptions, wish);
  publish();
  expect(updates()).toBe(1);
  ann.send('subscribe', ann.runtime, subscriptions, wish);
  bob.attachment.handleClosed(1000);
  publish();
  expect(updates()).toBe(1);
});

test('[P3] when a session ends, observers learn that its objects are gone', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const bob = aSession(node);
  const object = ann.own('connection', '1');
  const bobUrl = bob.own('hyperty', 'client');
  ann.send('subscribe', ann.runtime, subscriptions, { resources: [`${object}/changes`], subscriber: bobUrl });
  ann.attachment.handleClosed(1000);
  ann.attachment.handleClosed(1000);
  expect(bob.received.at(-1)).toMatchObject({
    type: 'delete',
    from: object,
    to: `${object}/changes`,
    body: { error: { code: 'disconnected' } },
  });
  expect(node.dump()).toEqual({
    sessions: 1,
    connectionObjects: 0,
    communicationObjects: 0,
    subscriptions: 0,
  });
});

test('[G1] a hyperty is discovered by its user while its session lives, and its end is announced', () => {
  const { node } = aNode();
  const conference = aSession(node, { isTrusted: true });
  const ann = aSession(node);
  const annUrl = ann.own('hyperty', 'client');
  const url = `hyperty://${domain}/conference`;
  const user = `user://${domain}/conference`;
  conference.claim(url);
  const entry = { url, user, dataSchemes: ['comm'], resources: ['audio'], status: 'live' };
  expect(conference.send('create', url, registry, { value: entry })).toMatchObject({ code: 200 });
  ann.send('subscribe', annUrl, subscriptions, { resources: [`${url}/registration`] });
  expect(ann.send('read', annUrl, registry, { resource: `/hyperty/user/${user}` })).toMatchObject({
    value: [{ url }],
  });
  conference.attachment.handleClosed(1000);
  expect(ann.received.at(-1)).toMatchObject({
    type: 'update',
    body: { attribute: 'status', value: 'disconnected' },
  });
  expect(ann.send('read', annUrl, registry, { resource: `/hyperty/user/${user}` })).toMatchObject({
    value: [],
  });
});

test('[G2] nobody registers another’s hyperty, or for another user', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const annUrl = ann.own('hyperty', 'client');
  const entry = { dataSchemes: [], resources: [], status: 'live' };
  for (const claim of [
    { ...entry, url: annUrl, user: `user://${domain}/conference` },
    { ...entry, url: `hyperty://${domain}/x`, user: ann.userURL },
  ]) {
    expect(ann.send('create', annUrl, registry, { value: claim })).toMatchObject({
      error: { code: 'not-authorized' },
    });
  }
});

test('[L1] what is no message is answered with a coded error and changes nothing', () => {
  const { node } = aNode();
  const ann = aSession(node);
  const before = node.dump();
  for (const [text, code] of [
    ['not json', 'bad-message'],
    ['{}', 'bad-message'],
    ['[]', 'bad-message'],
    ['null', 'bad-message'],
    [`{"id":1,"type":"create","from":"${ann.runtime}","to":"nowhere"}`, 'bad-message'],
    [`{"id":1,"type":"dream","from":"${ann.runtime}","to":"${registry}"}`, 'bad-message'],
    [
      `{"id":1,"type":"read","from":"${ann.runtime}","to":"${registry}","body":{"__proto__":{"x":1}}}`,
      'bad-message',
    ],
    ['['.repeat(100_000), 'bad-message'],
    ['x'.repeat(300_000), 'message-too-large'],
    [JSON.stringify(Array.from({ length: 30_000 }, () => 0)), 'message-too-large'],
  ] as const) {
    ann.attachment.handleText(text);
    expect(ann.received.at(-1)?.body).toMatchObject({ error: { code } });
  }
  expect(node.dump()).toEqual(before);
});

test('[L2] who goes on sending nonsense is cut off', () => {
  const { node } = aNode({ refusalsBeforeClose: 5 });
  const ann = aSession(node);
  for (let i = 0; i < 6; i++) ann.attachment.handleText('nonsense');
  expect(ann.closes).toEqual([{ code: 4400, reason: 'bad-message' }]);
  expect(node.dump().sessions).toBe(0);
});

test('[L3] an origin sends only so many messages, however many sessions it has', () => {
  const { node, clock } = aNode({ messageBurst: 6, messagesPerSecond: 2 });
  const ann = aSession(node);
  const bob = aSession(node);
  const other = aSession(node, { origin: '198.18.0.2' });
  for (let i = 0; i < 4; i++) ann.send('read', ann.runtime, registry);
  expect(bob.send('read', bob.runtime, registry)).toMatchObject({ error: { code: 'rate-limited' } });
  expect(other.send('read', other.runtime, registry)).toMatchObject({ error: { code: 'bad-request' } });
  clock.advance(500);
  expect(bob.send('read', bob.runtime, registry)).toMatchObject({ error: { code: 'bad-request' } });
});

test('[L4] an origin has only so many sessions', () => {
  const { node } = aNode({ sessionsPerOrigin: 1 });
  const ann = aSession(node);
  const wire = aWire(node);
  const runtime = `runtime://${domain}/${createSessionId()}`;
  const open = () => wire.send('create', runtime, sessionService, { value: { protocolVersion } });
  expect(open()).toMatchObject({ error: { code: 'capacity-exceeded' } });
  ann.attachment.handleClosed(1000);
  expect(open()).toMatchObject({ code: 200 });
});

test('[L4] an origin has only so many wires: two for each session, so that all may come back at once', () => {
  const { node } = aNode({ sessionsPerOrigin: 1 });
  const first = aWire(node);
  aWire(node);
  expect(aWire(node).closes).toEqual([{ code: 4503, reason: 'capacity-exceeded' }]);
  first.attachment.handleClosed(1000);
  expect(aWire(node).closes).toEqual([]);
});

test('[S7] a node that stops ends every wire and takes no more', () => {
  const { node, clock } = aNode();
  const ann = aSession(node);
  node.close();
  node.close();
  expect(ann.closes).toEqual([{ code: 4503, reason: 'shutting-down' }]);
  expect(aWire(node).closes).toEqual([{ code: 4503, reason: 'shutting-down' }]);
  expect(node.dump().sessions).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});
