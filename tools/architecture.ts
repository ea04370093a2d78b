// Checks the direction of dependencies over every import of the repository. Part of `npm run check`.

import { globSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import {
  checkImport,
  findCycle,
  type Import,
  type PackageExports,
  packageEdges,
} from './architecture-rules.ts';
import { listSources } from './source-files.ts';

function importsOf(file: string): readonly Import[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  return importedFiles.map(({ fileName }) => ({ file, specifier: fileName }));
}

function readExports(): PackageExports {
  const manifests = globSync('{packages,apps}/*/package.json').map(readManifest);
  return new Map(manifests.map(({ name, exports }) => [name, new Set(Object.keys(exports ?? {}))]));
}

function readManifest(path: string): { name: string; exports?: Record<string, unknown> } {
  return JSON.parse(readFileSync(path, 'utf8'));
}

const exportsOf = readExports();
const files = listSources();
const imports = files.flatMap(importsOf);
const problems = imports.flatMap((imported) => {
  const problem = checkImport(imported, exportsOf);
  return problem === undefined ? [] : [`${imported.file}: '${imported.specifier}': ${problem}`];
});
const cycle = findCycle(packageEdges(imports));
if (cycle !== undefined) problems.push(`packages import each other in a circle: ${cycle.join(' -> ')}`);
if (imports.length === 0) problems.push('no imports were found: the check itself is broken');

for (const problem of problems) console.error(problem);
console.log(`${imports.length} imports in ${files.length} files, ${problems.length} against the rules`);
process.exitCode = problems.length === 0 ? 0 : 1;
