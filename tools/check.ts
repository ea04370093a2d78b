// `npm run check`: format and lint, types, unused code, architecture, docs, unit tests. Under a minute.
// `--unit-report FILE` keeps vitest's own report, for ./test to count.
import { parseArgs } from 'node:util';
import { type CommandResult, endCommandsOnSignals, formatSeconds, runCommand } from './run-command.ts';

interface Part {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const { values: flags } = parseArgs({ options: { 'unit-report': { type: 'string' } } });

const unitReport = flags['unit-report'];
const unitReporters =
  unitReport === undefined
    ? []
    : ['--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`];

/** The longest first, so that two at a time end together. */
const parts: readonly Part[] = [
  { name: 'unit tests', program: 'vitest', args: ['run', '--project', 'unit', ...unitReporters] },
  { name: 'types', program: 'tsc', args: ['-p', 'tsconfig.json'] },
  { name: 'types in the browser', program: 'tsc', args: ['-p', 'tsconfig.dom.json'] },
  { name: 'types anywhere', program: 'tsc', args: ['-p', 'tsconfig.isomorphic.json'] },
  { name: 'unused code', program: 'knip', args: ['--no-progress'] },
  { name: 'format and lint', program: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'types everywhere', program: 'node', args: ['tools/type-coverage.ts'] },
  { name: 'architecture', program: 'node', args: ['tools/architecture.ts'] },
  { name: 'documented options', program: 'node', args: ['tools/configuration-doc.ts', '--check'] },
];

/** The checks are for a machine with two cores. */
const atOnce = 2;
const limitMs = 5 * 60_000;

async function runPart(part: Part): Promise<CommandResult> {
  const result = await runCommand({ program: part.program, args: part.args, limitMs });
  console.log(`${result.succeeded ? 'ok    ' : 'FAILED'} ${part.name} (${formatSeconds(result.durationMs)})`);
  if (!result.succeeded) console.log(result.output.trimEnd().replaceAll(/^/gm, '    '));
  return result;
}

async function runAll(): Promise<readonly CommandResult[]> {
  const waiting = [...parts];
  const results: CommandResult[] = [];
  const runWaiting = async () => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      results.push(await runPart(part));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, runWaiting));
  return results;
}

endCommandsOnSignals();
const { PATH = '' } = process.env;
Object.assign(process.env, { PATH: `${process.cwd()}/node_modules/.bin:${PATH}` });
const begun = performance.now();
const results = await runAll();
const failed = results.filter((result) => !result.succeeded).length;
console.log(
  `check: ${results.length - failed} of ${results.length} parts fine (${formatSeconds(performance.now() - begun)})`,
);
process.exitCode = failed === 0 ? 0 : 1;
