/** Reads a policy from JSON, as it may stand in an operator's file. */
import { addressSchemes, ConferenceError, type ErrorCode, isErrorCode } from '@plenum/protocol';
import * as v from 'valibot';
import {
  addressParts,
  type Condition,
  combiningAlgorithms,
  type Policy,
  requestTypes,
  services,
} from './policy.ts';

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const listOf = <S extends v.GenericSchema>(item: S, max: number) =>
  v.pipe(v.array(item), v.minLength(1), v.maxLength(max));

const attribute = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'an attribute is a word of letters and digits'),
);
const number = v.pipe(v.number(), v.finite());
const scalar = v.union([text(512), number, v.boolean()], 'expected a text, a number, true or false');
const bound = v.union([text(512), number], 'expected a text or a number');

const nested = v.lazy(chooseForm);

/** A condition is known by the key that only its form has. */
const forms = {
  and: v.strictObject({ and: listOf(nested, 64) }),
  or: v.strictObject({ or: listOf(nested, 64) }),
  not: v.strictObject({ not: nested }),
  equals: v.strictObject({ attribute, equals: scalar }),
  in: v.strictObject({ attribute, in: listOf(scalar, 1024) }),
  greaterThan: v.strictObject({ attribute, greaterThan: bound }),
  lessThan: v.strictObject({ attribute, lessThan: bound }),
  between: v.strictObject({ attribute, between: v.strictTuple([bound, bound]) }),
  startsWith: v.strictObject({ attribute, startsWith: text(512) }),
} as const satisfies Readonly<Record<string, v.GenericSchema<unknown, Condition>>>;

const formNames = Object.keys(forms) as readonly (keyof typeof forms)[];
const noForm = v.custom<Condition>(() => false, `a condition has one of ${formNames.join(', ')}`);

function chooseForm(input: unknown): v.GenericSchema<unknown, Condition> {
  if (typeof input !== 'object' || input === null) return noForm;
  const name = formNames.find((form) => Object.hasOwn(input, form));
  return name === undefined ? noForm : forms[name];
}

const targetSchema = v.strictObject({
  types: v.optional(listOf(v.picklist(requestTypes), requestTypes.length)),
  schemes: v.optional(listOf(v.picklist(addressSchemes), addressSchemes.length)),
  services: v.optional(listOf(v.picklist(services), services.length)),
  parts: v.optional(listOf(v.picklist(addressParts), addressParts.length)),
  methods: v.optional(listOf(text(64), 64)),
});

const ruleSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'an id is small letters, digits and -')),
  target: v.optional(targetSchema),
  condition: v.optional(nested),
  decision: v.picklist(['permit', 'deny']),
  priority: v.optional(v.pipe(v.number(), v.safeInteger())),
  reason: v.optional(text(500)),
  code: v.optional(
    v.custom<ErrorCode>(
      (code) => typeof code === 'string' && isErrorCode(code),
      'there is no such error code',
    ),
  ),
});

const policySchema = v.strictObject({
  key: text(128),
  rules: v.pipe(
    v.array(ruleSchema),
    v.maxLength(1_000),
    v.check((rules) => haveOwnIds(rules), 'two rules have the same id'),
  ),
  combiningAlgorithm: v.optional(v.picklist(combiningAlgorithms)),
});

function haveOwnIds(rules: readonly { readonly id: string }[]): boolean {
  return new Set(rules.map(({ id }) => id)).size === rules.length;
}

/** @throws ConferenceError `invalid-config`, naming the first place that is wrong, such as `rules.2.condition.and.0`. */
export function parsePolicy(value: unknown): Policy {
  const parsed = v.safeParse(policySchema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const path = v.getDotPath(issue);
  const place = path === null ? '' : ` at ${path}`;
  throw new ConferenceError('invalid-config', `The policy is not valid${place}: ${issue.message}.`, {
    details: { path },
  });
}
