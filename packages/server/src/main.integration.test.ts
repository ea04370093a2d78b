import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { aFolder } from './testing/running-server.ts';

interface Program {
  readonly process: ChildProcess;
  /** Standard output and error so far. */
  output(): string;
  /** Resolves when the text has been printed, rejects when the program ended without. */
  printed(text: string): Promise<void>;
}

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function run(...args: readonly string[]): Program {
  const common = ['--port', '0', '--media-base-port', '0', '--media-workers', '2', '--log-format', 'json'];
  const child = spawn(process.execPath, [main, ...common, '--data', aFolder(), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a shell gives to what is started in a terminal.
    detached: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { process: child, output: () => output, printed: (text) => untilPrinted(child, () => output, text) };
}

function untilPrinted(child: ChildProcess, output: () => string, text: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => (output().includes(text) ? resolve() : undefined);
  child.stdout?.on('data', look);
  child.stderr?.on('data', look);
  child.once('close', (code) =>
    reject(new Error(`ended with ${code} and never said '${text}':\n${output()}`)),
  );
  look();
  return promise;
}

/** From the log: a worker says its process id when it starts. */
function workersOf(program: Program): readonly number[] {
  return [...program.output().matchAll(/"pid":(\d+),"msg":"media worker started"/g)].map(([, pid]) =>
    Number(pid),
  );
}

/** From the log as well. */
function relayOf(program: Program): number {
  return Number(/"pid":(\d+)[^\n]*"msg":"relay is up"/.exec(program.output())?.[1]);
}

function isRunning(pid: number): boolean {
  return existsSync(`/proc/${pid}`);
}

async function exitOf({ process: child }: Program): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

describe('the end', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops gently and leaves nothing behind', async (signal) => {
    const program = run();
    await program.printed('Plenum is ready');
    const workers = workersOf(program);
    expect(workers.filter(isRunning)).toHaveLength(2);
    program.process.kill(signal);
    expect(await exitOf(program)).toBe(0);
    expect(workers.filter(isRunning)).toEqual([]);
  });

  test('Ctrl-C reaches the workers too, and is not taken for an accident of theirs', async () => {
    const program = run();
    await program.printed('Plenum is ready');
    process.kill(-(program.process.pid ?? 0), 'SIGINT');
    expect(await exitOf(program)).toBe(0);
    expect(program.output()).not.toContain('died');
  });

  test('a server that is killed takes its workers with it', async () => {
    const program = run();
    await program.printed('Plenum is ready');
    const workers = workersOf(program);
    program.process.kill('SIGKILL');
    await exitOf(program);
    await expect.poll(() => workers.filter(isRunning), { timeout: 10_000 }).toEqual([]);
  });
});

describe('[ICE6] the relay ends with the server', () => {
  test.each(['SIGTERM', 'SIGKILL'] as const)('after %s', async (signal) => {
    const program = run('--relay', 'on', '--relay-port', '0');
    await program.printed('Plenum is ready');
    const relay = relayOf(program);
    expect(isRunning(relay)).toBe(true);
    program.process.kill(signal);
    await exitOf(program);
    await expect.poll(() => isRunning(relay), { timeout: 10_000 }).toBe(false);
  });
});

describe('what keeps it from starting is one sentence', () => {
  test('a port that is taken', async () => {
    const first = run();
    await first.printed('Plenum is ready');
    const port = /localhost:(\d+)/.exec(first.output())?.[1] ?? '';
    const second = run('--port', port);
    expect(await exitOf(second)).toBe(1);
    expect(second.output()).toBe(`plenum: Port ${port} is in use by another program; use --port N.\n`);
  });

  test('an unknown flag', async () => {
    const program = run('--prot', '1');
    expect(await exitOf(program)).toBe(1);
    expect(program.output()).toMatch(/^plenum: There is no flag --prot; allowed are .*\n$/);
  });

  test('a media worker that is not there', async () => {
    const program = run('--worker-bin', '/nowhere/worker');
    expect(await exitOf(program)).toBe(1);
    expect(program.output()).toMatch(/^plenum: There is no media worker.*\n$/);
  });
});

test('bound to all addresses it says why browsers elsewhere will refuse the camera', async () => {
  const program = run('--host', '0.0.0.0', '--relay', 'off');
  await program.printed('Note: Browsers give camera and microphone only');
});
