/**
 * Builds mediasoup's worker from the sources in the npm package against Debian's libraries, once per machine and
 * recipe. Shows progress on stdout and ends with the worker's path; says in one sentence on stderr why it could not.
 */

import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  cacheKey,
  type Environment,
  findMediasoup,
  identify,
  type Mediasoup,
  recipeFolder,
  type SrtpFlavour,
  workerPath,
  workersFolder,
} from './cache.ts';
import { run } from './command.ts';
import { BuildFailure } from './failure.ts';
import { compilerFlags } from './flags.ts';
import { applyPatches } from './patches.ts';
import { isExecutable, requirePrerequisites } from './prerequisites.ts';
import { fetchSrtpSource } from './srtp-source.ts';
import { formatUnitLists, planUnits, type Source, sourcesIn, unitFiles } from './unity.ts';

/** What the build takes from the npm package; the rest is tests. */
const workerParts = ['deps', 'fbs', 'include', 'meson.build', 'meson_options.txt', 'src', 'subprojects'];

/** Few enough that headers are read seldom, enough to keep two to four cores busy and the progress moving. */
const unitCounts = { worker: 6, libwebrtc: 4 };

/** What an interrupted build left behind goes after this; no build takes as long. */
const leftoverMaxAgeMs = 24 * 60 * 60 * 1000;

type Build = {
  readonly mediasoup: Mediasoup;
  readonly env: Environment;
  /** Where finished workers are kept. */
  readonly workers: string;
  /** This build's own folder, on the same file system, gone when it ends. */
  readonly staging: string;
  /** Beside the staging folder, and left there by a build that fails; a finished worker keeps its own. */
  readonly logFile: string;
  readonly signal: AbortSignal;
  readonly startedAt: number;
};

async function main(env: Environment, signal: AbortSignal): Promise<string> {
  const startedAt = Date.now();
  const mediasoup = await installedMediasoup();
  await requirePrerequisites('openssl', env);
  const workers = workersFolder(env);
  const ready = workerPath(workers, await keyOf('openssl', mediasoup, env));
  if (await isExecutable(ready)) return ready;

  await mkdir(workers, { recursive: true });
  await removeLeftovers(workers);
  const staging = await mkdtemp(join(workers, 'build-'));
  const logFile = `${staging}.log`;
  try {
    return await buildIn({ mediasoup, env, workers, staging, logFile, signal, startedAt });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function buildIn(build: Build): Promise<string> {
  const tree = join(build.staging, 'worker');
  await copySources(build, tree);
  const srtp = await provideSrtp(build, tree);
  const key = await keyOf(srtp, build.mediasoup, build.env);
  const path = workerPath(build.workers, key);
  if (await isExecutable(path)) {
    await rm(build.logFile, { force: true });
    return path;
  }
  await applyPatches(join(recipeFolder, 'patches'), tree, build.logFile);
  await writeUnits(tree);
  await compile(build, tree);
  await publish(build, join(tree, 'out', 'mediasoup-worker'), key, srtp);
  return path;
}

async function installedMediasoup(): Promise<Mediasoup> {
  return findMediasoup().catch((cause: unknown) => {
    throw new BuildFailure('The media worker is built from the npm package mediasoup: run npm ci first', {
      cause,
    });
  });
}

async function keyOf(srtp: SrtpFlavour, mediasoup: Mediasoup, env: Environment): Promise<string> {
  const identity = await identify(srtp, mediasoup.version, { env });
  if (identity) return cacheKey(identity);
  throw new BuildFailure('The libraries of the media worker changed while it was being built: try again');
}

async function copySources(build: Build, tree: string): Promise<void> {
  for (const part of workerParts) {
    await cp(join(build.mediasoup.folder, 'worker', part), join(tree, part), { recursive: true });
  }
  await cp(join(recipeFolder, 'overlay'), join(tree, 'subprojects'), { recursive: true });
}

async function provideSrtp(build: Build, tree: string): Promise<SrtpFlavour> {
  console.log("Fetching libsrtp's source from Debian");
  const scratch = join(build.staging, 'apt');
  const folder = join(tree, 'subprojects', 'libsrtp2');
  const { logFile, signal } = build;
  if (await fetchSrtpSource(folder, { scratch, logFile, signal })) return 'openssl';
  await rm(folder, { recursive: true, force: true });
  await requirePrerequisites('debian', build.env);
  console.log(
    "Debian's source of libsrtp cannot be had here: using its binary package, which carries 40 % fewer receivers",
  );
  return 'debian';
}

async function writeUnits(tree: string): Promise<void> {
  const worker = [...(await sourcesListedIn(tree, 'common_sources')), 'src/main.cpp'];
  const libwebrtcFolder = join(tree, 'deps', 'libwebrtc');
  const libwebrtc = await sourcesListedIn(libwebrtcFolder, 'libwebrtc_sources');
  const files = [
    ...unitFiles('worker', '..', planUnits(await measured(tree, worker), unitCounts.worker)),
    ...unitFiles(
      'libwebrtc',
      '../deps/libwebrtc',
      planUnits(await measured(libwebrtcFolder, libwebrtc), unitCounts.libwebrtc),
    ),
  ];
  const folder = join(tree, 'unity');
  await mkdir(folder);
  for (const { name, content } of files) await writeFile(join(folder, name), content);
  await writeFile(join(folder, 'meson.build'), formatUnitLists(files));
}

async function sourcesListedIn(folder: string, arrayName: string): Promise<string[]> {
  return sourcesIn(await readFile(join(folder, 'meson.build'), 'utf8'), arrayName);
}

async function measured(folder: string, paths: readonly string[]): Promise<Source[]> {
  return Promise.all(paths.map(async (path) => ({ path, bytes: (await stat(join(folder, path))).size })));
}

async function compile(build: Build, tree: string): Promise<void> {
  const { logFile, signal } = build;
  const command = { cwd: tree, logFile, signal };
  console.log('Configuring the media worker');
  // The overlay stands in for this one, whatever else the machine may have by its name.
  const overlaid = '--force-fallback-for=unordered_dense';
  const settings = [...compilerFlags, '--wrap-mode=nodownload', overlaid];
  if ((await run('meson', ['setup', 'out', ...settings], command)) !== 0) {
    throw new BuildFailure(`The media worker could not be configured; see ${logFile}`);
  }
  const onLine = (line: string) => {
    if (/^\[\d+\/\d+\]/.test(line)) console.log(line);
  };
  const args = ['-C', 'out', '-j', String(availableParallelism()), 'mediasoup-worker'];
  if ((await run('ninja', args, { ...command, onLine })) !== 0) {
    throw new BuildFailure(`The media worker could not be compiled; see ${logFile}`);
  }
}

/** Moves the finished worker into place in one step, so that nobody ever sees half of it. */
async function publish(build: Build, binary: string, key: string, srtp: SrtpFlavour): Promise<void> {
  const finished = join(build.staging, 'finished');
  await mkdir(finished);
  await rename(binary, join(finished, 'mediasoup-worker'));
  await rename(build.logFile, join(finished, 'build.log'));
  const builtAt = new Date();
  const seconds = Math.round((builtAt.getTime() - build.startedAt) / 1000);
  const record = { mediasoup: build.mediasoup.version, srtp, builtAt: builtAt.toISOString(), seconds };
  await writeFile(join(finished, 'worker.json'), `${JSON.stringify(record, null, 2)}\n`);
  const place = join(build.workers, key);
  try {
    await rename(finished, place);
  } catch (error) {
    // Another build was faster: its worker is as good as this one.
    if (await isExecutable(workerPath(build.workers, key))) return;
    if (!isFolderInTheWay(error)) throw error;
    await rm(place, { recursive: true, force: true });
    await rename(finished, place);
  }
}

function isFolderInTheWay(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOTEMPTY', 'EEXIST'].includes(String(error.code));
}

async function removeLeftovers(workers: string): Promise<void> {
  for (const name of await readdir(workers)) {
    const path = join(workers, name);
    if (!name.startsWith('build-')) continue;
    // Gone meanwhile: another build tidied it up.
    const changedAt = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - changedAt > leftoverMaxAgeMs) await rm(path, { recursive: true, force: true });
  }
}

/** What to tell a person; undefined for a mistake in this program, which shows its stack. */
function sentenceFor(error: unknown): string | undefined {
  if (error instanceof BuildFailure) return error.message;
  // The system's refusals: a full disk, a cache that may not be written.
  if (error instanceof Error && 'syscall' in error)
    return `The media worker cannot be built: ${error.message}`;
  return undefined;
}

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Not once: a terminal and a wrapper may both pass the signal on, and the second would kill before the tidying up.
  process.on(name, () => interruption.abort());
}

try {
  console.log(await main(process.env, interruption.signal));
} catch (error) {
  const sentence = interruption.signal.aborted
    ? 'The build of the media worker was interrupted'
    : sentenceFor(error);
  if (sentence === undefined) throw error;
  console.error(sentence);
  process.exitCode = 1;
}
