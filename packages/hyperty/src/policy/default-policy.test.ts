import { checkMessage, messageLimits, wellKnown } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { defaultPolicy } from './default-policy.ts';
import { createDescriber, messageAttributes } from './message-facts.ts';
import { createPolicyEngine } from './policy-engine.ts';

const domain = 'acme.test';
const ann = `hyperty://${domain}/0123/client`;
const bob = `hyperty://${domain}/4567/client`;
const room = `comm://${domain}/standup`;
const own = `connection://${domain}/0123/1`;
const engine = createPolicyEngine([defaultPolicy]);
const describe = createDescriber(domain);

const calm = {
  isTrusted: false,
  ownsSender: true,
  messageSize: 100,
  sessionBudget: true,
  originBudget: true,
};

function decide(
  message: { type: string; from?: string; to: string; body?: object },
  values: Readonly<Record<string, unknown>> = {},
) {
  const body = message.type === 'execute' ? { method: 'joinRoom' } : {};
  const parsed = checkMessage({ id: 1, from: ann, body, ...message });
  const given: Readonly<Record<string, unknown>> = { ...calm, ...values };
  return engine.evaluate(
    describe(parsed),
    messageAttributes(parsed, (name) => given[name]),
  );
}

test.each([
  ['keep-session', 'create', wellKnown.session(domain)],
  ['keep-session', 'update', wellKnown.session(domain)],
  ['keep-session', 'read', wellKnown.session(domain)],
  ['keep-session', 'delete', wellKnown.session(domain)],
  ['allocate-addresses', 'create', wellKnown.addressAllocation(domain)],
  ['allocate-addresses', 'delete', wellKnown.addressAllocation(domain)],
  ['subscribe', 'subscribe', wellKnown.subscriptions(domain)],
  ['subscribe', 'unsubscribe', wellKnown.subscriptions(domain)],
  ['use-registry', 'create', wellKnown.registry(domain)],
  ['use-registry', 'read', wellKnown.registry(domain)],
  ['use-registry', 'update', wellKnown.registry(domain)],
  ['use-registry', 'delete', wellKnown.registry(domain)],
  ['use-objects', 'create', `${room}/children/resources`],
  ['use-objects', 'update', `${room}/children/resources`],
  ['use-objects', 'delete', `${room}/children/resources`],
  ['use-objects', 'read', room],
  ['use-objects', 'subscribe', `${room}/subscription`],
  ['use-objects', 'unsubscribe', `${room}/children/lobby/subscription`],
  ['ask-hyperties', 'execute', wellKnown.conference(domain)],
  ['ask-hyperties', 'create', bob],
  ['ask-hyperties', 'read', bob],
  ['forward', 'forward', bob],
])('[PE7] the default policy permits by %s a %s to %s', (rule, type, to) => {
  expect(decide({ type, to })).toEqual({ decision: 'permit', isAuthorised: true, rule });
});

test('[PE7] the default policy permits answers, and publishing by the object itself', () => {
  const response = { type: 'response', to: bob, body: { code: 200 } };
  expect(decide(response)).toMatchObject({ rule: 'respond' });
  const delta = { type: 'update', from: own, to: `${own}/changes` };
  expect(decide(delta)).toMatchObject({ decision: 'permit', rule: 'publish' });
  expect(decide({ ...delta, type: 'delete' })).toMatchObject({ decision: 'permit', rule: 'publish' });
});

test.each([
  ['update', `${room}/changes`],
  ['delete', `${room}/changes`],
  ['create', `${own}/changes`],
  ['update', `${bob}/registration`],
  ['update', bob],
  ['subscribe', bob],
  ['execute', room],
  ['execute', wellKnown.session(domain)],
  ['execute', wellKnown.registry(domain)],
  ['update', wellKnown.subscriptions(domain)],
  ['read', wellKnown.addressAllocation(domain)],
  ['execute', `runtime://${domain}/4567`],
  ['create', `user://${domain}/bob`],
  ['read', 'domain://msg-node.other.test/session'],
  ['read', `domain://msg-node.${domain}/other`],
])('[PE7] the default policy denies what nothing allows: a %s to %s', (type, to) => {
  expect(decide({ type, to })).toMatchObject({
    decision: 'deny',
    code: 'blocked-by-policy',
    isAuthorised: false,
  });
});

test.each([
  [{ messageSize: messageLimits.maxLength + 1 }, 'too-large', 'message-too-large'],
  [{ sessionBudget: false }, 'session-rate', 'rate-limited'],
  [{ originBudget: false }, 'origin-rate', 'rate-limited'],
  [{ ownsSender: false }, 'foreign-sender', 'not-authorized'],
  [{ ownsSender: undefined }, 'foreign-sender', 'not-authorized'],
] as const)('[PE8] the default policy denies with %j by %s', (values, rule, code) => {
  expect(decide({ type: 'read', to: room }, values)).toMatchObject({ decision: 'deny', rule, code });
});

test('[PE8] the largest message that may be is not too large', () => {
  expect(decide({ type: 'read', to: room }, { messageSize: messageLimits.maxLength }).decision).toBe(
    'permit',
  );
});

test('[PE8] a text that nobody has read yet is judged by size and rate alone', () => {
  const judge = (values: Readonly<Record<string, unknown>>) =>
    engine.evaluate({ type: 'unread' }, (name) => values[name]);
  const { ownsSender: _unknown, ...arrived } = calm;
  expect(judge(arrived)).toMatchObject({ decision: 'permit', rule: 'arrive' });
  expect(judge({ ...arrived, sessionBudget: false })).toMatchObject({ code: 'rate-limited' });
  expect(judge({ ...arrived, messageSize: 1e7 })).toMatchObject({ code: 'message-too-large' });
});

test('[PE8] the domain’s own hyperties are exempt from rates and sizes, and nothing is taken from a budget', () => {
  const values = { isTrusted: true, messageSize: 1e9, sessionBudget: false, originBudget: false };
  expect(decide({ type: 'read', to: room }, values).decision).toBe('permit');
  const asked: string[] = [];
  engine.evaluate({ type: 'unread' }, (name) => {
    asked.push(name);
    return name === 'isTrusted';
  });
  expect(asked).toEqual(['isTrusted']);
});

test('[PE8] the domain’s own hyperties send from their own addresses like everybody', () => {
  expect(decide({ type: 'read', to: room }, { isTrusted: true, ownsSender: false })).toMatchObject({
    code: 'not-authorized',
  });
});

test('[PE8] what is too large costs no budget, and an origin pays only for what its session may send', () => {
  const asked: string[] = [];
  const judge = (values: Readonly<Record<string, unknown>>) => {
    asked.length = 0;
    engine.evaluate({ type: 'unread' }, (name) => {
      asked.push(name);
      return values[name];
    });
    return [...asked];
  };
  expect(judge({ messageSize: 1e9 })).not.toContain('sessionBudget');
  expect(judge({ ...calm, sessionBudget: false })).not.toContain('originBudget');
});
