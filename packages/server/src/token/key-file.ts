/** The key that tokens are signed with: 256 random bits in the data folder, made when they are first needed. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tokenKeyLength } from '@plenum/messaging-node/tokens';
import { ConferenceError } from '@plenum/protocol';
import { isOpenToOthers } from '../storage/private-file.ts';

export function tokenKeyFile(dataFolder: string): string {
  return join(dataFolder, 'token.key');
}

/**
 * Reads the key, or makes one. Processes that do so at once agree on one key.
 * @throws ConferenceError `invalid-config` for a key that others can read, of the wrong length, or that cannot be had.
 */
export function readTokenKey(dataFolder: string): Uint8Array {
  const file = tokenKeyFile(dataFolder);
  const key = readKey(file);
  if (key !== undefined) return key;
  createKey(dataFolder, file);
  const created = readKey(file);
  if (created === undefined) throw invalid(`The key file ${file} is gone again.`);
  return created;
}

function readKey(file: string): Uint8Array | undefined {
  const descriptor = openKey(file);
  if (descriptor === undefined) return undefined;
  try {
    refuseIfExposed(file, fstatSync(descriptor).mode);
    const key = readFileSync(descriptor);
    if (key.length === tokenKeyLength) return new Uint8Array(key);
    throw invalid(
      `The key file ${file} holds ${key.length} bytes instead of ${tokenKeyLength}: bring back the right one, or remove it for a new one, which ends all tokens.`,
    );
  } catch (cause) {
    throw cause instanceof ConferenceError ? cause : notUsable('read', file, cause);
  } finally {
    closeSync(descriptor);
  }
}

function openKey(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (cause) {
    if (isSystemError(cause, 'ENOENT')) return undefined;
    throw notUsable('read', file, cause);
  }
}

function refuseIfExposed(file: string, mode: number): void {
  if (!isOpenToOthers(mode)) return;
  throw invalid(
    `The key file ${file} is open to other users of this machine: run chmod 600 on it, or remove it for a new one, which ends all tokens.`,
  );
}

/** Written whole beside its place, then linked there, which fails where another process was first: its key counts. */
function createKey(folder: string, file: string): void {
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeDraft(draft);
    linkSync(draft, file);
  } catch (cause) {
    if (!isSystemError(cause, 'EEXIST')) throw notUsable('made', file, cause);
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeDraft(draft: string): void {
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeFileSync(descriptor, randomBytes(tokenKeyLength));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isSystemError(thrown: unknown, code: string): boolean {
  return codeOf(thrown) === code;
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}

function notUsable(verb: 'read' | 'made', file: string, cause: unknown): ConferenceError {
  return invalid(`The key file ${file} cannot be ${verb} (${String(codeOf(cause))}).`, cause);
}

function invalid(message: string, cause?: unknown): ConferenceError {
  return new ConferenceError('invalid-config', message, { cause });
}
