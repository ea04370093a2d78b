/**
 * What every synchronised data object carries (SyncMetadata of the specification), and how a delta changes its
 * data. `epoch` is ours: a copy is identified by (url, epoch), so that a reporter that starts anew forces a re-read.
 */
import * as v from 'valibot';
import { ConferenceError } from './errors.ts';
import { isSafeKey, type Json } from './json.ts';
import type { BodyOf } from './message.ts';
import { type Address, type DataObjectUrl, isDataObjectUrl, splitAddress } from './url.ts';

export interface SyncMetadata {
  readonly url: DataObjectUrl;
  readonly epoch: string;
  /** Starts at 0 and is raised by one with every delta. */
  readonly version: number;
  /** Name of the schema in the catalogue, such as `Connection`. */
  readonly schema: string;
  readonly reporter: Address;
  readonly name: string;
  /** ISO 8601. */
  readonly created: string;
  readonly lastModified: string;
}

/** A whole data object at one version, as a read or an accepted subscription delivers it. */
export interface Snapshot<T> extends SyncMetadata {
  readonly data: T;
}

const dataObjectUrlSchema = v.pipe(
  v.string(),
  v.check(isDataObjectUrl),
  v.transform((text) => text as DataObjectUrl),
);

const hypertyOrRuntimeSchema = v.pipe(
  v.string(),
  v.check((text) => splitAddress(text) !== undefined),
  v.transform((text) => text as Address),
);

/** The schema of a snapshot whose data fits `data`. */
export function snapshotSchema<S extends v.GenericSchema>(data: S) {
  return v.object({
    url: dataObjectUrlSchema,
    epoch: v.pipe(v.string(), v.maxLength(64)),
    version: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    schema: v.pipe(v.string(), v.maxLength(128)),
    reporter: hypertyOrRuntimeSchema,
    name: v.pipe(v.string(), v.maxLength(256)),
    created: v.pipe(v.string(), v.maxLength(40)),
    lastModified: v.pipe(v.string(), v.maxLength(40)),
    data,
  });
}

/** One change of one attribute. The path is dotted (`participants.p1.name`); no value means: remove the attribute. */
export interface Change {
  readonly attribute: string;
  readonly value?: Json;
}

/** A change with its place in the object's history. */
export interface Delta extends Change {
  readonly epoch: string;
  readonly version: number;
  readonly lastModified: string;
}

type UpdateBody = BodyOf<'update'>;

export function deltaToBody(delta: Delta, source: Address): UpdateBody {
  const operation = delta.value === undefined ? ({ operation: 'remove' } as const) : { value: delta.value };
  const { attribute, epoch, version, lastModified } = delta;
  return { source, attribute, epoch, version, lastModified, ...operation };
}

/** @throws ConferenceError `bad-message` where the body is no delta. */
export function bodyToDelta(body: Readonly<UpdateBody>): Delta {
  const { attribute, epoch, version, lastModified = '' } = body;
  if (attribute === undefined || epoch === undefined || version === undefined) {
    throw new ConferenceError('bad-message', 'The update lacks its attribute, epoch or version.');
  }
  const delta = { attribute, epoch, version, lastModified };
  // Parsed from JSON at the edge, so what is there is JSON.
  return body.value === undefined ? delta : { ...delta, value: body.value as Json };
}

const maxPathDepth = 8;

/**
 * Applies a change to plain data and shares what did not change. An attribute on the way that is missing is made.
 * @throws ConferenceError `invalid-object` where the path is unsafe, too deep, or leads through a value without attributes.
 */
export function applyChange(data: Json, change: Change): Json {
  const path = change.attribute.split('.');
  if (path.length > maxPathDepth || !path.every((key) => key !== '' && isSafeKey(key))) {
    throw new ConferenceError('invalid-object', 'The attribute path is not valid.');
  }
  return setAt(data, path, change.value);
}

function setAt(node: Json, path: readonly string[], value: Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value ?? null;
  if (node === null || typeof node !== 'object' || Array.isArray(node)) {
    throw new ConferenceError(
      'invalid-object',
      'The attribute path leads through a value without attributes.',
    );
  }
  const record = node as { readonly [key: string]: Json };
  if (rest.length === 0 && value === undefined) {
    const { [key]: _removed, ...kept } = record;
    return kept;
  }
  const child = Object.hasOwn(record, key) ? (record[key] ?? null) : {};
  return { ...record, [key]: rest.length === 0 ? (value ?? null) : setAt(child, rest, value) };
}
