// Checks that the type checker reads every source file. A pattern in a tsconfig that matches nothing is no error to it.
import { relative, resolve } from 'node:path';
import ts from 'typescript';
import { listSources } from './source-files.ts';

const projects = ['tsconfig.json', 'tsconfig.dom.json', 'tsconfig.isomorphic.json'];

function filesOf(project: string): readonly string[] {
  const parsed = ts.getParsedCommandLineOfConfigFile(project, undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
      throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
  });
  return (parsed?.fileNames ?? []).map((path) => relative('.', resolve(path)));
}

const checked = new Set(projects.flatMap(filesOf));
const sources = listSources();
const forgotten = sources.filter((path) => !checked.has(path));

for (const path of forgotten) console.error(`${path} is in no tsconfig: its types are not checked`);
console.log(`${sources.length - forgotten.length} of ${sources.length} source files are type-checked`);
process.exitCode = forgotten.length === 0 && sources.length > 0 ? 0 : 1;
