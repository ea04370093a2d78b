/** Every rule of SPEC.md is quoted by the title of a test, and every quoted rule exists. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const rulePattern = /^- \*\*([A-Z]+\d+)\*\*/gm;
// A title quotes its rules first: `[C1] [C2] three people …`.
const quotePattern = /\(\s*['"`]((?:\[[A-Z]+\d+\] )+)/g;

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].flatMap(([, id]) => id ?? []);
}

const written = matches(readFileSync('packages/hyperty/SPEC.md', 'utf8'), rulePattern);
const rules = new Set(written);
const quoted = new Set(
  globSync('packages/*/src/**/*.test.ts')
    .flatMap((file) => matches(readFileSync(file, 'utf8'), quotePattern))
    .flatMap((title) => matches(title, /\[([A-Z]+\d+)\]/g)),
);

test('no two rules have one number', () => {
  expect(written.filter((rule, index) => written.indexOf(rule) !== index)).toEqual([]);
});

test('every rule has a test', () => {
  expect([...rules].filter((rule) => !quoted.has(rule))).toEqual([]);
});

test('every rule that a test quotes is written down', () => {
  expect([...quoted].filter((rule) => !rules.has(rule))).toEqual([]);
});
