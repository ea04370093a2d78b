// Runs one command of the checks or the tests, bounded in time, and ends it with everything it started.
import { type ChildProcess, spawn } from 'node:child_process';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly limitMs: number;
  /** Whether the output goes to the terminal as it comes; otherwise it is collected. */
  readonly isLive?: boolean;
}

export interface CommandResult {
  readonly succeeded: boolean;
  readonly output: string;
  readonly durationMs: number;
}

const running = new Set<ChildProcess>();

export async function runCommand(command: Command): Promise<CommandResult> {
  const begun = performance.now();
  const child = spawn(command.program, command.args, {
    // A process group of its own, so that it can be ended whole.
    detached: true,
    stdio: ['ignore', command.isLive ? 'inherit' : 'pipe', command.isLive ? 'inherit' : 'pipe'],
  });
  running.add(child);
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const timer = setTimeout(() => {
    chunks.push(Buffer.from(`\nstopped: it took longer than ${command.limitMs / 1000} s\n`));
    endGroup(child, 'SIGKILL');
  }, command.limitMs);
  const succeeded = await exitOf(child, chunks);
  clearTimeout(timer);
  running.delete(child);
  // Whatever it left running: a browser, a server, a worker.
  endGroup(child, 'SIGKILL');
  return {
    succeeded,
    output: Buffer.concat(chunks).toString(),
    durationMs: performance.now() - begun,
  };
}

function exitOf(child: ChildProcess, chunks: Buffer[]): Promise<boolean> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      resolve(false);
    });
    child.once('close', (code) => resolve(code === 0));
  });
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** Ends all that runs when this process is told to stop. The groups do not hear the terminal's Ctrl-C by themselves. */
export function endCommandsOnSignals(): void {
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => {
      for (const child of running) endGroup(child, 'SIGTERM');
      process.exit(code);
    });
  }
}

/** Seconds with one decimal, as a person reads them. */
export function formatSeconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}
