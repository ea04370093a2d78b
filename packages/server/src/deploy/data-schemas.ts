/**
 * The JSON schemas of the data objects, made from the schemas that the code validates with. They describe objects as
 * their reporters write them: after trimming and normalising.
 */
import {
  communicationSchema,
  connectionSchema,
  contextSchema,
  lobbySchema,
  reservedRoomNames,
  resourceCollectionSchema,
} from '@plenum/protocol';
import { type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';

/** What a `check` asks for is code, so it is put into the JSON schema by hand. */
interface CheckInWords {
  readonly attribute: string;
  /** How many checks these words stand for. */
  readonly checks: number;
  readonly words: JsonSchema;
}

interface DataSchema {
  readonly name: string;
  readonly description: string;
  readonly schema: v.GenericSchema;
  readonly checks: readonly CheckInWords[];
}

export const dataSchemas: readonly DataSchema[] = [
  {
    name: 'Context',
    description: 'What a client says of itself for a room, whichever ways its media takes.',
    schema: contextSchema,
    checks: [],
  },
  {
    name: 'Connection',
    description: 'What one side of a link for media reports of its own half.',
    schema: connectionSchema,
    checks: [{ attribute: 'wanted', checks: 1, words: { maxProperties: 1024 } }],
  },
  {
    name: 'Communication',
    description: 'The public state of a room, which every participant observes.',
    schema: communicationSchema,
    checks: [
      {
        attribute: 'roomId',
        checks: 2,
        words: {
          description: 'Lower case, in Unicode NFC, and at most 450 characters when percent-encoded.',
          not: { enum: [...reservedRoomNames] },
        },
      },
    ],
  },
  {
    name: 'ResourceCollection',
    description:
      'A chat: the lines, files and links that participants share in a child object of a Communication.',
    schema: resourceCollectionSchema,
    checks: [],
  },
  {
    name: 'Lobby',
    description:
      'Who waits to be let into a room; a child object of its Communication for those who moderate.',
    schema: lobbySchema,
    checks: [],
  },
];

/** These only give a value another form or type; what the value must be is said by the actions around them. */
const changesOfForm = ['transform', 'trim', 'brand', 'readonly'];

/** Draft 7. @throws Error where the schema has something that would be lost. */
export function jsonSchemaOf({ name, description, schema, checks }: DataSchema): JsonSchema {
  let checksMet = 0;
  const converted = toJsonSchema(schema, {
    ignoreActions: changesOfForm,
    overrideAction: ({ valibotAction, jsonSchema, errors }) => {
      if (valibotAction.type === 'check') checksMet += 1;
      const isKept = valibotAction.type === 'check' || isUnicodePattern(valibotAction);
      return errors !== undefined && isKept ? jsonSchema : undefined;
    },
    overrideSchema: ({ valibotSchema, jsonSchema, errors }) =>
      errors !== undefined && isRecordOfWords(valibotSchema) ? jsonSchema : undefined,
  });
  if (checksMet !== checks.reduce((sum, check) => sum + check.checks, 0)) {
    throw new Error(`A check of ${name} is not in words.`);
  }
  return { $id: name, title: name, description, ...withWords(converted, checks) };
}

/** Patterns of JSON schemas are read as with the flag `u`. */
function isUnicodePattern(action: object): boolean {
  return 'requirement' in action && action.requirement instanceof RegExp && action.requirement.flags === 'u';
}

/** Its keys are in `propertyNames`, which the converter writes although it objects. */
function isRecordOfWords(schema: object): boolean {
  return 'key' in schema && (schema.key as v.GenericSchema).type === 'picklist';
}

function withWords(converted: JsonSchema, checks: readonly CheckInWords[]): JsonSchema {
  const properties = { ...converted.properties };
  for (const { attribute, words } of checks) {
    const property = properties[attribute];
    if (typeof property !== 'object') throw new Error(`There is no attribute ${attribute}.`);
    properties[attribute] = { ...property, ...words };
  }
  return { ...converted, properties };
}
