import { expect, test } from 'vitest';
import { defaultPolicy } from './default-policy.ts';
import { parsePolicy } from './parse-policy.ts';

const rule = { id: 'one', decision: 'permit' };
const withRule = (more: object) => ({ key: 'p', rules: [{ ...rule, ...more }] });

test('[PE6] the default policy is data: it can be written to a file and read again', () => {
  expect(parsePolicy(JSON.parse(JSON.stringify(defaultPolicy)))).toEqual(defaultPolicy);
});

test('[PE6] every form of a condition can be read', () => {
  const condition = {
    and: [
      { or: [{ not: { attribute: 'a', equals: true } }, { attribute: 'b', in: ['x', 2] }] },
      { attribute: 'c', greaterThan: 1 },
      { attribute: 'd', lessThan: '10:00' },
      { attribute: 'e', between: [1, 2] },
      { attribute: 'f', startsWith: 'user://' },
    ],
  };
  const target = { types: ['execute'], methods: ['joinRoom'], services: ['conference'] };
  const policy = withRule({ condition, target, priority: -1, reason: 'No.', code: 'banned' });
  expect(parsePolicy(policy)).toEqual(policy);
});

test.each<[unknown, string, RegExp]>([
  [undefined, '', /not valid: /],
  [[], 'key', /at key/],
  [{ rules: [] }, 'key', /at key/],
  [{ key: 'p' }, 'rules', /at rules/],
  [{ key: 'p', rules: [], combining: 'x' }, 'combining', /at combining/],
  [{ key: 'p', rules: [], combiningAlgorithm: 'x' }, 'combiningAlgorithm', /deny-overrides/],
  [{ key: 'p', rules: [{ id: 'one' }] }, 'rules.0.decision', /at rules\.0\.decision/],
  [{ key: 'p', rules: [rule, rule] }, 'rules', /two rules have the same id/],
  [withRule({ id: 'One!' }), 'rules.0.id', /small letters/],
  [withRule({ decision: 'allow' }), 'rules.0.decision', /permit/],
  [withRule({ effect: 'x' }), 'rules.0.effect', /at rules\.0\.effect/],
  [withRule({ code: 'teapot' }), 'rules.0.code', /no such error code/],
  [withRule({ priority: 1.5 }), 'rules.0.priority', /priority/],
  [withRule({ target: { types: ['dream'] } }), 'rules.0.target.types.0', /types\.0/],
  [withRule({ target: { types: [] } }), 'rules.0.target.types', /types/],
  [withRule({ target: { sort: 'x' } }), 'rules.0.target.sort', /sort/],
  [withRule({ condition: {} }), 'rules.0.condition', /a condition has one of and, or, not/],
  [withRule({ condition: 'x' }), 'rules.0.condition', /a condition has one of/],
  [withRule({ condition: { attribute: 'a' } }), 'rules.0.condition', /one of/],
  [
    withRule({ condition: { attribute: 'a', equals: null } }),
    'rules.0.condition.equals',
    /expected a text, a number/,
  ],
  [
    withRule({ condition: { and: [{ attribute: 'a', greaterThan: true }] } }),
    'rules.0.condition.and.0.greaterThan',
    /and\.0\.greaterThan: expected a text or a number/,
  ],
  [
    withRule({ condition: { not: { attribute: 'a b', equals: 1 } } }),
    'rules.0.condition.not.attribute',
    /a word/,
  ],
  [
    withRule({ condition: { attribute: 'a', equals: 1, lessThan: 2 } }),
    'rules.0.condition.lessThan',
    /lessThan/,
  ],
  [withRule({ condition: { attribute: 'a', between: [1] } }), 'rules.0.condition.between.1', /between/],
])('[PE6] a mistake in %j is named with its place, %s', (value, path, words) => {
  const read = () => parsePolicy(value);
  expect(read).toThrow(words);
  expect(read).toThrow(
    expect.objectContaining({ code: 'invalid-config', details: { path: path === '' ? null : path } }),
  );
});
