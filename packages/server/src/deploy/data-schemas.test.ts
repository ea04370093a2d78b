/** The JSON schemas are held against objects that the code's own schemas take, attribute by attribute. */
import {
  communicationSchema,
  connectionSchema,
  contextSchema,
  isRoomName,
  lobbySchema,
  resourceCollectionSchema,
} from '@plenum/protocol';
import type { JsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { dataSchemas, jsonSchemaOf } from './data-schemas.ts';

const time = '2026-01-05T10:00:00.000Z';

/** One object of each, with every attribute there is. */
const samples = {
  Context: {
    scheme: 'context',
    name: 'standup',
    owner: 'hyperty://acme.test/s1/client',
    publications: { microphone: { muted: true, mutedBy: 'p2' } },
    unreachable: ['p3'],
    isOverloaded: true,
    view: 'composite',
    failed: { number: 1, to: 'participant', stage: 'connecting' },
    isBehind: true,
    connected: {
      number: 1,
      to: 'server',
      local: 'relay',
      remote: 'host',
      protocol: 'tls',
      family: 'IPv6',
      stages: { signalling: 40, connecting: 12, securing: 25, communicating: 30 },
    },
  },
  Connection: {
    scheme: 'connection',
    name: 'standup',
    owner: 'hyperty://acme.test/s1/client',
    peer: 'hyperty://acme.test/conference',
    inReplyTo: 'connection://acme.test/conference/p1-1',
    status: 'connected',
    connectionDescription: { type: 'offer', sdp: 'v=0', negotiation: 1 },
    iceCandidates: [{ candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: null }],
    wanted: { p2: 720 },
    iceRestart: 0,
    isReleased: true,
    leftOut: ['camera'],
    publishOn: { camera: '1' },
    shownLayers: { camera: 1 },
    isCompositeShown: false,
    slots: {
      a1: { kind: 'video', participantId: 'p2', source: 'screen', isPaused: true },
      a2: { kind: 'audio', isComposite: true },
    },
    allotment: { pictures: 1, availableBps: 150_000 },
    chosenView: { view: 'composite', reason: 'device' },
  },
  Communication: {
    scheme: 'comm',
    name: 'standup',
    roomId: 'standup',
    status: 'open',
    startingTime: time,
    lastModified: time,
    topology: 'sfu',
    plan: 'sfu',
    settings: {
      title: 'Stand-up',
      isLocked: false,
      hasLobby: false,
      guests: 'welcome',
      capacity: 50,
      defaultRole: 'participant',
      layout: 'auto',
    },
    children: ['resources'],
    participants: {
      p1: {
        userURL: 'user://acme.test/ann',
        hypertyURL: 'hyperty://acme.test/s1/client',
        domain: 'acme.test',
        name: 'Ann',
        status: 'live',
        joined: time,
        role: 'owner',
        may: ['chat', 'own'],
        hand: time,
        mayPublish: ['camera'],
        publications: {},
      },
    },
    activeSpeaker: 'p1',
    recording: { since: time, limitedBy: 'too-many-files', endedBy: 'storage-full' },
    broadcast: { since: time, audience: 12, key: '0123456789abcdefghijklmnop', endedBy: 'mixer-unavailable' },
  },
  ResourceCollection: {
    resources: {
      'p1-1': {
        type: 'chat',
        content: 'Hello',
        mimetype: 'text/plain',
        size: 5,
        author: 'user://acme.test/ann',
        authorName: 'Ann',
        participantId: 'p1',
        created: time,
        lastModified: time,
      },
    },
    members: ['p1'],
  },
  Lobby: { waiting: { p1: { userURL: 'user://acme.test/ann', name: 'Ann', since: time } } },
} as const;

const schemas = {
  Context: contextSchema,
  Connection: connectionSchema,
  Communication: communicationSchema,
  ResourceCollection: resourceCollectionSchema,
  Lobby: lobbySchema,
};
type Name = keyof typeof samples;
const names = Object.keys(samples) as Name[];

function jsonSchema(name: Name): JsonSchema {
  const found = dataSchemas.find((schema) => schema.name === name);
  if (found === undefined) throw new Error(`There is no schema ${name}.`);
  return jsonSchemaOf(found);
}

/** What of a value the schema does not allow, or does not know. */
function faults(value: unknown, schema: JsonSchema, at: string): readonly string[] {
  const { anyOf, items } = schema;
  if (anyOf !== undefined) {
    return anyOf.some((one) => faults(value, one as JsonSchema, at).length === 0) ? [] : [at];
  }
  if (schema.const !== undefined) return value === schema.const ? [] : [at];
  if (schema.enum !== undefined) return schema.enum.includes(value as string) ? [] : [at];
  if (Array.isArray(value)) {
    return schema.type === 'array'
      ? value.flatMap((one, index) => faults(one, items as JsonSchema, `${at}[${index}]`))
      : [at];
  }
  if (typeof value === 'object' && value !== null) return faultsOfObject(value, schema, at);
  if (typeof value === 'number') {
    const { minimum = value, maximum = value } = schema;
    const isWhole = schema.type === 'integer' && Number.isInteger(value);
    return isWhole && value >= minimum && value <= maximum ? [] : [at];
  }
  if (typeof value !== 'string') return schema.type === (value === null ? 'null' : typeof value) ? [] : [at];
  const fits = schema.type === 'string' && value.length <= (schema.maxLength ?? Number.POSITIVE_INFINITY);
  return fits && new RegExp(schema.pattern ?? '', 'u').test(value) ? [] : [at];
}

function faultsOfObject(value: object, schema: JsonSchema, at: string): readonly string[] {
  const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
  const missing = required.filter((key) => !Object.hasOwn(value, key)).map((key) => `${at}.${key}`);
  const wrong = Object.entries(value).flatMap(([key, one]) => {
    const here = `${at}.${key}`;
    const known = properties[key] ?? additionalProperties;
    if (known === undefined) return [here];
    const wrongName = propertyNames === undefined ? [] : faults(key, propertyNames as JsonSchema, here);
    return [...wrongName, ...faults(one, known as JsonSchema, here)];
  });
  return [...missing, ...wrong];
}

describe.each(names)('%s', (name) => {
  test('[DE11] its JSON schema knows every attribute that the code’s own schema takes', () => {
    expect(v.parse(schemas[name], samples[name])).toEqual(samples[name]);
    expect(faults(samples[name], jsonSchema(name), name)).toEqual([]);
  });

  test('[DE11] it has the attributes of the code’s own schema, and asks for the same ones', () => {
    const { properties, required } = jsonSchema(name);
    const entries = Object.entries(schemas[name].entries);
    expect(Object.keys(properties ?? {})).toEqual(entries.map(([key]) => key));
    expect(required).toEqual(entries.filter(([, { type }]) => type !== 'optional').map(([key]) => key));
    // The sample shows them all.
    expect(Object.keys(samples[name]).sort()).toEqual(entries.map(([key]) => key).sort());
  });

  test('what one refuses, so does the other', () => {
    for (const key of Object.keys(samples[name])) {
      const broken = { ...samples[name], [key]: -1.5 };
      expect(v.is(schemas[name], broken), key).toBe(false);
      expect(faults(broken, jsonSchema(name), name)).not.toEqual([]);
    }
  });
});

test('bounds are kept: of numbers, texts, lists, keys and patterns', () => {
  const connection = jsonSchema('Connection').properties ?? {};
  expect(connection['wanted']).toMatchObject({
    propertyNames: { pattern: '^[0-9a-v]{1,32}$' },
    additionalProperties: { type: 'integer', minimum: 0, maximum: 8640 },
    maxProperties: 1024,
  });
  expect(connection['iceCandidates']).toMatchObject({ maxItems: 64 });
  const communication = jsonSchema('Communication').properties ?? {};
  expect(communication['roomId']).toMatchObject({
    maxLength: 64,
    pattern: '^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}_-]*$',
  });
  expect(communication['settings']).toMatchObject({
    properties: { title: { minLength: 1, maxLength: 120 }, capacity: { minimum: 1, maximum: 100_000 } },
  });
});

test('what is written by hand is what the checks do', () => {
  const wanted = (count: number) => ({
    ...samples.Connection,
    wanted: Object.fromEntries(Array.from({ length: count }, (_, index) => [String(index), 0])),
  });
  expect(v.is(connectionSchema, wanted(1024))).toBe(true);
  expect(v.is(connectionSchema, wanted(1025))).toBe(false);
  const roomId = jsonSchema('Communication').properties?.['roomId'] as JsonSchema | undefined;
  const reserved = (roomId?.not as JsonSchema | undefined)?.enum ?? [];
  expect(reserved.length).toBeGreaterThan(0);
  expect(reserved.map((name) => isRoomName(String(name)))).not.toContain(true);
});

test('a check that is not in words stops the making', () => {
  const schema = v.object({
    a: v.pipe(
      v.string(),
      v.check((text) => text !== 'b'),
    ),
  });
  const undescribed = { name: 'Odd', description: '', schema, checks: [] };
  expect(() => jsonSchemaOf(undescribed)).toThrow('A check of Odd is not in words.');
});
