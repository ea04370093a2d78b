/**
 * Debian's source of libsrtp 2, by apt: its signature checked, and nothing on the machine changed.
 *
 * Debian's binary package does its cryptography by NSS, which is the largest single cost of a worker built with it.
 */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';

export type AptOptions = {
  /** A folder of the caller's, for apt's lists and the download. */
  readonly scratch: string;
  readonly logFile: string;
  readonly signal?: AbortSignal | undefined;
  readonly aptFolder?: string;
};

/** Unpacks the source into `folder`. False if this machine cannot have it: no apt, no network, no such package. */
export async function fetchSrtpSource(folder: string, options: AptOptions): Promise<boolean> {
  const { scratch, logFile, signal } = options;
  const parts = join(scratch, 'sources');
  await mkdir(parts, { recursive: true });
  await mkdir(join(scratch, 'lists', 'partial'), { recursive: true });
  await writeSourceLists(options.aptFolder ?? '/etc/apt', parts);
  const command = { cwd: scratch, logFile, signal };
  const apt = (...args: string[]) => run('apt-get', [...aptSettings(scratch, parts), ...args], command);
  // Whether a mirror failed that does not have libsrtp anyway is no matter: the download tells.
  await apt('update');
  if ((await apt('source', '--download-only', 'libsrtp2')) !== 0) return false;
  const archive = (await readdir(scratch)).find((name) => /^libsrtp2_.*\.orig\.tar\.\w+$/.test(name));
  if (archive === undefined) return false;
  // Debian's own patches are left out: they concern tests and documentation only.
  await mkdir(folder, { recursive: true });
  return (await run('tar', ['-xf', archive, '--strip-components=1', '-C', folder], command)) === 0;
}

/** The machine's own mirrors, asked for sources instead of binaries: both of apt's formats. */
export function asSourceList(list: string): string {
  return list.replace(/^Types:.*$/gm, 'Types: deb-src').replace(/^deb(-src)?(?=\s)/gm, 'deb-src');
}

async function writeSourceLists(aptFolder: string, parts: string): Promise<void> {
  const folder = join(aptFolder, 'sources.list.d');
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(list|sources)$/.test(name));
  for (const [name, path] of [
    ['machine.list', join(aptFolder, 'sources.list')] as const,
    ...names.map((name) => [name, join(folder, name)] as const),
  ]) {
    const list = await readFile(path, 'utf8').catch(() => '');
    await writeFile(join(parts, name), asSourceList(list));
  }
}

function aptSettings(scratch: string, parts: string): string[] {
  const settings = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': parts,
    'Dir::State::Lists': join(scratch, 'lists'),
    // Empty: no cache of the package lists, which would be the machine's.
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    // A closed network should cost seconds, not minutes.
    'Acquire::Retries': '0',
    'Acquire::http::Timeout': '10',
    'Acquire::https::Timeout': '10',
  };
  return ['--quiet', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}
