// Compiles the load client once per source state into the user's cache, where clean clones find it again.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const sources = join(import.meta.dirname, 'src');
const flags = ['-std=c++20', '-O2', '-Wall', '-Wextra'];
const libraries = ['-lsrtp2', '-lssl', '-lcrypto'];
const packages = 'g++ libssl-dev libsrtp2-dev';

/** Path of the load client's binary, built first when the cache has none for these sources. */
export async function buildLoadClient(): Promise<string> {
  const files = (await readdir(sources)).sort();
  const directory = join(cacheRoot(), 'load-client', await cacheKey(files));
  const binary = join(directory, 'load-client');
  if (await exists(binary)) return binary;
  await mkdir(directory, { recursive: true });
  // Built aside and moved, so that two builds at once cannot leave half a binary.
  const scratch = await mkdtemp(join(directory, 'build-'));
  try {
    await compile(files, join(scratch, 'load-client'));
    await rename(join(scratch, 'load-client'), binary);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return binary;
}

function cacheRoot(): string {
  const { PLENUM_CACHE, XDG_CACHE_HOME } = process.env;
  return PLENUM_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plenum');
}

async function cacheKey(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update([process.arch, ...flags, ...libraries].join(' '));
  for (const file of files) hash.update(file).update(await readFile(join(sources, file)));
  return hash.digest('hex').slice(0, 16);
}

async function compile(files: readonly string[], output: string): Promise<void> {
  const units = files.filter((file) => file.endsWith('.cpp')).map((file) => join(sources, file));
  try {
    await run('g++', [...flags, ...units, '-o', output, ...libraries]);
  } catch (error) {
    throw new Error(`the load client did not compile; it needs the Debian packages ${packages}`, {
      cause: error,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

if (import.meta.main) console.log(await buildLoadClient());
