import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileCondition } from './condition.ts';
import type { Condition } from './policy.ts';

const values: Readonly<Record<string, unknown>> = {
  size: 10,
  time: '10:30',
  role: 'owner',
  isTrusted: false,
  name: null,
};
const holds = (condition: Condition) => compileCondition(condition)((name) => values[name]);

test.each<[Condition, boolean]>([
  [{ attribute: 'size', equals: 10 }, true],
  [{ attribute: 'size', equals: '10' }, false],
  [{ attribute: 'isTrusted', equals: false }, true],
  [{ attribute: 'role', in: ['owner', 'moderator'] }, true],
  [{ attribute: 'role', in: ['listener'] }, false],
  [{ attribute: 'size', greaterThan: 9 }, true],
  [{ attribute: 'size', greaterThan: 10 }, false],
  [{ attribute: 'size', lessThan: 11 }, true],
  [{ attribute: 'size', lessThan: 10 }, false],
  [{ attribute: 'size', between: [10, 12] }, true],
  [{ attribute: 'size', between: [8, 10] }, true],
  [{ attribute: 'size', between: [11, 12] }, false],
  [{ attribute: 'time', between: ['09:00', '17:00'] }, true],
  [{ attribute: 'time', greaterThan: '10:30' }, false],
  [{ attribute: 'role', startsWith: 'own' }, true],
  [{ attribute: 'role', startsWith: 'wn' }, false],
  [{ not: { attribute: 'role', equals: 'owner' } }, false],
  [
    {
      and: [
        { attribute: 'size', equals: 10 },
        { attribute: 'role', equals: 'listener' },
      ],
    },
    false,
  ],
  [
    {
      or: [
        { attribute: 'size', equals: 11 },
        { attribute: 'role', equals: 'owner' },
      ],
    },
    true,
  ],
])('[PE5] %j is %s', (condition, expected) => {
  expect(holds(condition)).toBe(expected);
});

test.each<Condition>([
  { attribute: 'missing', equals: 'undefined' },
  { attribute: 'missing', in: ['x'] },
  { attribute: 'missing', lessThan: 1 },
  { attribute: 'name', lessThan: 1 },
  { attribute: 'name', between: ['a', 'z'] },
  { attribute: 'time', greaterThan: 1 },
  { attribute: 'size', greaterThan: '1' },
  { attribute: 'size', startsWith: '1' },
])('[PE5] an attribute without a value, or of another kind, does not satisfy %j', (condition) => {
  expect(holds(condition)).toBe(false);
});

const { tree } = fc.letrec<{ tree: Condition; leaf: Condition }>((tie) => ({
  leaf: fc.record({ attribute: fc.constantFrom('a', 'b', 'c'), equals: fc.constant(true) }),
  tree: fc.oneof(
    { maxDepth: 5 },
    tie('leaf'),
    fc.record({ not: tie('tree') }),
    fc.record({ and: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
  ),
}));

test('[PE5] and, or and not are those of logic: De Morgan’s law holds for any conditions', () => {
  const state = fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() });
  fc.assert(
    fc.property(tree, tree, state, (left, right, given) => {
      const ask = (name: string) => given[name as 'a' | 'b' | 'c'];
      const one: Condition = { not: { and: [left, right] } };
      const other: Condition = { or: [{ not: left }, { not: right }] };
      expect(compileCondition(one)(ask)).toBe(compileCondition(other)(ask));
    }),
  );
});

test('[PE4] and, or stop as soon as it is decided', () => {
  const asked: string[] = [];
  const ask = (name: string) => {
    asked.push(name);
    return name === 'yes';
  };
  const yes: Condition = { attribute: 'yes', equals: true };
  const no: Condition = { attribute: 'no', equals: true };
  expect(compileCondition({ and: [no, yes] })(ask)).toBe(false);
  expect(compileCondition({ or: [yes, no] })(ask)).toBe(true);
  expect(asked).toEqual(['no', 'yes']);
});
