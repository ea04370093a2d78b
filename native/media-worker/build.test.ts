import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  type BuildIdentity,
  cacheKey,
  debianSrtp,
  type Environment,
  findMediasoup,
  identify,
  librariesAlways,
  recipeDigest,
  workerPath,
  workersFolder,
} from './cache.ts';
import { additionsOf, applyPatches } from './patches.ts';
import { tools } from './prerequisites.ts';
import { resolveMediaWorker } from './resolve.ts';
import { asSourceList } from './srtp-source.ts';
import { formatUnitLists, planUnits, sourcesIn, unitFiles } from './unity.ts';

const identity: BuildIdentity = {
  mediasoup: '3.27.1',
  recipe: 'abc',
  libraries: { libuv: '1.44.2' },
  arch: 'x64',
  srtp: 'openssl',
  flags: ['-Doptimization=2'],
};

test.each<[string, Partial<BuildIdentity>]>([
  ['mediasoup', { mediasoup: '3.27.2' }],
  ['a library', { libraries: { libuv: '1.44.3' } }],
  ['the processor', { arch: 'arm64' }],
  ['where libsrtp comes from', { srtp: 'debian' }],
  ['the compiler flags', { flags: ['-Doptimization=3'] }],
  ['the patches or the overlay', { recipe: 'abd' }],
])('a worker is built anew when %s changes', (_, change) => {
  expect(cacheKey({ ...identity, ...change })).not.toBe(cacheKey(identity));
});

test('the recipe changes when a patch changes, and only then', async () => {
  const folder = await aFolderWith({ 'patches/0001-a.patch': 'one', 'overlay/libuv/meson.build': 'project' });
  const before = await recipeDigest(folder);
  expect(await recipeDigest(folder)).toBe(before);
  await writeFile(join(folder, 'patches/0001-a.patch'), 'two');
  expect(await recipeDigest(folder)).not.toBe(before);
});

test('a missing library is one sentence that names its Debian package', async () => {
  const path = await aPathOfTools({ unknownLibrary: 'flatbuffers' });
  const cache = await aFolderWith({});
  const { exitCode, stderr } = await runBuild({ PATH: path, PLENUM_CACHE: cache });
  expect(stderr).toBe(
    'The media worker cannot be built without flatbuffers: apt-get install libflatbuffers-dev\n',
  );
  expect(exitCode).toBe(1);
});

test('a machine without any tool is told all of them in one sentence', async () => {
  const { exitCode, stderr } = await runBuild({
    PATH: await aFolderWith({}),
    PLENUM_CACHE: await aFolderWith({}),
  });
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toContain('apt-get install pkg-config g++ meson ninja-build flatbuffers-compiler patch');
  expect(exitCode).toBe(1);
});

test('a worker in the cache is not built again', async () => {
  const env = { PATH: await aPathOfTools(), PLENUM_CACHE: await aFolderWith({}) };
  const path = await aCachedWorker(env);
  expect(await runBuild(env)).toEqual({ exitCode: 0, stdout: `${path}\n`, stderr: '' });
});

/** These copy the worker's sources, which takes its time on a busy machine. */
const slowly = { timeout: 30_000 };

test('a finished worker is put into the cache with a record of how it was built', slowly, async () => {
  const env = { PATH: await aPathOfTools({ ninja: fakeCompilation }), PLENUM_CACHE: await aFolderWith({}) };
  const { exitCode, stdout, stderr } = await runBuild(env);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  // No apt here, so this is also the way without Debian's sources.
  expect(stdout).toContain('[1/1] Linking target mediasoup-worker\n');
  const path = stdout.trimEnd().split('\n').at(-1) ?? '';
  expect(await resolveMediaWorker({ env })).toMatchObject({ path, kind: 'built-debian-srtp' });
  const record: unknown = JSON.parse(await readFile(join(dirname(path), 'worker.json'), 'utf8'));
  expect(record).toMatchObject({ srtp: 'debian', seconds: expect.any(Number) });
});

test('two builds at once end with one worker and nothing left over', slowly, async () => {
  const env = { PATH: await aPathOfTools({ ninja: fakeCompilation }), PLENUM_CACHE: await aFolderWith({}) };
  const results = await Promise.all([runBuild(env), runBuild(env)]);
  expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const [key] = await readdir(workersFolder(env));
  expect(await readdir(workersFolder(env))).toEqual([key]);
  expect(await readdir(join(workersFolder(env), key ?? ''))).toContain('mediasoup-worker');
});

test('a failed compilation is one sentence that names its log, and leaves no worker', slowly, async () => {
  const env = {
    PATH: await aPathOfTools({ ninja: 'echo FAILED: a.o; exit 1' }),
    PLENUM_CACHE: await aFolderWith({}),
  };
  const { exitCode, stderr } = await runBuild(env);
  expect(exitCode).toBe(1);
  const logFile = /^The media worker could not be compiled; see (.*)\n$/.exec(stderr)?.[1] ?? '';
  expect(await readFile(logFile, 'utf8')).toContain('FAILED: a.o');
  expect(await readdir(workersFolder(env))).toEqual([basename(logFile)]);
});

test('a patch that was not applied is found out by the patched text', slowly, async () => {
  const env = { PATH: await aPathOfTools({ patch: 'exit 0' }), PLENUM_CACHE: await aFolderWith({}) };
  const { stderr } = await runBuild(env);
  expect(stderr).toMatch(/^The patch 0001-\S+ does not apply to this version of mediasoup; see \S+\n$/);
});

test('packages.txt lists what a build asks for', async () => {
  const listed = (await readFile(join(import.meta.dirname, 'packages.txt'), 'utf8')).trimEnd().split('\n');
  expect(listed).toEqual(
    [...tools, ...librariesAlways, debianSrtp].map(({ debianPackage }) => debianPackage),
  );
});

const patch = [
  'Why the second line goes.',
  '',
  '--- a/src/file.cpp',
  '+++ b/src/file.cpp',
  '@@ -1,3 +1,3 @@',
  ' one',
  '-two',
  '+zwei',
  ' three',
  '',
].join('\n');

test('a patch changes the sources', async () => {
  const folder = await aFolderWith({
    'patches/0001-two.patch': patch,
    'tree/src/file.cpp': 'one\ntwo\nthree\n',
  });
  await applyPatches(join(folder, 'patches'), join(folder, 'tree'), join(folder, 'log'));
  expect(await readFile(join(folder, 'tree/src/file.cpp'), 'utf8')).toBe('one\nzwei\nthree\n');
});

test('a patch that does not apply is one sentence that names it and the log', async () => {
  const folder = await aFolderWith({
    'patches/0001-two.patch': patch,
    'tree/src/file.cpp': 'one\n2\nthree\n',
  });
  const logFile = join(folder, 'log');
  await expect(applyPatches(join(folder, 'patches'), join(folder, 'tree'), logFile)).rejects.toThrow(
    `The patch 0001-two.patch does not apply to this version of mediasoup; see ${logFile}`,
  );
});

test("a patch's additions are read per file and per run of lines", () => {
  const diff = '--- a/x\n+++ b/x\n@@ -1 +1,3 @@\n+1\n+2\n y\n+3\n--- a/z\n+++ b/z\n@@ -1 +1 @@\n+4';
  expect(additionsOf(diff)).toEqual([
    { file: 'x', text: '1\n2' },
    { file: 'x', text: '3' },
    { file: 'z', text: '4' },
  ]);
});

test("sources are asked of the machine's own mirrors, in both of apt's formats", () => {
  expect(asSourceList('Types: deb\nURIs: mirror\n')).toBe('Types: deb-src\nURIs: mirror\n');
  expect(asSourceList('# deb\ndeb mirror bookworm main\ndeb-src mirror bookworm main\n')).toBe(
    '# deb\ndeb-src mirror bookworm main\ndeb-src mirror bookworm main\n',
  );
});

test('every source is in exactly one unit, and clashing ones never share one', () => {
  const sources = [
    'src/RTC/DtlsTransport.cpp',
    'src/RTC/PlainTransport.cpp',
    'src/lib.cpp',
    'src/Logger.cpp',
  ];
  const units = planUnits(
    sources.map((path, index) => ({ path, bytes: 100 - index })),
    2,
  );
  expect(units.flat().toSorted()).toEqual(sources.toSorted());
  expect(units.some((unit) => unit.includes(sources[0] ?? '') && unit.includes(sources[1] ?? ''))).toBe(
    false,
  );
});

test("meson's source lists are read together with what is added to them", () => {
  const meson =
    "common_sources = [\n  'src/a.cpp',\n]\nif x\n  common_sources += [\n    'src/b.cpp',\n  ]\nendif\n";
  expect(sourcesIn(meson, 'common_sources')).toEqual(['src/a.cpp', 'src/b.cpp']);
});

test('units are listed for meson by target', () => {
  const files = [
    ...unitFiles('worker', '..', [['src/a.cpp'], ['src/b.cpp']]),
    ...unitFiles('libwebrtc', '..', [[]]),
  ];
  expect(files[0]?.content).toBe('#undef MS_CLASS\n#include "../src/a.cpp"\n');
  expect(formatUnitLists(files)).toBe(
    "worker_units = files('worker-1.cpp', 'worker-2.cpp')\nlibwebrtc_units = files('libwebrtc-1.cpp')\n",
  );
});

test('the worker that the environment names goes before the one in the cache', async () => {
  const env = { PATH: await aPathOfTools(), PLENUM_CACHE: await aFolderWith({}) };
  const built = await aCachedWorker(env);
  expect(await resolveMediaWorker({ env })).toMatchObject({ path: built, kind: 'built-openssl' });
  expect(await resolveMediaWorker({ env, workerBin: process.execPath })).toMatchObject({
    path: process.execPath,
    kind: 'prebuilt',
  });
});

test('a named worker that cannot be run is not passed over in silence', async () => {
  const worker = await resolveMediaWorker({ workerBin: '/nowhere/mediasoup-worker' });
  expect(worker).toEqual({
    path: undefined,
    kind: 'missing',
    description: 'no media worker: MEDIASOUP_WORKER_BIN names /nowhere/mediasoup-worker, which cannot be run',
  });
});

async function aFolderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'media-worker-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** What ninja would do, in no time. */
const fakeCompilation =
  'mkdir out; echo "[1/1] Linking target mediasoup-worker"; cp /bin/true out/mediasoup-worker';

/** A PATH on which every tool exists, and pkg-config knows all libraries but one. Each tool is a shell script. */
async function aPathOfTools(
  options: { readonly unknownLibrary?: string; readonly ninja?: string; readonly patch?: string } = {},
): Promise<string> {
  const scripts: Readonly<Record<string, string>> = {
    'pkg-config': `[ "$2" != "${options.unknownLibrary ?? ''}" ] && echo 1.0`,
    patch: options.patch ?? 'exec patch "$@"',
    ninja: options.ninja ?? 'exit 1',
  };
  const { PATH }: Environment = process.env;
  const files = tools.map(({ command }) => [
    command,
    `#!/bin/sh\nPATH='${PATH}'\n${scripts[command] ?? 'exit 0'}\n`,
  ]);
  const folder = await aFolderWith(Object.fromEntries(files));
  for (const { command } of tools) await chmod(join(folder, command), 0o755);
  return folder;
}

async function aCachedWorker(env: Environment): Promise<string> {
  const { version } = await findMediasoup();
  const found = await identify('openssl', version, { env });
  if (!found) throw new Error('the fake pkg-config should know every library');
  const path = workerPath(workersFolder(env), cacheKey(found));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
  await chmod(path, 0o755);
  return path;
}

async function runBuild(env: Environment): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const script = join(import.meta.dirname, 'build.ts');
    const child = execFile(process.execPath, [script], { env }, (_error, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr });
    });
  });
}
