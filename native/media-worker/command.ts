/** Runs one of the build's commands: its output goes to the build's log, and line by line to who shows progress. */

import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export type CommandOptions = {
  readonly cwd: string;
  readonly logFile: string;
  readonly signal?: AbortSignal | undefined;
  readonly onLine?: (line: string) => void;
};

/** Resolves with the exit code; undefined for a command that could not be started or was killed. */
export async function run(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<number | undefined> {
  options.signal?.throwIfAborted();
  appendFileSync(options.logFile, `$ ${command} ${args.join(' ')}\n`);
  const child = spawn(command, args, {
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: options.signal,
  });
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', (line) => {
      appendFileSync(options.logFile, `${line}\n`);
      options.onLine?.(line);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      // An aborted command is still ending; its folder is in use until it has closed.
      if (error.name !== 'AbortError') resolve(undefined);
    });
    child.once('close', (code) => {
      if (options.signal?.aborted) reject(options.signal.reason);
      else resolve(code ?? undefined);
    });
  });
}
