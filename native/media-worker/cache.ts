/** Where built workers are kept, and the key that says which build a worker is. */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { compilerFlags } from './flags.ts';

/** libsrtp from Debian's source on OpenSSL, or Debian's binary package, which is on NSS and slower. */
export type SrtpFlavour = 'openssl' | 'debian';

/** The environment, with the names of it that are read here. */
export interface Environment extends NodeJS.ProcessEnv {
  readonly PATH?: string | undefined;
  readonly PLENUM_CACHE?: string | undefined;
  readonly XDG_CACHE_HOME?: string | undefined;
}

export type Library = { readonly name: string; readonly debianPackage: string };

export type BuildIdentity = {
  readonly mediasoup: string;
  /** Digest of the patches and the overlay. */
  readonly recipe: string;
  readonly libraries: Readonly<Record<string, string>>;
  readonly arch: string;
  readonly srtp: SrtpFlavour;
  readonly flags: readonly string[];
};

export type Mediasoup = { readonly folder: string; readonly version: string };

export const librariesAlways: readonly Library[] = [
  { name: 'libuv', debianPackage: 'libuv1-dev' },
  { name: 'openssl', debianPackage: 'libssl-dev' },
  { name: 'flatbuffers', debianPackage: 'libflatbuffers-dev' },
];

export const debianSrtp: Library = { name: 'libsrtp2', debianPackage: 'libsrtp2-dev' };

export const recipeFolder: string = import.meta.dirname;

export function workersFolder(env: Environment): string {
  const base = env.PLENUM_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'plenum');
  return join(base, 'media-worker');
}

export function workerPath(folder: string, key: string): string {
  return join(folder, key, 'mediasoup-worker');
}

export function librariesFor(srtp: SrtpFlavour): readonly Library[] {
  return srtp === 'debian' ? [...librariesAlways, debianSrtp] : librariesAlways;
}

export function cacheKey(identity: BuildIdentity): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16);
}

/** The installed mediasoup package. */
export async function findMediasoup(): Promise<Mediasoup> {
  // Its package.json is not among its exports, so it is found from its entry, node/lib/index.js.
  const entry = createRequire(import.meta.url).resolve('mediasoup');
  const folder = dirname(dirname(dirname(entry)));
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  return { folder, version: versionOf(manifest) };
}

/** What pkg-config knows as this library's version; undefined if it does not know the library. */
export async function libraryVersion(name: string, env: Environment): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('pkg-config', ['--modversion', name], { env });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** The identity of a build on this machine; undefined as long as a library is missing. */
export async function identify(
  srtp: SrtpFlavour,
  mediasoup: string,
  options: { readonly folder?: string; readonly env: Environment },
): Promise<BuildIdentity | undefined> {
  const versions = await Promise.all(
    librariesFor(srtp).map(async ({ name }) => [name, await libraryVersion(name, options.env)] as const),
  );
  const known = versions.filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (known.length < versions.length) return undefined;
  return {
    mediasoup,
    recipe: await recipeDigest(options.folder ?? recipeFolder),
    libraries: Object.fromEntries(known),
    arch: process.arch,
    srtp,
    flags: compilerFlags,
  };
}

/** Names and contents of every file of patches/ and overlay/. */
export async function recipeDigest(folder: string): Promise<string> {
  const files = await Promise.all(['overlay', 'patches'].map((part) => filesBelow(join(folder, part))));
  const digest = createHash('sha256');
  for (const file of files.flat().toSorted()) {
    const content = await readFile(file);
    digest.update(`${relative(folder, file)}\0${content.length}\0`).update(content);
  }
  return digest.digest('hex');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

function versionOf(manifest: unknown): string {
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new TypeError("mediasoup's package.json has no version");
}
