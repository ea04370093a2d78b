/** What has to be on the machine before a build starts, and the Debian package that brings it. */

import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Environment, librariesFor, libraryVersion, type SrtpFlavour } from './cache.ts';
import { BuildFailure } from './failure.ts';

export const tools: ReadonlyArray<{ readonly command: string; readonly debianPackage: string }> = [
  { command: 'pkg-config', debianPackage: 'pkg-config' },
  { command: 'c++', debianPackage: 'g++' },
  { command: 'meson', debianPackage: 'meson' },
  { command: 'ninja', debianPackage: 'ninja-build' },
  { command: 'flatc', debianPackage: 'flatbuffers-compiler' },
  { command: 'patch', debianPackage: 'patch' },
];

/** Throws one sentence that names everything missing. */
export async function requirePrerequisites(srtp: SrtpFlavour, env: Environment): Promise<void> {
  const missing = [...(await missingTools(env)), ...(await missingLibraries(srtp, env))];
  if (missing.length === 0) return;
  const things = missing.map(({ name }) => name).join(', ');
  const packages = missing.map(({ debianPackage }) => debianPackage).join(' ');
  throw new BuildFailure(`The media worker cannot be built without ${things}: apt-get install ${packages}`);
}

type Missing = { readonly name: string; readonly debianPackage: string };

async function missingTools(env: Environment): Promise<Missing[]> {
  const found = await Promise.all(tools.map(({ command }) => isOnPath(command, env)));
  return tools
    .filter((_, index) => !found[index])
    .map(({ command, debianPackage }) => ({ name: command, debianPackage }));
}

async function missingLibraries(srtp: SrtpFlavour, env: Environment): Promise<Missing[]> {
  // Without pkg-config every library would seem missing, though none may be.
  if (!(await isOnPath('pkg-config', env))) return [];
  const libraries = librariesFor(srtp);
  const versions = await Promise.all(libraries.map(({ name }) => libraryVersion(name, env)));
  return libraries.filter((_, index) => versions[index] === undefined);
}

async function isOnPath(command: string, env: Environment): Promise<boolean> {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const hits = await Promise.all(folders.map((folder) => isExecutable(join(folder, command))));
  return hits.includes(true);
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
