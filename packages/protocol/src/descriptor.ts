/**
 * What a catalogue says of a hyperty or of the schema of a data object (catalogue descriptors of the specification):
 * what it is, where its source is, and what it needs. URLs in it may be relative to the descriptor's own.
 */
import * as v from 'valibot';
import { ConferenceError } from './errors.ts';
import { type JsonLimits, parseJson } from './json.ts';

const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));
const reference = text(512);

/** Letters and digits: it becomes part of addresses. */
export const objectNameSchema = v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/));

/** One hash of the source as UTF-8, as in https://www.w3.org/TR/SRI/: `sha256-` and base64. */
export const integritySchema = v.pipe(
  v.string(),
  v.regex(/^(?:sha256-[A-Za-z0-9+/]{43}=|sha384-[A-Za-z0-9+/]{64}|sha512-[A-Za-z0-9+/]{86}==)$/),
);

const common = {
  /** The catalogue's own name for it, the same in every version. */
  cguid: text(256),
  version: v.pipe(v.string(), v.regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/)),
  objectName: objectNameSchema,
  description: text(500),
};

const sourced = {
  sourcePackageURL: reference,
  sourcePackage: v.object({
    encoding: v.literal('utf-8'),
    /** What the source defines: a hyperty's name, a schema's name. */
    sourceCodeClassname: objectNameSchema,
    integrity: integritySchema,
  }),
};

export const dataObjectRoles = ['reporter', 'observer', 'reporter-observer'] as const;

const hyperty = {
  ...common,
  type: v.literal('hyperty'),
  hypertyType: v.pipe(v.array(text(64)), v.maxLength(16)),
  dataObjects: v.pipe(
    v.array(v.object({ schema: reference, role: v.picklist(dataObjectRoles) })),
    v.maxLength(32),
  ),
  /** Handed to the hyperty as it is, unless whoever deploys has one of their own. */
  configuration: v.optional(v.record(v.string(), v.unknown()), {}),
  /** Where it can run. */
  constraints: v.object({ node: v.boolean(), browser: v.boolean() }),
  /** What the host must lend it, such as `media-server`. */
  resources: v.optional(
    v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/))), v.maxLength(16)),
    [],
  ),
};

/** A part of the product: known to the host by its name, so nothing is loaded. */
const inProcessSchema = v.object({
  ...hyperty,
  isolation: v.literal('in-process'),
  language: v.literal('typescript'),
});

/** Anything else: one module without imports, run where its only way out is the bus. */
const sandboxedSchema = v.object({
  ...hyperty,
  ...sourced,
  isolation: v.literal('sandbox'),
  language: v.picklist(['javascript', 'typescript']),
});

export const hypertyDescriptorSchema = v.variant('isolation', [inProcessSchema, sandboxedSchema]);
export type HypertyDescriptor = v.InferOutput<typeof hypertyDescriptorSchema>;
export type SandboxedDescriptor = v.InferOutput<typeof sandboxedSchema>;

/** Its source is a JSON schema, https://json-schema.org/draft-07. */
export const dataSchemaDescriptorSchema = v.object({
  ...common,
  ...sourced,
  type: v.literal('dataschema'),
  language: v.literal('json-schema'),
});
export type DataSchemaDescriptor = v.InferOutput<typeof dataSchemaDescriptorSchema>;

export const descriptorSchema = v.union([hypertyDescriptorSchema, dataSchemaDescriptorSchema]);
export type Descriptor = v.InferOutput<typeof descriptorSchema>;

/** Bounds of a descriptor's text. */
export const descriptorLimits: JsonLimits = { maxLength: 64 * 1024, maxDepth: 12, maxValues: 2_000 };

/** @throws ConferenceError `bad-request` for what is no hyperty's descriptor, naming the first place that does not fit. */
export function parseHypertyDescriptor(json: string): HypertyDescriptor {
  const parsed = v.safeParse(hypertyDescriptorSchema, readJson(json));
  if (parsed.success) return parsed.output;
  const path = v.getDotPath(parsed.issues[0]) ?? '';
  throw new ConferenceError('bad-request', 'That is no descriptor of a hyperty.', { details: { path } });
}

function readJson(json: string): unknown {
  try {
    return parseJson(json, descriptorLimits);
  } catch (cause) {
    if (!(cause instanceof ConferenceError)) throw cause;
    throw new ConferenceError('bad-request', 'The descriptor cannot be read.', { cause });
  }
}
