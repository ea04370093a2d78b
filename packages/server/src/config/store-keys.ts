/** What an object store knows us by: from the environment, or a file that nobody else reads. Never a flag, which every user of a machine sees. */
import { readFileSync, statSync } from 'node:fs';
import { ConferenceError } from '@plenum/protocol';
import * as v from 'valibot';
import { isOpenToOthers } from '../storage/private-file.ts';
import type { Environment } from './sources.ts';

const word = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4096));
const keysSchema = v.strictObject({
  accessKeyId: word,
  secretAccessKey: word,
  /** Of keys that were lent for a while. */
  sessionToken: v.optional(word),
});

export type StoreKeys = Readonly<v.InferOutput<typeof keysSchema>>;

/** By the names that every tool for S3 reads. @throws ConferenceError `invalid-config` for one of a pair. */
export function readStoreKeys(env: Environment): StoreKeys | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] ?? '';
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] ?? '';
  const sessionToken = env['AWS_SESSION_TOKEN'] ?? '';
  if (accessKeyId === '' && secretAccessKey === '') return undefined;
  if (accessKeyId === '' || secretAccessKey === '') {
    throw invalid('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together: give both, or none.');
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === '' ? {} : { sessionToken }) };
}

/** @throws ConferenceError `invalid-config` for a file that others can read, or that holds no keys. */
export function readStoreKeyFile(path: string): StoreKeys {
  try {
    if (isOpenToOthers(statSync(path).mode)) {
      throw invalid(`recordingKeyFile: ${path} is open to other users of this machine: run chmod 600 on it.`);
    }
    const parsed = v.safeParse(keysSchema, JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return parsed.output;
  } catch (cause) {
    if (cause instanceof ConferenceError) throw cause;
    // What a parser says quotes what it read.
    const isSyntax = cause instanceof SyntaxError;
    throw invalid(`recordingKeyFile: ${path} ${isSyntax ? 'is no JSON' : 'cannot be read'}.`);
  }
  throw invalid(
    `recordingKeyFile: ${path} is not { "accessKeyId": "…", "secretAccessKey": "…" }, with a sessionToken where there is one.`,
  );
}

function invalid(message: string): ConferenceError {
  return new ConferenceError('invalid-config', message);
}
