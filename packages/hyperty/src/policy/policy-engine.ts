/**
 * Decides by policies. Whatever the combining algorithm, the rules are put in such an order that the first that applies
 * decides: with deny-overrides all that deny come first.
 */
import { type ErrorCode, errorTable } from '@plenum/protocol';
import { compileCondition, type Test } from './condition.ts';
import {
  type AttributeProvider,
  type CombiningAlgorithm,
  type Evaluation,
  type Policy,
  type PolicyRequest,
  type RequestType,
  type Rule,
  requestTypes,
} from './policy.ts';
import { compileTarget, type Match } from './target.ts';

export interface PolicyEngine {
  /**
   * Attributes that are facts of the request itself (`type`, `scheme`, `service`, `part`, `method`) need no provider. What the
   * provider throws is passed on.
   */
  evaluate(request: PolicyRequest, attributes: AttributeProvider): Evaluation;
}

interface CompiledRule {
  readonly fits: Match;
  readonly holds: Test;
  readonly evaluation: Evaluation;
}

type CompiledPolicy = ReadonlyMap<RequestType, readonly CompiledRule[]>;

const nothingAllows: Evaluation = {
  decision: 'deny',
  isAuthorised: false,
  reason: 'The default policy denies what nothing allows.',
  code: 'blocked-by-policy',
};

/** Of several policies each decides by its own algorithm; one that denies is enough, and one must permit. */
export function createPolicyEngine(policies: readonly Policy[]): PolicyEngine {
  const compiled = policies.map(compilePolicy);
  return {
    evaluate: (request, attributes) => {
      const ask = rememberAnswers(request, attributes);
      let permit: Evaluation | undefined;
      for (const policy of compiled) {
        const evaluation = decide(policy, request, ask);
        if (evaluation?.decision === 'deny') return evaluation;
        permit ??= evaluation;
      }
      return permit ?? nothingAllows;
    },
  };
}

function decide(
  policy: CompiledPolicy,
  request: PolicyRequest,
  ask: AttributeProvider,
): Evaluation | undefined {
  for (const { fits, holds, evaluation } of policy.get(request.type) ?? []) {
    if (fits(request) && holds(ask)) return evaluation;
  }
  return undefined;
}

const facts = [
  'type',
  'scheme',
  'service',
  'part',
  'method',
] as const satisfies readonly (keyof PolicyRequest)[];

/** An answer may cost something, such as a token of a bucket: it is asked for once. */
function rememberAnswers(request: PolicyRequest, attributes: AttributeProvider): AttributeProvider {
  const answers = new Map<string, unknown>();
  return (name) => {
    const fact = facts.find((known) => known === name);
    if (fact !== undefined) return request[fact];
    if (!answers.has(name)) answers.set(name, attributes(name));
    return answers.get(name);
  };
}

function compilePolicy({ rules, combiningAlgorithm = 'deny-overrides' }: Policy): CompiledPolicy {
  const ordered = orderRules(rules, combiningAlgorithm).map((rule) => ({
    rule,
    compiled: compileRule(rule),
  }));
  const rulesFor = (type: RequestType) =>
    ordered.filter(({ rule }) => rule.target?.types?.includes(type) ?? true).map(({ compiled }) => compiled);
  return new Map(requestTypes.map((type) => [type, rulesFor(type)]));
}

function compileRule(rule: Rule): CompiledRule {
  return {
    fits: compileTarget(rule.target ?? {}),
    holds: rule.condition === undefined ? () => true : compileCondition(rule.condition),
    evaluation: evaluationOf(rule),
  };
}

function evaluationOf({ id, decision, reason, code }: Rule): Evaluation {
  if (decision === 'permit') return { decision, isAuthorised: true, rule: id };
  const refusal: ErrorCode = code ?? 'blocked-by-policy';
  return {
    decision,
    isAuthorised: false,
    rule: id,
    reason: reason ?? errorTable[refusal].text,
    code: refusal,
  };
}

/** So that the first that applies decides. Sorting keeps the order of equals. */
function orderRules(rules: readonly Rule[], algorithm: CombiningAlgorithm): readonly Rule[] {
  const sorted = rules.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  if (algorithm === 'first-applicable') return sorted;
  const overriding = algorithm === 'deny-overrides' ? 'deny' : 'permit';
  const [first, others] = [
    sorted.filter(({ decision }) => decision === overriding),
    sorted.filter(({ decision }) => decision !== overriding),
  ];
  return [...first, ...others];
}
