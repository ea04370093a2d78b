/** Reads, validates and freezes the configuration. Flags go before environment, file and defaults. */
import * as v from 'valibot';
import { type Config, configSchema, options } from './schema.ts';
import {
  type Environment,
  fileVariable,
  type Given,
  invalid,
  readEnvironment,
  readFile,
  readFlags,
} from './sources.ts';
import { readStoreKeys, type StoreKeys } from './store-keys.ts';

export type ConfigRequest =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'serve';
      readonly config: Config;
      /** Of a store of recordings. They are no part of the configuration, which may be shown. */
      readonly storeKeys: StoreKeys | undefined;
    };

/** The one look at the environment of the process. @throws ConferenceError `invalid-config`. */
export function readConfig(args: readonly string[], env: Environment = process.env): ConfigRequest {
  const flags = readFlags(args);
  if (flags.isHelp) return { kind: 'help' };
  const file = flags.file ?? env[fileVariable];
  const fromFile = file === undefined ? [] : [...readFile(file)];
  const given = new Map([...fromFile, ...readEnvironment(env), ...flags.source]);
  const config = validate(given);
  const { recordingBucket, recordingKeyFile } = config;
  const areWanted = recordingBucket !== undefined && recordingKeyFile === undefined;
  const storeKeys = areWanted ? readStoreKeys(env) : undefined;
  return { kind: 'serve', config, storeKeys };
}

/** A configuration of these values and the defaults, for who starts the server from a program. */
export function createConfig(values: Partial<v.InferInput<typeof configSchema>> = {}): Config {
  const given = new Map<string, Given>();
  for (const { name, path } of options) {
    const value = path.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
      values,
    );
    if (value !== undefined) given.set(name, { value, origin: 'createConfig' });
  }
  return validate(given);
}

const storeOptions = ['recordingEndpoint', 'recordingKeyFile'] as const;

function validate(given: ReadonlyMap<string, Given>): Config {
  const parsed = v.safeParse(configSchema, nest(given));
  if (!parsed.success) throw refusal(parsed.issues[0], given);
  const config = parsed.output;
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    throw invalid('tlsCert and tlsKey belong together: give both, or none.', { option: 'tlsKey' });
  }
  const idle = storeOptions.find((name) => config[name] !== undefined);
  if (idle !== undefined && config.recordingBucket === undefined) {
    throw invalid(`${idle} is of no use without recordingBucket.`, { option: idle });
  }
  if (config.relayMinPort > config.relayMaxPort) {
    throw invalid('relayMinPort is above relayMaxPort.', { option: 'relayMinPort' });
  }
  return freeze(config);
}

/** `limits.rooms` becomes `{ limits: { rooms } }`. */
function nest(given: ReadonlyMap<string, Given>): object {
  const root: Record<string, unknown> = {};
  for (const { path, name } of options) {
    let group = root;
    for (const key of path.slice(0, -1)) {
      group[key] ??= {};
      group = group[key] as Record<string, unknown>;
    }
    const value = given.get(name)?.value;
    const key = path.at(-1);
    if (value !== undefined && key !== undefined) group[key] = value;
  }
  return root;
}

function refusal(issue: v.BaseIssue<unknown>, given: ReadonlyMap<string, Given>): Error {
  // The path goes on into lists; the option is what it begins with.
  const path = v.getDotPath(issue) ?? '';
  const option = options.find(({ name }) => path === name || path.startsWith(`${name}.`));
  if (option === undefined) return invalid(`${path}: ${issue.message}`, { option: path });
  const { origin, value } = given.get(option.name) ?? { origin: 'default', value: undefined };
  return invalid(
    `The option ${option.name} (${origin}) is ${JSON.stringify(value)}; allowed is ${option.allowed}.`,
    { option: option.name },
  );
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
