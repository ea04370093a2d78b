/** Conditions made into functions, once, so that a message costs only what its rules ask for. */
import type { AttributeProvider, Condition } from './policy.ts';

export type Test = (ask: AttributeProvider) => boolean;

export function compileCondition(condition: Condition): Test {
  if ('and' in condition) return compileAnd(condition.and.map(compileCondition));
  if ('or' in condition) return compileOr(condition.or.map(compileCondition));
  if ('not' in condition) return compileNot(compileCondition(condition.not));
  const { attribute } = condition;
  const holds = compileComparison(condition);
  return (ask) => holds(ask(attribute));
}

function compileAnd(tests: readonly Test[]): Test {
  return (ask) => tests.every((test) => test(ask));
}

function compileOr(tests: readonly Test[]): Test {
  return (ask) => tests.some((test) => test(ask));
}

function compileNot(test: Test): Test {
  return (ask) => !test(ask);
}

type Comparison = Extract<Condition, { readonly attribute: string }>;

function compileComparison(comparison: Comparison): (value: unknown) => boolean {
  if ('equals' in comparison) return (value) => value === comparison.equals;
  if ('in' in comparison) return isOneOf(new Set(comparison.in));
  if ('greaterThan' in comparison) return (value) => isBelow(comparison.greaterThan, value);
  if ('lessThan' in comparison) return (value) => isBelow(value, comparison.lessThan);
  if ('startsWith' in comparison) return startsWith(comparison.startsWith);
  const [low, high] = comparison.between;
  return (value) => isUpTo(low, value) && isUpTo(value, high);
}

function isOneOf(values: ReadonlySet<unknown>): (value: unknown) => boolean {
  return (value) => values.has(value);
}

function startsWith(start: string): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && value.startsWith(start);
}

function isUpTo(low: unknown, high: unknown): boolean {
  return isBelow(low, high) || (low === high && isOrdered(low));
}

function isBelow(low: unknown, high: unknown): boolean {
  if (typeof low === 'number' && typeof high === 'number') return low < high;
  if (typeof low === 'string' && typeof high === 'string') return low < high;
  return false;
}

function isOrdered(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string';
}
