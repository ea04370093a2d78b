/** `plenum token`: mints an access token with the key of the server's data folder. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createTokenService } from '@plenum/messaging-node/tokens';
import { readConfig } from '../config/config.ts';
import type { Config } from '../config/schema.ts';
import type { Environment } from '../config/sources.ts';
import { defaultDomain } from '../network/public-address.ts';
import { readTokenKey, tokenKeyFile } from './key-file.ts';
import { readTokenFlags, tokenHelp } from './token-flags.ts';

export interface Printout {
  /** The token alone, or the help. */
  readonly output: string;
  /** What the person should know besides. */
  readonly notice?: string | undefined;
}

/** @throws ConferenceError `bad-request` or `invalid-config`: one sentence about what is wrong. */
export async function runTokenCommand(args: readonly string[], env?: Environment): Promise<Printout> {
  const now = () => Date.now();
  const flags = readTokenFlags(args, now());
  if (flags.kind === 'help') return { output: tokenHelp };
  const { data, domain, publicUrl } = serverConfig(flags.serverFlags, env);
  const isFirst = !existsSync(tokenKeyFile(data));
  const key = readTokenKey(data);
  const tokens = createTokenService({ key, domain: domain ?? defaultDomain(publicUrl), now });
  const output = `${await tokens.mintAccess(flags.request)}\n`;
  const notice = `made a new key, ${resolve(tokenKeyFile(data))}; the server must run with this data folder.`;
  return isFirst ? { output, notice } : { output };
}

function serverConfig(serverFlags: readonly string[], env: Environment | undefined): Config {
  const request = readConfig(serverFlags, env);
  // Of the server's flags only those go on that carry a value.
  if (request.kind === 'help') throw new Error('the help of the server was not asked for');
  return request.config;
}
