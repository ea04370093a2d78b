/** STUN and TURN servers of others, from the operator's file. */
import { readFileSync } from 'node:fs';
import { ConferenceError, type IceServer } from '@plenum/protocol';
import * as v from 'valibot';
import { issueCredentials } from './credentials.ts';

const text = v.pipe(v.string(), v.nonEmpty(), v.maxLength(512));
/** RFC 7064 and RFC 7065. */
const stunUrl = v.pipe(text, v.regex(/^stuns?:[^\s/?]+$/));
const anyUrl = v.pipe(text, v.regex(/^(stuns?:[^\s/?]+|turns?:[^\s/?]+(\?transport=(udp|tcp))?)$/));
const someOf = <S extends v.GenericSchema<string>>(url: S) =>
  v.pipe(v.array(url), v.minLength(1), v.maxLength(8));

const externalServersSchema = v.pipe(
  v.array(
    v.union([
      v.strictObject({ urls: someOf(stunUrl) }),
      v.strictObject({ urls: someOf(anyUrl), username: text, credential: text }),
      /** Shared with the TURN server, which makes credentials that end. */
      v.strictObject({ urls: someOf(anyUrl), secret: text }),
    ]),
  ),
  v.maxLength(8),
);

export type ExternalServer = v.InferOutput<typeof externalServersSchema>[number];

/** @throws ConferenceError `invalid-config`, which quotes nothing: the file holds secrets. */
export function readExternalServers(file: string | undefined): readonly ExternalServer[] {
  if (file === undefined) return [];
  const parsed = v.safeParse(externalServersSchema, parseFile(file));
  if (parsed.success) return parsed.output;
  const place = v.getDotPath(parsed.issues[0]) ?? 'the list';
  const sentence = `iceServersFile: ${place} in ${file} is no STUN or TURN server with what it takes (docs/relay.md).`;
  throw new ConferenceError('invalid-config', sentence, { details: { option: 'iceServersFile' } });
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (thrown) {
    const reason = thrown instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw new ConferenceError('invalid-config', `iceServersFile: the file ${file} ${reason}.`);
  }
}

export function hasSecret(server: ExternalServer): boolean {
  return 'secret' in server;
}

/** As one participant is told it. */
export function issueExternal(server: ExternalServer, id: string, expiresAtMs: number): IceServer {
  if (!('secret' in server)) return server;
  const { urls, secret } = server;
  return { urls, ...issueCredentials(secret, id, expiresAtMs) };
}
