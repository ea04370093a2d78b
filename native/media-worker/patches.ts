/** Applies patches/*.patch to a copy of mediasoup's worker, and proves that they are in. */

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from './command.ts';
import { BuildFailure } from './failure.ts';

/** A run of lines a patch puts into a file. */
export type Addition = { readonly file: string; readonly text: string };

export async function applyPatches(patchesFolder: string, tree: string, logFile: string): Promise<void> {
  const names = (await readdir(patchesFolder)).filter((name) => name.endsWith('.patch')).toSorted();
  for (const name of names) await applyPatch(join(patchesFolder, name), tree, logFile);
}

async function applyPatch(patchFile: string, tree: string, logFile: string): Promise<void> {
  // No fuzz: a patch that only nearly fits was written for other sources and has to be looked at.
  const flags = ['--strip=1', '--forward', '--fuzz=0', '--no-backup-if-mismatch', '--reject-file=-'];
  const exitCode = await run('patch', [...flags, `--input=${patchFile}`], { cwd: tree, logFile });
  if (exitCode !== 0) throw new BuildFailure(doesNotApply(patchFile, logFile));
  for (const { file, text } of additionsOf(await readFile(patchFile, 'utf8'))) {
    const patched = await readFile(join(tree, file), 'utf8');
    if (!patched.includes(text)) throw new BuildFailure(doesNotApply(patchFile, logFile));
  }
}

/** The additions of a unified diff, each run of consecutive added lines as one text. */
export function additionsOf(diff: string): Addition[] {
  const additions: Addition[] = [];
  let file = '';
  let run: string[] = [];
  for (const line of [...diff.split('\n'), '']) {
    const isAddition = line.startsWith('+') && !line.startsWith('+++ ');
    if (isAddition) run.push(line.slice(1));
    else if (run.length > 0) {
      additions.push({ file, text: run.join('\n') });
      run = [];
    }
    if (line.startsWith('+++ ')) file = line.slice('+++ b/'.length).split('\t')[0] ?? '';
  }
  return additions;
}

function doesNotApply(patchFile: string, logFile: string): string {
  return `The patch ${basename(patchFile)} does not apply to this version of mediasoup; see ${logFile}`;
}
