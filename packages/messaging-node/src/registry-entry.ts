/** What is said of a hyperty or data object in the registry, what may be asked for, and whether they fit. */
import { type Address, dataObjectSchemes, type Scheme, splitAddress } from '@plenum/protocol';
import * as v from 'valibot';
import type { Session } from './session.ts';

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const words = v.pipe(v.array(word), v.maxLength(16));
const addressOf = (...schemes: readonly Scheme[]) =>
  v.pipe(
    v.string(),
    v.check((text) => schemes.includes(splitAddress(text)?.scheme ?? 'domain')),
    v.transform((text) => text as Address),
  );

export const statusSchema = v.picklist(['live', 'disconnected']);
export type RegistrationStatus = v.InferOutput<typeof statusSchema>;

const common = {
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
  resources: v.optional(words, []),
  runtime: v.optional(addressOf('runtime')),
  /** Of a descriptor, or of the schema of an object. */
  schema: v.optional(v.pipe(v.string(), v.maxLength(512))),
  /** Seconds for which it holds. */
  expires: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(30), v.maxValue(86_400)), 3_600),
  status: v.optional(statusSchema, 'live'),
};
const hypertySchema = v.object({
  url: addressOf('hyperty'),
  user: addressOf('user'),
  dataSchemes: v.optional(words, []),
  ...common,
});
const dataObjectSchema = v.pipe(
  v.object({
    url: addressOf(...dataObjectSchemes),
    reporter: addressOf('hyperty'),
    dataSchemes: v.optional(words),
    ...common,
  }),
  v.transform((entry) => ({ ...entry, dataSchemes: entry.dataSchemes ?? schemesOf(entry.url) })),
);

function schemesOf(url: Address): string[] {
  return [splitAddress(url)?.scheme ?? ''];
}

export const registrationSchema = v.union([hypertySchema, dataObjectSchema]);
export type RegistryEntry = v.InferOutput<typeof registrationSchema>;

export const criteriaSchema = v.object({
  /** An entry is found that has all of them. */
  resources: v.optional(words, []),
  dataSchemes: v.optional(words, []),
  /** From 1. */
  page: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(20)), 1),
});
export type Criteria = v.InferOutput<typeof criteriaSchema>;

/** What it is asked for by, such as `/hyperty/user/<user URL>`. */
export function keysOf(entry: RegistryEntry): readonly string[] {
  const kind = 'user' in entry ? 'hyperty' : 'dataObject';
  const by = 'user' in entry ? `user/${entry.user}` : `reporter/${entry.reporter}`;
  const name = entry.name === undefined ? [] : [`name/${entry.name}`];
  return [by, `url/${entry.url}`, ...name].map((key) => `/${kind}/${key}`);
}

export function isOwn({ addresses, isTrusted, identity }: Session, entry: RegistryEntry): boolean {
  if (!addresses.has(entry.url)) return false;
  if ('reporter' in entry) return addresses.has(entry.reporter);
  return isTrusted || entry.user === identity.userURL;
}

export function fits(entry: RegistryEntry, { resources, dataSchemes }: Criteria): boolean {
  return (
    resources.every((resource) => entry.resources.includes(resource)) &&
    dataSchemes.every((scheme) => entry.dataSchemes.includes(scheme))
  );
}
