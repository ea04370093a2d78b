// `./test`: the checks, then the integration tests, then the end-to-end tests, and one line with the counts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { endCommandsOnSignals, formatSeconds, runCommand } from './run-command.ts';
import {
  addCounts,
  type Counts,
  countPhase,
  formatCounts,
  listFailures,
  nothing,
  type VitestReport,
} from './test-report.ts';

const phaseNames = ['check', 'integration', 'e2e'] as const;
type PhaseName = (typeof phaseNames)[number];

/** The limits and those of tools/prepare.sh together stay under 90 minutes; none is near on a slow machine. */
const limitMinutes: Readonly<Record<PhaseName, number>> = { check: 6, integration: 20, e2e: 32 };

function readPhases(): readonly PhaseName[] {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  const wanted = values.only ?? phaseNames;
  const unknown = wanted.find((name) => !phaseNames.some((phase) => phase === name));
  if (unknown !== undefined) {
    throw new Error(`There is no part '${unknown}'; --only takes ${phaseNames.join(', ')}.`);
  }
  return phaseNames.filter((phase) => wanted.includes(phase));
}

interface Outcome {
  readonly counts: Counts;
  readonly failures: readonly string[];
}

async function runPhase(phase: PhaseName, reports: string): Promise<Outcome> {
  const report = join(reports, `${phase}.json`);
  console.log(`\n== ${phase}`);
  const result = await runCommand({
    ...commandOf(phase, report),
    limitMs: limitMinutes[phase] * 60_000,
    isLive: true,
  });
  const read = readReport(report);
  const counts = countPhase(read, result.succeeded);
  console.log(`== ${phase}: ${formatCounts(counts)} (${formatSeconds(result.durationMs)})`);
  const failures = listFailures(read).map((failure) => `${phase}: ${failure}`);
  // Such as a check that is none of vitest's.
  if (failures.length === 0 && counts.failed > 0) return { counts, failures: [`${phase}: see above`] };
  return { counts, failures };
}

function commandOf(phase: PhaseName, report: string): { program: string; args: readonly string[] } {
  if (phase === 'check') return { program: 'node', args: ['tools/check.ts', '--unit-report', report] };
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  return { program: 'vitest', args: ['run', '--project', phase, ...reporters] };
}

function readReport(path: string): VitestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    console.error(`No report at ${path}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

async function main(): Promise<void> {
  const phases = readPhases();
  const reports = mkdtempSync(join(tmpdir(), 'plenum-test-'));
  endCommandsOnSignals();
  const outcomes: Outcome[] = [];
  for (const phase of phases) outcomes.push(await runPhase(phase, reports));
  rmSync(reports, { recursive: true });
  const total = outcomes.map(({ counts }) => counts).reduce(addCounts, nothing);
  for (const failure of outcomes.flatMap(({ failures }) => failures)) console.log(`failed: ${failure}`);
  console.log(`\n${formatCounts(total)}`);
  process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
}

await main();
