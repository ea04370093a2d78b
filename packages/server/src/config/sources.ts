/** Where options come from: flags, environment, a file. Each source gives values by the options' names. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConferenceError } from '@plenum/protocol';
import { type Option, options } from './schema.ts';

/** A value and where it was said, for the sentence that refuses it. */
export interface Given {
  readonly value: unknown;
  readonly origin: string;
}

/** Values by option name. */
export type Source = ReadonlyMap<string, Given>;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Flags {
  readonly isHelp: boolean;
  readonly file: string | undefined;
  readonly source: Source;
}

/** Names the file by environment. */
export const fileVariable = 'PLENUM_CONFIG';

/** Of the other tools of this project; not for the server. */
const foreignVariables: ReadonlySet<string> = new Set(['PLENUM_CACHE', 'PLENUM_CHROMIUM', 'PLENUM_FIREFOX']);

export function invalid(message: string, details?: Readonly<Record<string, unknown>>): ConferenceError {
  return new ConferenceError('invalid-config', message, { details });
}

/** @throws ConferenceError `invalid-config` for an unknown flag or one without its value. */
export function readFlags(args: readonly string[]): Flags {
  const values = parseFlags(args);
  const given = options.flatMap((option) => {
    const texts = values[option.flag];
    if (!Array.isArray(texts)) return [];
    return [
      [option.name, { value: valueFrom(option, texts.map(String)), origin: `--${option.flag}` }] as const,
    ];
  });
  const file = values['config'];
  return {
    isHelp: values['help'] === true,
    file: typeof file === 'string' ? file : undefined,
    source: new Map(given),
  };
}

function parseFlags(args: readonly string[]): Record<string, unknown> {
  const known = Object.fromEntries(
    options.map(({ flag }) => [flag, { type: 'string', multiple: true } as const]),
  );
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { ...known, config: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    return values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const flag = /'(--?[^'\s]+)/.exec(error.message)?.[1];
    throw invalid(flagProblem(error.message, flag), { flag });
  }
}

function flagProblem(message: string, flag: string | undefined): string {
  const isUnknown = message.startsWith('Unknown option') || message.startsWith('Unexpected argument');
  if (!isUnknown || flag === undefined) return `${message.split('\n')[0]} See --help.`;
  const names = ['help', 'config', ...options.map((option) => option.flag)].map((name) => `--${name}`);
  return `There is no flag ${flag}; allowed are ${names.join(', ')}.`;
}

/** The last of a repeated flag counts, unless it is a list. */
function valueFrom({ kind }: Option, texts: readonly string[]): unknown {
  return kind === 'list' ? texts : toScalar(kind, texts.at(-1) ?? '');
}

/** What is no number stays a text, so that the schema refuses it by what was written. */
function toScalar(kind: Option['kind'], text: string): unknown {
  return kind === 'number' && /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

/** @throws ConferenceError `invalid-config` for a variable of ours that does not exist. */
export function readEnvironment(env: Environment): Source {
  const known = new Map(options.map((option) => [option.variable, option]));
  const unknown = Object.keys(env).find(
    (name) =>
      name.startsWith('PLENUM_') && !known.has(name) && name !== fileVariable && !foreignVariables.has(name),
  );
  if (unknown !== undefined) {
    throw invalid(
      `There is no option ${unknown}; allowed are ${[fileVariable, ...known.keys()].join(', ')}.`,
      { option: unknown },
    );
  }
  return new Map(options.flatMap((option) => readVariable(option, env[option.variable])));
}

function readVariable(option: Option, text: string | undefined): readonly (readonly [string, Given])[] {
  if (text === undefined || text === '') return [];
  const texts = option.kind === 'list' ? text.split(',').map((part) => part.trim()) : [text];
  return [[option.name, { value: valueFrom(option, texts), origin: option.variable }]];
}

/** @throws ConferenceError `invalid-config` for a file that cannot be read, is no JSON, or names unknown options. */
export function readFile(path: string): Source {
  const root = parseFile(path);
  const given = new Map<string, Given>();
  const visit = (value: unknown, keys: readonly string[]): void => {
    const name = keys.join('.');
    if (options.some((option) => option.name === name)) {
      given.set(name, { value, origin: path });
    } else if (isRecord(value) && isGroup(name)) {
      for (const [key, inner] of Object.entries(value)) visit(inner, [...keys, key]);
    } else {
      throw invalid(
        `${path}: there is no option '${name}'; allowed are ${options.map((o) => o.name).join(', ')}.`,
        { option: name },
      );
    }
  };
  visit(root, []);
  return given;
}

function parseFile(path: string): unknown {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isRecord(parsed)) return parsed;
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw invalid(`The configuration file ${path} ${reason}: ${cause instanceof Error ? cause.message : ''}`);
  }
  throw invalid(`The configuration file ${path} does not hold an object.`);
}

/** Whether options have names that begin with this one; the root's is empty. */
function isGroup(name: string): boolean {
  return name === '' || options.some((option) => option.name.startsWith(`${name}.`));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
