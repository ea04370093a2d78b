/**
 * What crosses the border of a sandbox: one JSON text for each. What comes from inside is read as from any stranger;
 * what goes inside is trusted there.
 */
import { type Address, ConferenceError, parseJson, type Request, type ResponseBody } from '@plenum/protocol';
import * as v from 'valibot';

/** An error without its stack. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export interface Start {
  readonly kind: 'start';
  readonly url: string;
  readonly name: string;
  readonly language: 'javascript' | 'typescript';
  readonly text: string;
  /** JSON. */
  readonly configuration: string;
  /** Messages that may be sent at once. */
  readonly credit: number;
  readonly maxMessageLength: number;
}

export type ToSandbox =
  | Start
  /** What became of a request from inside. */
  | { readonly kind: 'result'; readonly call: number; readonly body: ResponseBody }
  | { readonly kind: 'refusal'; readonly call: number; readonly error: Refusal }
  /** For a listener inside; with a number where an answer is due. */
  | { readonly kind: 'message'; readonly call?: number; readonly address: Address; readonly message: Request }
  /** So many more messages may be sent. */
  | { readonly kind: 'credit'; readonly count: number }
  | { readonly kind: 'ping'; readonly count: number }
  | { readonly kind: 'close' };

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const message = v.record(v.string(), v.unknown());

const fromSandboxSchema = v.variant('kind', [
  v.object({ kind: v.literal('ready'), name: text(128) }),
  v.object({ kind: v.literal('failed'), message: text(1_000) }),
  v.object({ kind: v.literal('pong'), count }),
  /** A listener failed that owes nobody an answer. */
  v.object({ kind: v.literal('trouble'), message: text(1_000) }),
  v.object({ kind: v.literal('closed') }),
  /** Said by its process, as its last words. */
  v.object({ kind: v.literal('out-of-memory') }),
  v.object({ kind: v.literal('send'), message }),
  v.object({
    kind: v.literal('request'),
    call: count,
    message,
    timeoutMs: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(600_000))),
  }),
  v.object({ kind: v.literal('listen'), address: text(512) }),
  v.object({ kind: v.literal('unlisten'), address: text(512) }),
  v.object({ kind: v.literal('answer'), call: count, body: v.optional(message) }),
  v.object({
    kind: v.literal('refuse'),
    call: count,
    code: v.optional(text(64)),
    message: v.optional(text(1_000)),
  }),
]);
export type FromSandbox = v.InferOutput<typeof fromSandboxSchema>;

/** @throws ConferenceError `bad-message`, `message-too-large`. */
export function parseFromSandbox(line: string, maxLength: number): FromSandbox {
  const parsed = v.safeParse(
    fromSandboxSchema,
    parseJson(line, { maxLength, maxDepth: 18, maxValues: 20_000 }),
  );
  if (parsed.success) return parsed.output;
  throw new ConferenceError('bad-message', 'What came out of the sandbox is not understood.');
}

export function refusalOf({ code, message: words, retryable, details }: ConferenceError): Refusal {
  return { code, message: words, retryable, ...(details === undefined ? {} : { details: { ...details } }) };
}
