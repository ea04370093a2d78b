/** The one schema of the configuration: names, defaults, bounds and the words that explain each option. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { guestPolicies, longestResumeSeconds } from '@plenum/protocol';
import * as v from 'valibot';
import { parseSubnet } from '../network/subnets.ts';

/** What flags, environment, help and documentation need to know of an option besides its schema. */
export interface OptionMetadata {
  /** How a text becomes a value: a list takes its flag repeatedly, or commas in the environment. */
  readonly kind: 'text' | 'number' | 'list';
  readonly placeholder: string;
  readonly description: string;
  /** Completes the sentence "allowed is …". */
  readonly allowed: string;
  /** The default in words, where it is not a constant. */
  readonly defaultText?: string;
  /** The environment variable, where it is not made from the option's name. */
  readonly variable?: string;
}

function option<S extends v.GenericSchema>(schema: S, metadata: OptionMetadata) {
  return v.pipe(schema, v.metadata({ ...metadata }));
}

const word = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1024));
const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const host = v.pipe(word, v.regex(/^[\p{L}\p{N}.:_-]+$/u));

const subnet = v.pipe(
  word,
  v.check((text) => parseSubnet(text) !== undefined),
);

function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    url.search === '' &&
    url.hash === '' &&
    url.username === ''
  );
}

function isOrigin(text: string): boolean {
  return isHttpUrl(text) && new URL(text).origin === text;
}

const limit = (fallback: number, description: string) =>
  option(v.optional(whole(1, 1_000_000), fallback), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a whole number from 1 to 1000000',
    description,
  });

export const configSchema = v.strictObject({
  host: option(v.optional(host, '127.0.0.1'), {
    kind: 'text',
    placeholder: 'H',
    allowed: 'an address or name of this machine',
    description:
      'Address to serve on. The default is reachable from this machine only; 0.0.0.0 from everywhere.',
  }),
  port: option(v.optional(whole(0, 65_535), 8080), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a port number, 0 to 65535',
    description: 'Port to serve on; 0 takes any free one.',
  }),
  data: option(v.optional(word, '.plenum'), {
    kind: 'text',
    placeholder: 'DIR',
    allowed: 'the path of a folder',
    description: 'Folder for what outlives the process.',
  }),
  announcedAddress: option(v.optional(v.pipe(v.array(host), v.maxLength(16)), []), {
    kind: 'list',
    placeholder: 'A',
    allowed: 'addresses or names without a port',
    description:
      'Address that browsers send media to, where it is not one of this machine (behind NAT). May be repeated.',
  }),
  publicUrl: option(v.optional(v.pipe(word, v.check(isHttpUrl))), {
    kind: 'text',
    placeholder: 'URL',
    allowed: 'an http or https URL without query',
    description: 'Where people reach this server, if behind a proxy; its path becomes the base path.',
  }),
  tlsCert: option(v.optional(word), {
    kind: 'text',
    placeholder: 'FILE',
    allowed: 'the path of a PEM file, together with tlsKey',
    description: 'Certificate chain (PEM). With tlsKey, serves HTTPS.',
  }),
  tlsKey: option(v.optional(word), {
    kind: 'text',
    placeholder: 'FILE',
    allowed: 'the path of a PEM file, together with tlsCert',
    description: 'Private key of the certificate (PEM).',
  }),
  trustedProxies: option(v.optional(v.pipe(v.array(subnet), v.maxLength(64)), []), {
    kind: 'list',
    placeholder: 'A',
    allowed: 'addresses or subnets, such as 10.0.0.0/8',
    description: 'Proxies whose X-Forwarded headers are believed: addresses or subnets. May be repeated.',
  }),
  domain: option(v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?$/))), {
    kind: 'text',
    placeholder: 'NAME',
    allowed: 'a host name in small letters',
    description: 'Domain of the addresses that hyperties get.',
    defaultText: 'the host of publicUrl, else localhost',
  }),
  mediaBasePort: option(v.optional(whole(0, 65_000), 20_000), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a port number, 0 to 65000',
    description: 'First port for media (UDP and TCP); each media worker takes one. 0 takes any free ones.',
  }),
  mediaWorkers: option(v.optional(whole(1, 256), availableParallelism()), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a whole number from 1 to 256',
    description: 'Media worker processes; each carries its rooms on one core.',
    defaultText: 'one for each core',
  }),
  mixerBudget: option(v.optional(whole(0, 25_600), 50 * availableParallelism()), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a whole number from 0 to 25600',
    description:
      'Hundredths of a core that making one picture of everybody may cost, in all rooms together; 0 makes none.',
    defaultText: 'half of all cores',
  }),
  mixerFont: option(v.optional(word), {
    kind: 'text',
    placeholder: 'FILE',
    allowed: 'the path of a TrueType or OpenType font',
    description:
      'Font of the names in the one picture of everybody, such as Noto Sans CJK: the one that is used otherwise has no Chinese, Japanese or Korean.',
    defaultText: 'DejaVu Sans',
  }),
  recordings: option(v.optional(v.picklist(['on', 'off']), 'on'), {
    kind: 'text',
    placeholder: 'WHEN',
    allowed: 'on or off',
    description: 'Whether moderators may record their rooms, into the folder recordings of data.',
  }),
  recordingContent: option(v.optional(v.picklist(['composite', 'tracks', 'both']), 'composite'), {
    kind: 'text',
    placeholder: 'WHAT',
    allowed: 'composite, tracks or both',
    description:
      'What is recorded where nobody says what: everybody as one picture and one sound, each source of everybody by itself, or both.',
  }),
  recordingReserve: option(v.optional(whole(0, 1_000_000), 500), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a whole number of megabytes, 0 to 1000000',
    description:
      'Megabytes that recordings leave free on the disk: with less, none begins, and those that run end.',
  }),
  broadcasts: option(v.optional(v.picklist(['on', 'off']), 'on'), {
    kind: 'text',
    placeholder: 'WHEN',
    allowed: 'on or off',
    description:
      'Whether moderators may broadcast their rooms to whoever knows the name of the room, or has a link.',
  }),
  recordingQuota: option(v.optional(whole(1, 1_000_000_000)), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a whole number of megabytes, 1 to 1000000000',
    description:
      'Megabytes that all recordings together may have on the disk: with as many, none begins, and those that run end.',
    defaultText: 'as many as the disk has',
  }),
  recordingBucket: option(v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/))), {
    kind: 'text',
    placeholder: 'NAME',
    allowed: 'the name of a bucket: 3 to 63 small letters, digits, dots and dashes',
    description:
      'Bucket of a store that speaks S3: recordings go there once they are whole, and leave the folder (docs/recording.md).',
  }),
  recordingEndpoint: option(v.optional(v.pipe(word, v.check(isHttpUrl))), {
    kind: 'text',
    placeholder: 'URL',
    allowed: 'an http or https URL without query',
    description: 'Where that store is.',
    defaultText: 'Amazon S3',
  }),
  recordingRegion: option(v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)), 'us-east-1'), {
    kind: 'text',
    placeholder: 'NAME',
    allowed: 'the name of a region in small letters',
    description: 'Region of the bucket; of stores that have none usually the default.',
  }),
  recordingPrefix: option(v.optional(v.pipe(v.string(), v.regex(/^([A-Za-z0-9_.-]+\/){0,8}$/)), ''), {
    kind: 'text',
    placeholder: 'PATH',
    allowed: 'nothing, or words with a slash behind each, such as meetings/',
    description: 'What the names of all objects in the bucket begin with.',
    defaultText: 'nothing',
  }),
  recordingKeyFile: option(v.optional(word), {
    kind: 'text',
    placeholder: 'FILE',
    allowed: 'the path of a JSON file with accessKeyId and secretAccessKey, which only its owner can read',
    description: 'Keys of the store.',
    defaultText: 'the environment’s AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  }),
  relay: option(v.optional(v.picklist(['auto', 'on', 'off']), 'auto'), {
    kind: 'text',
    placeholder: 'WHEN',
    allowed: 'auto, on or off',
    description:
      'Runs a STUN and TURN server (coturn) for people behind strict firewalls: auto does where other machines ' +
      'are to reach this one and iceServersFile names no other.',
  }),
  relayHost: option(v.optional(host), {
    kind: 'text',
    placeholder: 'H',
    allowed: 'an address of this machine',
    description:
      'Address of the relay, where it is not to listen where media does: so that both can have port 443.',
    defaultText: 'where media listens',
  }),
  relayPort: option(v.optional(whole(0, 65_535), 3478), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a port number, 0 to 65535',
    description: 'Port of the relay, UDP and TCP; 0 takes any free one.',
  }),
  relayTlsPort: option(v.optional(whole(0, 65_535), 5349), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a port number, 0 to 65535',
    description: 'Port of the relay for TLS, with the certificate of tlsCert; 0 takes any free one.',
  }),
  relayMinPort: option(v.optional(whole(1024, 65_535), 49_152), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a port number, 1024 to 65535, not above relayMaxPort',
    description: 'First of the UDP ports that the relay sends from; each connection through it takes one.',
  }),
  relayMaxPort: option(v.optional(whole(1024, 65_535), 65_535), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a port number, 1024 to 65535, not below relayMinPort',
    description: 'Last of the UDP ports that the relay sends from.',
  }),
  relayAllowedPeers: option(v.optional(v.pipe(v.array(subnet), v.maxLength(64)), []), {
    kind: 'list',
    placeholder: 'A',
    allowed: 'addresses or subnets, such as 10.0.0.0/8',
    description:
      'Private addresses or subnets that the relay may send to besides the media server’s own. May be repeated.',
  }),
  iceServersFile: option(v.optional(word), {
    kind: 'text',
    placeholder: 'FILE',
    allowed: 'the path of a JSON file with a list of STUN and TURN servers',
    description: 'STUN and TURN servers of others that clients are told of (docs/relay.md).',
  }),
  workerBin: option(v.optional(word), {
    kind: 'text',
    placeholder: 'FILE',
    allowed: 'the path of a program',
    description: 'Media worker to run instead of the one that ./start built.',
    variable: 'MEDIASOUP_WORKER_BIN',
  }),
  logLevel: option(v.optional(v.picklist(['debug', 'info', 'warn', 'error', 'silent']), 'info'), {
    kind: 'text',
    placeholder: 'LEVEL',
    allowed: 'debug, info, warn, error or silent',
    description: 'The least that is logged: debug, info, warn, error or silent.',
  }),
  logFormat: option(v.optional(v.picklist(['auto', 'pretty', 'json']), 'auto'), {
    kind: 'text',
    placeholder: 'FORMAT',
    allowed: 'auto, pretty or json',
    description:
      'Log lines for people or for programs; auto writes pretty ones to a terminal and JSON elsewhere.',
  }),
  allowedOrigins: option(v.optional(v.pipe(v.array(v.pipe(word, v.check(isOrigin))), v.maxLength(64)), []), {
    kind: 'list',
    placeholder: 'ORIGIN',
    allowed: 'origins, such as https://app.example.org',
    description: 'Origins besides our own whose pages may connect. May be repeated.',
  }),
  guests: option(v.optional(v.picklist(guestPolicies), 'welcome'), {
    kind: 'text',
    placeholder: 'POLICY',
    allowed: 'welcome, lobby or refused',
    description:
      'What new rooms do with people who have no access token: welcome, lobby (a moderator lets them in) or refused.',
  }),
  roomCreation: option(v.optional(v.picklist(['everyone', 'members']), 'everyone'), {
    kind: 'text',
    placeholder: 'WHO',
    allowed: 'everyone or members',
    description: 'Who may open rooms: everyone, or only members, whose access token says so.',
  }),
  policyFile: option(v.optional(word), {
    kind: 'text',
    placeholder: 'FILE',
    allowed: 'the path of a JSON file with a policy',
    description: 'Rules for messages besides the default ones; what they deny is refused.',
  }),
  hyperties: option(v.optional(v.pipe(v.array(v.pipe(word, v.check(isHttpUrl))), v.maxLength(16)), []), {
    kind: 'list',
    placeholder: 'URL',
    allowed: 'http or https URLs of descriptors',
    description:
      'Descriptors of hyperties to run beside the conference server, each in a sandbox. May be repeated.',
  }),
  resumeSeconds: option(v.optional(whole(1, longestResumeSeconds), 30), {
    kind: 'number',
    placeholder: 'N',
    allowed: 'a whole number of seconds, 1 to 600',
    description: 'How long somebody whose connection broke is kept as if still there.',
  }),
  limits: v.strictObject({
    sessionsPerAddress: limit(
      1_000,
      'Sessions at once from one address (IPv6: one /64), with those that lost their network.',
    ),
    messagesPerSecond: limit(2_000, 'Messages a second from one address, in the long run.'),
    roomsPerAddress: limit(500, 'Rooms open at once that visitors from one address created.'),
    participantsPerRoom: limit(1_000, 'Participants in one room.'),
    viewersPerRoom: limit(
      500,
      "Viewers of one room's broadcast over WebRTC, each of whom is sent the whole picture.",
    ),
    viewersPerAddress: limit(100, 'Of those, from one address (IPv6: one /64).'),
    waitsPerAddress: limit(
      2_000,
      "Requests from one address (IPv6: one /64) that wait for what comes next of one room's broadcast: a player has one or two.",
    ),
    meshMax: limit(4, 'Participants in a room where everybody is linked to everybody.'),
    autoMeshMax: limit(3, 'Up to so many, rooms that change over link everybody to everybody.'),
    rooms: limit(10_000, 'Rooms open at once.'),
  }),
});

/** The validated configuration; every part is frozen. */
export type Config = Readonly<v.InferOutput<typeof configSchema>>;

/** One option as flags, environment, help and documentation see it. */
export interface Option extends OptionMetadata {
  /** The keys that lead to it in the file, such as `['limits', 'rooms']`. */
  readonly path: readonly string[];
  /** As the file names it, with dots between the keys. */
  readonly name: string;
  /** Without the dashes. */
  readonly flag: string;
  readonly variable: string;
  /** The default in words; undefined where there is none. */
  readonly defaultText?: string;
}

/** Every option, in the order of the schema. */
export const options: readonly Option[] = listOptions(configSchema, []);

type Entries = Readonly<Record<string, v.GenericSchema>>;

function listOptions(schema: v.GenericSchema, path: readonly string[]): readonly Option[] {
  const entries = entriesOf(schema);
  if (entries === undefined) return [describe(schema, path)];
  return Object.entries(entries).flatMap(([key, entry]) => listOptions(entry, [...path, key]));
}

function entriesOf(schema: v.GenericSchema): Entries | undefined {
  return schema.type === 'strict_object' && 'entries' in schema ? (schema.entries as Entries) : undefined;
}

function describe(schema: v.GenericSchema, path: readonly string[]): Option {
  const metadata: unknown = v.getMetadata(schema);
  assert(isOptionMetadata(metadata), `${path.join('.')} was not made by option()`);
  const words = path.flatMap((key) => key.split(/(?=[A-Z])/)).map((part) => part.toLowerCase());
  const defaultText =
    metadata.defaultText ?? formatDefault(v.getDefault(schema as v.OptionalSchema<v.GenericSchema, unknown>));
  return {
    ...metadata,
    path,
    name: path.join('.'),
    flag: words.join('-'),
    variable: metadata.variable ?? `PLENUM_${words.join('_').toUpperCase()}`,
    ...(defaultText === undefined ? {} : { defaultText }),
  };
}

function isOptionMetadata(value: unknown): value is OptionMetadata {
  return typeof value === 'object' && value !== null && 'kind' in value && 'description' in value;
}

function formatDefault(value: unknown): string | undefined {
  const isNothing = value === undefined || (Array.isArray(value) && value.length === 0);
  return isNothing ? undefined : String(value);
}
