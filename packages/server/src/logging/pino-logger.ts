/** The logger of the process, over pino. */
import type { LogFields, Logger } from '@plenum/hyperty';
import { type DestinationStream, type Logger as Pino, pino, stdSerializers } from 'pino';
import { formatPrettyLine } from './pretty-line.ts';

export interface LoggingOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly format: 'auto' | 'pretty' | 'json';
}

/** Where lines go; standard error, so that standard output stays for what the user asked for. */
export type LogOutput = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

export function createLogger({ level, format }: LoggingOptions, output: LogOutput = process.stderr): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && output.isTTY === true);
  const destination: DestinationStream = {
    write: (line) => output.write(isPretty ? formatPrettyLine(line) : line),
  };
  const options = { level, base: null, formatters: { level: (label: string) => ({ level: label }) } };
  return new PinoLogger(pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, destination));
}

class PinoLogger implements Logger {
  readonly #pino: Pino;

  constructor(instance: Pino) {
    this.#pino = instance;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#pino.debug(withoutSecrets(fields, true), message);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#pino.info(withoutSecrets(fields, false), message);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.#pino.warn(withoutSecrets(fields, false), message);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#pino.error(withoutSecrets(fields, false), message);
  }

  child(fields: LogFields): Logger {
    return new PinoLogger(this.#pino.child(withoutSecrets(fields, false)));
  }
}

const secrets: ReadonlySet<string> = new Set([
  'token',
  'accessToken',
  'resumeToken',
  'credential',
  'password',
  'authorization',
  'storeKeys',
  'secretAccessKey',
  'sessionToken',
]);
/** Full of addresses of people's networks. */
const descriptions: ReadonlySet<string> = new Set(['sdp', 'offer', 'answer', 'candidate', 'candidates']);

/** The last line of defence: who logs is not to give these in the first place. */
function withoutSecrets(fields: LogFields, isDebug: boolean): Record<string, unknown> {
  const kept = Object.entries(fields).filter(
    ([key]) => !secrets.has(key) && (isDebug || !descriptions.has(key)),
  );
  return Object.fromEntries(
    kept.map(([key, value]) => [key, value instanceof Error ? stdSerializers.err(value) : value]),
  );
}
