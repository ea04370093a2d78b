/**
 * What a domain allows unless its operator says otherwise. The messaging node gives these attributes:
 *
 * | attribute       | value                                                                                   |
 * |-----------------|-----------------------------------------------------------------------------------------|
 * | `isTrusted`     | whether the sender is one of the domain's own hyperties                                 |
 * | `ownsSender`    | whether `from` is an address of the session; of a session's opening, that none is open  |
 * | `isPublisher`   | whether the message goes from an object to its own `…/changes`                          |
 * | `messageSize`   | UTF-16 units of the text                                                                |
 * | `sessionBudget` | whether the session had a message left to send; asking takes it                         |
 * | `originBudget`  | the same of the place that it comes from                                                |
 */
import { dataObjectSchemes, messageLimits, messageTypes } from '@plenum/protocol';
import type { Condition, Policy, Rule } from './policy.ts';

const isStranger: Condition = { not: { attribute: 'isTrusted', equals: true } };

/** In the order in which they are asked: what is too large costs no budget, and an origin pays only for what a session may. */
const limits: readonly Rule[] = [
  {
    id: 'too-large',
    condition: { and: [isStranger, { attribute: 'messageSize', greaterThan: messageLimits.maxLength }] },
    decision: 'deny',
    priority: 30,
    code: 'message-too-large',
    reason: 'The message is too large.',
  },
  {
    id: 'session-rate',
    condition: { and: [isStranger, { attribute: 'sessionBudget', equals: false }] },
    decision: 'deny',
    priority: 20,
    code: 'rate-limited',
    reason: 'Too many messages from this session. Slow down.',
  },
  {
    id: 'origin-rate',
    condition: { and: [isStranger, { attribute: 'originBudget', equals: false }] },
    decision: 'deny',
    priority: 10,
    code: 'rate-limited',
    reason: 'Too many messages from this network. Slow down.',
  },
];

const senders: readonly Rule[] = [
  {
    id: 'foreign-sender',
    target: { types: messageTypes },
    condition: { not: { attribute: 'ownsSender', equals: true } },
    decision: 'deny',
    code: 'not-authorized',
    reason: 'The sender is not an address of this session.',
  },
];

/** What a text may be, and what each service of the node and each kind of address may be sent. */
const permissions: readonly Rule[] = [
  { id: 'arrive', target: { types: ['unread'] }, decision: 'permit' },
  { id: 'respond', target: { types: ['response'] }, decision: 'permit' },
  {
    id: 'keep-session',
    target: { types: ['create', 'read', 'update', 'delete'], services: ['session'] },
    decision: 'permit',
  },
  {
    id: 'allocate-addresses',
    target: { types: ['create', 'delete'], services: ['address-allocation'] },
    decision: 'permit',
  },
  {
    id: 'subscribe',
    target: { types: ['subscribe', 'unsubscribe'], services: ['subscriptions'] },
    decision: 'permit',
  },
  {
    id: 'use-registry',
    target: { types: ['create', 'read', 'update', 'delete'], services: ['registry'] },
    decision: 'permit',
  },
  {
    id: 'publish',
    target: { types: ['update', 'delete'], schemes: dataObjectSchemes, parts: ['changes'] },
    condition: { attribute: 'isPublisher', equals: true },
    decision: 'permit',
  },
  {
    id: 'use-objects',
    target: {
      types: ['create', 'read', 'update', 'delete', 'subscribe', 'unsubscribe'],
      schemes: dataObjectSchemes,
      parts: ['itself', 'subscription'],
    },
    decision: 'permit',
  },
  {
    id: 'ask-hyperties',
    target: { types: ['execute', 'create', 'read', 'delete'], schemes: ['hyperty'], parts: ['itself'] },
    decision: 'permit',
  },
  {
    id: 'forward',
    target: { types: ['forward'], schemes: ['hyperty', ...dataObjectSchemes], parts: ['itself'] },
    decision: 'permit',
  },
];

export const defaultPolicy: Policy = {
  key: 'default',
  combiningAlgorithm: 'deny-overrides',
  rules: [...limits, ...senders, ...permissions],
};
