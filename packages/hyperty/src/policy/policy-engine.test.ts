import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CombiningAlgorithm,
  combiningAlgorithms,
  type Evaluation,
  type Policy,
  type PolicyRequest,
  type Rule,
} from './policy.ts';
import { createPolicyEngine } from './policy-engine.ts';

const request: PolicyRequest = { type: 'create', scheme: 'comm', part: 'itself' };
const noAttributes = () => undefined;

function decideBy(policy: Policy, values: Readonly<Record<string, unknown>> = {}): Evaluation {
  return createPolicyEngine([policy]).evaluate(request, (name) => values[name]);
}

/** Rules over three attributes that are there or not, so that some apply and some do not. */
const someRules: fc.Arbitrary<readonly Rule[]> = fc
  .array(
    fc.record({
      decision: fc.constantFrom('permit' as const, 'deny' as const),
      priority: fc.integer({ min: 0, max: 3 }),
      attribute: fc.constantFrom('a', 'b', 'c'),
      types: fc.constantFrom(['create' as const], ['read' as const], undefined),
    }),
    { maxLength: 8 },
  )
  .map((rules) =>
    rules.map(({ attribute, types, ...rule }, at) => ({
      ...rule,
      id: `r${at}`,
      target: { types },
      condition: { attribute, equals: true },
    })),
  );
const someValues = fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() });

/** What the algorithm says by its definition: all rules are looked at. */
function expectedDecision(
  rules: readonly Rule[],
  algorithm: CombiningAlgorithm,
  values: Readonly<Record<string, boolean>>,
): 'permit' | 'deny' {
  const applicable = rules.filter(
    ({ target, condition }) =>
      (target?.types?.includes('create') ?? true) &&
      condition !== undefined &&
      'attribute' in condition &&
      values[condition.attribute] === true,
  );
  const decisions = new Set(applicable.map(({ decision }) => decision));
  if (algorithm === 'deny-overrides')
    return decisions.has('deny') || decisions.size === 0 ? 'deny' : 'permit';
  if (algorithm === 'allow-overrides') return decisions.has('permit') ? 'permit' : 'deny';
  const highest = Math.max(...applicable.map(({ priority = 0 }) => priority));
  return applicable.find(({ priority = 0 }) => priority === highest)?.decision ?? 'deny';
}

test.each(combiningAlgorithms)(
  '[PE1] [PE2] %s decides as its definition says, for any rules',
  (algorithm) => {
    fc.assert(
      fc.property(someRules, someValues, (rules, values) => {
        const { decision } = decideBy({ key: 'any', rules, combiningAlgorithm: algorithm }, values);
        expect(decision).toBe(expectedDecision(rules, algorithm, values));
      }),
      { numRuns: 2_000 },
    );
  },
);

test('[PE1] a policy that names no algorithm lets one deny outweigh every permit', () => {
  const permit: Rule = { id: 'all', decision: 'permit', priority: 9 };
  const deny: Rule = { id: 'none', decision: 'deny' };
  expect(decideBy({ key: 'p', rules: [permit, deny] })).toMatchObject({ decision: 'deny', rule: 'none' });
});

test('[PE1] the order of rules changes nothing about what deny-overrides and allow-overrides decide', () => {
  const shuffled = someRules.chain((rules) =>
    fc.tuple(
      fc.constant(rules),
      fc.shuffledSubarray([...rules], { minLength: rules.length, maxLength: rules.length }),
    ),
  );
  const algorithms = fc.constantFrom('deny-overrides' as const, 'allow-overrides' as const);
  fc.assert(
    fc.property(shuffled, someValues, algorithms, ([rules, others], values, combiningAlgorithm) => {
      const first = decideBy({ key: 'p', rules, combiningAlgorithm }, values);
      const second = decideBy({ key: 'p', rules: others, combiningAlgorithm }, values);
      expect(second.decision).toBe(first.decision);
    }),
  );
});

test('[PE2] of the rules that apply, the one of the highest priority gives the reason, then the first', () => {
  const rules: readonly Rule[] = [
    { id: 'low', decision: 'deny', reason: 'low' },
    { id: 'high', decision: 'deny', priority: 5, reason: 'high' },
    { id: 'late', decision: 'deny', priority: 5, reason: 'late' },
  ];
  expect(decideBy({ key: 'p', rules })).toMatchObject({ rule: 'high', reason: 'high' });
});

test('[PE3] what no rule allows is denied', () => {
  expect(createPolicyEngine([]).evaluate(request, noAttributes)).toEqual({
    decision: 'deny',
    isAuthorised: false,
    code: 'blocked-by-policy',
    reason: 'The default policy denies what nothing allows.',
  });
  const rules: readonly Rule[] = [
    { id: 'reading', target: { types: ['read'] }, decision: 'permit' },
    { id: 'hyperties', target: { schemes: ['hyperty'] }, decision: 'permit' },
    { id: 'services', target: { services: ['registry'] }, decision: 'permit' },
    { id: 'methods', target: { methods: ['joinRoom'] }, decision: 'permit' },
    { id: 'parts', target: { parts: ['changes'] }, decision: 'permit' },
  ];
  expect(decideBy({ key: 'p', rules })).toMatchObject({ code: 'blocked-by-policy' });
});

test('[PE3] what a rule allows is authorised by it', () => {
  expect(decideBy({ key: 'p', rules: [{ id: 'all', decision: 'permit' }] })).toEqual({
    decision: 'permit',
    isAuthorised: true,
    rule: 'all',
  });
});

test('a rule that denies gives its own code and reason, or those of the error table', () => {
  const own: Rule = { id: 'own', decision: 'deny', code: 'rate-limited', reason: 'Slowly.' };
  expect(decideBy({ key: 'p', rules: [own] })).toMatchObject({ code: 'rate-limited', reason: 'Slowly.' });
  const plain: Rule = { id: 'plain', decision: 'deny', code: 'rate-limited' };
  expect(decideBy({ key: 'p', rules: [plain] })).toMatchObject({ reason: 'Too many messages. Slow down.' });
  expect(decideBy({ key: 'p', rules: [{ id: 'bare', decision: 'deny' }] })).toMatchObject({
    code: 'blocked-by-policy',
    reason: 'A rule of the server forbids that.',
  });
});

test('[PE4] an attribute is asked for only where a rule needs it, and once', () => {
  const asked: string[] = [];
  const ask = (name: string) => {
    asked.push(name);
    return name === 'budget' ? false : undefined;
  };
  const rules: readonly Rule[] = [
    { id: 'other', target: { types: ['read'] }, condition: { attribute: 'x', equals: 1 }, decision: 'deny' },
    {
      id: 'skipped',
      condition: {
        and: [
          { attribute: 'y', equals: 1 },
          { attribute: 'z', equals: 1 },
        ],
      },
      decision: 'deny',
    },
    { id: 'twice', condition: { attribute: 'y', equals: 2 }, decision: 'deny' },
    { id: 'rate', condition: { attribute: 'budget', equals: false }, decision: 'deny' },
    { id: 'after', condition: { attribute: 'after', equals: 1 }, decision: 'permit' },
  ];
  const evaluation = createPolicyEngine([
    { key: 'p', rules },
    { key: 'q', rules },
  ]).evaluate(request, ask);
  expect(evaluation).toMatchObject({ rule: 'rate' });
  expect(asked).toEqual(['y', 'budget']);
});

test('[PE4] the facts of the request need no provider', () => {
  const condition = {
    and: [
      { attribute: 'type', equals: 'create' },
      { attribute: 'scheme', in: ['comm'] },
    ],
  };
  const engine = createPolicyEngine([{ key: 'p', rules: [{ id: 'own', condition, decision: 'permit' }] }]);
  const evaluation = engine.evaluate(request, () => {
    throw new Error('nobody is to be asked');
  });
  expect(evaluation.decision).toBe('permit');
});

test('[PE5] of several policies one that denies is enough, and one must permit', () => {
  const permit: Policy = { key: 'permit', rules: [{ id: 'all', decision: 'permit' }] };
  const deny: Policy = { key: 'deny', rules: [{ id: 'none', decision: 'deny' }] };
  const silent: Policy = { key: 'silent', rules: [] };
  const decide = (...policies: Policy[]) =>
    createPolicyEngine(policies).evaluate(request, noAttributes).decision;
  expect(decide(permit, silent)).toBe('permit');
  expect(decide(silent, permit)).toBe('permit');
  expect(decide(permit, deny)).toBe('deny');
  expect(decide(deny, permit)).toBe('deny');
  expect(decide(silent)).toBe('deny');
});
