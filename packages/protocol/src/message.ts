/**
 * The message of the reTHINK specification: a header (`id`, `type`, `from`, `to`) and a body. What comes from
 * outside is parsed here once and trusted afterwards. Reading is liberal (`desc`, quoted codes, the older
 * `hyperty-runtime` scheme), writing is strict.
 */
import * as v from 'valibot';
import { displayNameSchema } from './display-name.ts';
import { ConferenceError } from './errors.ts';
import { type JsonLimits, parseJson } from './json.ts';
import { accessGrantSchema } from './roles.ts';
import { type Address, formatAddress, splitAddress } from './url.ts';

/** What a node accepts from a client. The answer of a browser to an offer of 40 m-lines is about 60 kB. */
export const messageLimits: JsonLimits = { maxLength: 256 * 1024, maxDepth: 16, maxValues: 20_000 };

/** What a client accepts from its node: the snapshot of a room of thousands is longer than any request. */
export const downstreamLimits: JsonLimits = {
  maxLength: 16 * 1024 * 1024,
  maxDepth: 16,
  maxValues: 1_000_000,
};

const addressSchema = v.pipe(
  v.string(),
  v.rawTransform<string, Address>(({ dataset, addIssue, NEVER }) => {
    const parts = splitAddress(dataset.value);
    if (parts !== undefined) return formatAddress(parts);
    addIssue({ message: 'not an address' });
    return NEVER;
  }),
);
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const addresses = v.pipe(v.array(addressSchema), v.maxLength(256));

/** Who sent a message, set by the messaging node in what it delivers; what a client writes there is dropped. */
const identitySchema = v.object({
  userURL: addressSchema,
  /** Nobody vouches for them but this node. What follows only the domain's own hyperties see. */
  isGuest: v.optional(v.boolean()),
  /** As their token says. */
  name: v.optional(displayNameSchema),
  grant: v.optional(accessGrantSchema),
  /** An opaque word for where the session comes from; only the domain's own hyperties see it. */
  origin: v.optional(text(128)),
});

const common = {
  source: v.optional(addressSchema),
  identity: v.optional(identitySchema),
  resource: v.optional(text(1024)),
  resources: v.optional(addresses),
  schema: v.optional(text(512)),
  epoch: v.optional(text(64)),
  version: v.optional(count),
};

const errorSchema = v.object({
  code: text(64),
  retryable: v.boolean(),
  details: v.optional(v.record(v.string(), v.unknown())),
});

const bodies = {
  create: v.object({
    ...common,
    scheme: v.optional(text(32)),
    value: v.optional(v.unknown()),
    authorise: v.optional(addresses),
    /** Only for the messaging node: who one is, when a session opens; or which session goes on. */
    accessToken: v.optional(text(4096)),
    resumeToken: v.optional(text(4096)),
  }),
  update: v.object({
    ...common,
    attribute: v.optional(text(512)),
    operation: v.optional(v.picklist(['add', 'remove'])),
    value: v.optional(v.unknown()),
    lastModified: v.optional(text(40)),
  }),
  delete: v.object({
    ...common,
    childrenResources: v.optional(addresses),
    description: v.optional(text(512)),
    error: v.optional(errorSchema),
  }),
  read: v.object({ ...common, criteria: v.optional(v.unknown()) }),
  subscribe: v.object({ ...common, subscriber: v.optional(addressSchema) }),
  unsubscribe: v.object({ ...common, subscriber: v.optional(addressSchema) }),
  execute: v.object({ ...common, method: text(64), params: v.optional(v.unknown()) }),
  forward: v.object({ ...common, message: v.optional(v.unknown()) }),
  response: v.object({
    ...common,
    code: v.union([
      count,
      v.pipe(
        v.string(),
        v.regex(/^[1-5]\d\d$/),
        v.transform((code) => Number(code)),
      ),
    ]),
    description: v.optional(text(512)),
    desc: v.optional(text(512)),
    value: v.optional(v.unknown()),
    error: v.optional(errorSchema),
  }),
} as const;

export type MessageType = keyof typeof bodies;
export const messageTypes = Object.keys(bodies) as readonly MessageType[];
export type BodyOf<T extends MessageType> = v.InferOutput<(typeof bodies)[T]>;
export type Identity = v.InferOutput<typeof identitySchema>;

interface Header<T extends MessageType> {
  readonly id: number;
  readonly type: T;
  readonly from: Address;
  readonly to: Address;
  readonly body: Readonly<BodyOf<T>>;
}

/** One message, by its type. A message without a body is read as one with an empty body. */
export type MessageOf<T extends MessageType> = Header<T>;
export type Message = { [T in MessageType]: Header<T> }[MessageType];
export type Request = Exclude<Message, { readonly type: 'response' }>;
export type ResponseBody = BodyOf<'response'>;

const headerSchema = v.object({
  id: count,
  type: v.picklist(messageTypes),
  from: addressSchema,
  to: addressSchema,
  body: v.optional(
    v.pipe(
      v.unknown(),
      v.check((body) => !Array.isArray(body)),
      v.record(v.string(), v.unknown()),
    ),
    {},
  ),
});

/** @throws ConferenceError `bad-message`, naming the first place that does not fit. */
export function checkMessage(value: unknown): Message {
  const header = v.safeParse(headerSchema, value);
  if (!header.success) throw notUnderstood(header.issues[0]);
  const body = v.safeParse(bodies[header.output.type], header.output.body);
  if (!body.success) throw notUnderstood(body.issues[0]);
  return { ...header.output, body: body.output } as Message;
}

/** @throws ConferenceError `bad-message` or `message-too-large`. */
export function parseMessage(text: string, limits: JsonLimits = messageLimits): Message {
  return checkMessage(parseJson(text, limits));
}

export function formatMessage(message: Message): string {
  return JSON.stringify(message);
}

/**
 * What can be told of a message that was refused, so that its sender gets an answer: the header, where it is whole.
 */
export function salvageHeader(
  text: string,
): { readonly id: number; readonly from: Address; readonly to: Address } | undefined {
  try {
    const header = v.safeParse(v.pick(headerSchema, ['id', 'from', 'to']), parseJson(text, messageLimits));
    return header.success ? header.output : undefined;
  } catch (thrown) {
    if (thrown instanceof ConferenceError) return undefined;
    throw thrown;
  }
}

function notUnderstood(issue: v.BaseIssue<unknown>): ConferenceError {
  const path = issue.path?.map((item) => String(item.key)).join('.') ?? '';
  return new ConferenceError('bad-message', `The message is not understood: ${path || 'header'}.`, {
    details: { path },
  });
}

/** The answer to a request: same id, addresses exchanged. */
export function respond(
  request: Pick<Message, 'id' | 'from' | 'to'>,
  body: ResponseBody,
): MessageOf<'response'> {
  return { id: request.id, type: 'response', from: request.to, to: request.from, body };
}

export function errorBody(error: ConferenceError): ResponseBody {
  return {
    code: error.status,
    description: error.message,
    error: {
      code: error.code,
      retryable: error.retryable,
      ...(error.details === undefined ? {} : { details: { ...error.details } }),
    },
  };
}
