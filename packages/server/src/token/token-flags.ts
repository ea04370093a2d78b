/** The flags of `plenum token`: what they mean, and the words of its help. */
import { parseArgs } from 'node:util';
import type { AccessTokenRequest } from '@plenum/messaging-node/tokens';
import {
  ConferenceError,
  displayNameSchema,
  isRoomName,
  type Role,
  roles,
  type Source,
  sources,
} from '@plenum/protocol';
import * as v from 'valibot';

export const tokenHelp = `Usage: npx plenum token --room R --name N [options]

Prints an access token. Whoever opens the link of the server with it is who the token says, and may what it grants.

  --room R          The room it is for; '*' for every room.
  --name N          How others see its bearer.
  --role ROLE       ${roles.join(', ')}; what the room gives unless given.
  --user U          Id of the user: letters, digits and -_.@. Without it everybody with the token is a guest.
  --expires T       How long it holds: a number and s, m, h or d. Default: 8h.
  --publish LIST    The sources its bearer may publish: ${sources.join(', ')}, with commas between.
  --no-publish      Its bearer publishes nothing.
  --no-data         Its bearer sends no chat, files or links.
  --invite          Its bearer may invite others.
  --create-rooms    Its bearer may create rooms.
  --moderate        Its bearer may moderate, whatever the role.
  --data DIR        Data folder of the server, where its key is.
  --domain NAME     Domain of the server.
  --config FILE     Configuration file of the server.
  --help            Shows this and ends.

Data folder and domain are also read from the environment and the file, as the server does.
`;

const flags = {
  room: { type: 'string' },
  name: { type: 'string' },
  role: { type: 'string' },
  user: { type: 'string' },
  expires: { type: 'string', default: '8h' },
  publish: { type: 'string' },
  'no-publish': { type: 'boolean' },
  'no-data': { type: 'boolean' },
  invite: { type: 'boolean' },
  'create-rooms': { type: 'boolean' },
  moderate: { type: 'boolean' },
  data: { type: 'string' },
  domain: { type: 'string' },
  config: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseFlags>;

export type TokenFlags =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'mint';
      readonly request: AccessTokenRequest;
      /** What is for the configuration of the server, as its flags. */
      readonly serverFlags: readonly string[];
    };

/** @param now Milliseconds since 1970. @throws ConferenceError `bad-request`, one sentence about the flag that is wrong. */
export function readTokenFlags(args: readonly string[], now: number): TokenFlags {
  const values = parseFlags(args);
  if (values.help === true) return { kind: 'help' };
  const { user, name } = values;
  if (name === undefined || !v.is(displayNameSchema, name)) {
    throw refused('--name N is how others see the bearer, 1 to 80 characters.');
  }
  const request = { user, name, grant: grantOf(values), expires: now + durationMs(values.expires) };
  return { kind: 'mint', request, serverFlags: serverFlagsOf(values) };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refused(`${error.message.split(/\.\s|\n/)[0]}. See plenum token --help.`);
  }
}

function grantOf(values: Values): NonNullable<AccessTokenRequest['grant']> {
  const { publish, invite, moderate } = values;
  const createRooms = values['create-rooms'];
  const isSilent = values['no-publish'] === true;
  if (isSilent && publish !== undefined) throw refused('--publish and --no-publish exclude each other.');
  return {
    ...roomOf(values.room),
    ...roleOf(values.role),
    ...(isSilent ? { publish: [] } : sourcesOf(publish)),
    ...(values['no-data'] === true ? { data: false } : {}),
    ...(invite === undefined ? {} : { invite }),
    ...(createRooms === undefined ? {} : { createRooms }),
    ...(moderate === undefined ? {} : { moderate }),
  };
}

function roomOf(room: string | undefined): { room?: string } {
  if (room === '*') return {};
  if (room === undefined || !isRoomName(room)) {
    throw refused("--room R is the name of a room as in its link, or '*' for every room.");
  }
  return { room };
}

function roleOf(role: string | undefined): { role?: Role } {
  if (role === undefined) return {};
  const known = roles.find((name) => name === role);
  if (known === undefined) throw refused(`--role is one of ${roles.join(', ')}.`);
  return { role: known };
}

function sourcesOf(list: string | undefined): { publish?: Source[] } {
  if (list === undefined) return {};
  return { publish: list.split(',').map(sourceOf) };
}

function sourceOf(text: string): Source {
  const known = sources.find((source) => source === text.trim());
  if (known === undefined) throw refused(`--publish takes ${sources.join(', ')}, with commas between.`);
  return known;
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const longestMs = 3_650 * unitMs.d;

function durationMs(text: string): number {
  const [, count, unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = Number(count) * (isUnit(unit) ? unitMs[unit] : Number.NaN);
  if (ms >= unitMs.s && ms <= longestMs) return ms;
  throw refused('--expires takes a number and s, m, h or d, such as 90m or 8h; at most ten years.');
}

function isUnit(text: string): text is keyof typeof unitMs {
  return Object.hasOwn(unitMs, text);
}

function serverFlagsOf(values: Values): readonly string[] {
  return (['data', 'domain', 'config'] as const).flatMap((flag) => {
    const value = values[flag];
    return value === undefined ? [] : [`--${flag}=${value}`];
  });
}

function refused(sentence: string): ConferenceError {
  return new ConferenceError('bad-request', sentence);
}
