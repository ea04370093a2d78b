/** Small native programs of the tests and benches: compiled once per source state into the user's cache. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const commonFlags = ['-std=c++20', '-O2', '-Wall', '-Wextra'];

export interface NativeProgram {
  readonly name: string;
  /** Paths of the C++ files and of their headers. */
  readonly sources: readonly string[];
  /** For the linker, such as `-lssl`. */
  readonly libraries?: readonly string[];
  /** The Debian packages that it takes to compile. */
  readonly packages: string;
}

/** Path of the binary, built first when the cache, where clean clones find it again, has none for these sources. */
export async function buildNativeProgram(program: NativeProgram): Promise<string> {
  const directory = join(cacheRoot(), program.name, await cacheKey(program));
  const binary = join(directory, program.name);
  if (await exists(binary)) return binary;
  await mkdir(directory, { recursive: true });
  // Built aside and moved, so that two builds at once cannot leave half a binary.
  const scratch = await mkdtemp(join(directory, 'build-'));
  try {
    await compile(program, join(scratch, program.name));
    await rename(join(scratch, program.name), binary);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return binary;
}

function cacheRoot(): string {
  const { PLENUM_CACHE, XDG_CACHE_HOME } = process.env;
  return PLENUM_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'plenum');
}

async function cacheKey({ sources, libraries = [] }: NativeProgram): Promise<string> {
  const hash = createHash('sha256').update([process.arch, ...commonFlags, ...libraries].join(' '));
  for (const file of sources) hash.update(basename(file)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

async function compile(
  { name, sources, libraries = [], packages }: NativeProgram,
  output: string,
): Promise<void> {
  const units = sources.filter((file) => file.endsWith('.cpp'));
  try {
    await run('g++', [...commonFlags, ...units, '-o', output, ...libraries]);
  } catch (error) {
    throw new Error(`${name} did not compile; it needs the Debian packages ${packages}`, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
