/** What the READMEs show compiles: every TypeScript block, each as a file of its own. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** What a block may take for granted, since it is the reader's own. */
const readersOwn = 'declare function draw(...anything: readonly unknown[]): void;\n';

/** By the name of a file that is not there, beside its README. */
function readBlocks(): ReadonlyMap<string, string> {
  const readmes = globSync(['README.md', 'packages/*/README.md', 'examples/README.md'], { cwd: root });
  return new Map(
    readmes.flatMap((readme) => {
      const text = readFileSync(join(root, readme), 'utf8');
      return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ''], index) => {
        const name = join(root, readme.replace('README.md', `readme-block-${index + 1}.ts`));
        return [name, `${readersOwn}${code}\nexport {};\n`] as const;
      });
    }),
  );
}

function compile(blocks: ReadonlyMap<string, string>): readonly string[] {
  const file = ts.readConfigFile(join(root, 'tsconfig.dom.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, root);
  const program = ts.createProgram({
    rootNames: [...blocks.keys()],
    options: { ...options, types: ['node'], noUnusedLocals: false },
    host: withBlocks(ts.createCompilerHost(options), blocks),
  });
  return [...blocks.keys()].flatMap((name) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(name))
      .map(
        ({ messageText }) =>
          `${name.slice(root.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      ),
  );
}

function withBlocks(host: ts.CompilerHost, blocks: ReadonlyMap<string, string>): ts.CompilerHost {
  return {
    ...host,
    fileExists: (name) => blocks.has(name) || host.fileExists(name),
    readFile: (name) => blocks.get(name) ?? host.readFile(name),
    getSourceFile: (name, ...rest) => {
      const text = blocks.get(name);
      return text === undefined
        ? host.getSourceFile(name, ...rest)
        : ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
    },
  };
}

test('every block of TypeScript in a README compiles', () => {
  const blocks = readBlocks();
  expect(blocks.size).toBeGreaterThan(4);
  expect(compile(blocks)).toEqual([]);
}, 120_000);
