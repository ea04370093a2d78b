import { checkMessage } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { createDescriber, messageAttributes, timeAttribute } from './message-facts.ts';

const describe = createDescriber('acme.test');
const ann = 'hyperty://acme.test/1/client';
const to = (address: string) => checkMessage({ id: 1, type: 'read', from: ann, to: address, body: {} });

test.each([
  ['hyperty://acme.test/conference', { scheme: 'hyperty', service: 'conference', part: 'itself' }],
  ['domain://registry.acme.test', { scheme: 'domain', service: 'registry', part: 'itself' }],
  ['domain://registry.other.test', { scheme: 'domain', service: undefined }],
  ['comm://acme.test/standup', { scheme: 'comm', part: 'itself' }],
  ['comm://acme.test/standup/changes', { part: 'changes' }],
  ['comm://acme.test/standup/subscription', { part: 'subscription' }],
  ['comm://acme.test/standup/children/lobby', { part: 'itself' }],
  ['comm://acme.test/standup/children/lobby/changes', { part: 'changes' }],
  ['hyperty://acme.test/1/client/registration', { part: 'registration' }],
])('a message to %s is described by where it goes', (address, facts) => {
  expect(describe(to(address))).toMatchObject({ type: 'read', ...facts });
});

test('the method of an execute is known to policies', () => {
  const message = checkMessage({
    id: 1,
    type: 'execute',
    from: ann,
    to: 'hyperty://acme.test/conference',
    body: { method: 'joinRoom' },
  });
  expect(describe(message).method).toBe('joinRoom');
});

test('attributes of the message come first, the rest is asked of others', () => {
  const message = checkMessage({
    id: 1,
    type: 'update',
    from: 'comm://acme.test/standup',
    to: 'comm://acme.test/standup/changes',
    body: { resource: 'p1-2' },
  });
  const ask = messageAttributes(message, (name) => `others’ ${name}`);
  expect(ask('source')).toBe('comm://acme.test/standup');
  expect(ask('domain')).toBe('acme.test');
  expect(ask('to')).toBe('comm://acme.test/standup/changes');
  expect(ask('resource')).toBe('p1-2');
  expect(ask('isPublisher')).toBe(true);
  expect(ask('messageSize')).toBe('others’ messageSize');
});

test('the time is told in UTC', () => {
  const at = '2026-01-05T10:30:02.000Z';
  expect(timeAttribute('date', at)).toBe('2026-01-05');
  expect(timeAttribute('time', at)).toBe('10:30');
  expect(timeAttribute('weekday', at)).toBe('monday');
  expect(timeAttribute('other', at)).toBeUndefined();
});
