/** JSON from outside: parsed once, with bounds on its size, depth and keys. */
import { ConferenceError } from './errors.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface JsonLimits {
  /** UTF-16 units of the text. */
  readonly maxLength: number;
  readonly maxDepth: number;
  /** Values in all, at every depth. */
  readonly maxValues: number;
}

// Set on an object, these keys change how it behaves rather than what it holds.
const unsafeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function isSafeKey(key: string): boolean {
  return !unsafeKeys.has(key);
}

/** @throws ConferenceError `message-too-large` or `bad-message`. */
export function parseJson(text: string, limits: JsonLimits): Json {
  if (text.length > limits.maxLength) throw new ConferenceError('message-too-large');
  const value = parseOrThrow(text);
  checkBounds(value, limits);
  return value;
}

function parseOrThrow(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new ConferenceError('bad-message', 'The message is not JSON.', { cause });
  }
}

function checkBounds(root: Json, { maxDepth, maxValues }: JsonLimits): void {
  let level: Json[] = [root];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) throw new ConferenceError('bad-message', 'The message is nested too deeply.');
    count += level.length;
    if (count > maxValues) throw new ConferenceError('message-too-large', 'The message has too many values.');
    level = level.flatMap(childrenOf);
  }
}

function childrenOf(value: Json): Json[] {
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value;
  for (const key of Object.keys(value)) {
    if (!isSafeKey(key))
      throw new ConferenceError('bad-message', 'The message has a key that is not allowed.');
  }
  return Object.values(value);
}
