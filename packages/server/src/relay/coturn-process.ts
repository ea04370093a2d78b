/** One run of coturn, from its launch to its end. It ends with this process, however that ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Logger } from '@plenum/hyperty';
import { type CoturnSettings, formatCoturnConfig } from './coturn-config.ts';

export interface CoturnProcess {
  readonly pid: number | undefined;
  readonly ended: Promise<CoturnEnd>;
  /** Ends it and resolves when it is gone. May be called more than once. */
  end(): Promise<void>;
}

export interface CoturnEnd {
  /** Whether it was never there: coturn is not installed, or what starts it is not. */
  readonly isMissing: boolean;
  /** In words for an operator, with the last that it said. */
  readonly reason: string;
}

/** Of a shell, and of `setpriv`, for a program that is not there. */
const notFoundExitCode = 127;

/** @throws Error where its folder cannot be written. */
export function launchCoturn(program: string, settings: CoturnSettings, logger: Logger): CoturnProcess {
  const file = writeConfig(settings);
  // The kernel ends it with us, also when we are killed; coturn itself looks at nobody. In a process group of its own
  // Ctrl-C does not reach it, so that its end is never taken for an accident.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--no-new-privs', program, '-c', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = watch(child, logger);
  return {
    pid: child.pid,
    ended,
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** In a folder that only this user may look into; whatever another run left there goes. */
function writeConfig(settings: CoturnSettings): string {
  const { folder } = settings;
  const file = join(folder, 'turnserver.conf');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, formatCoturnConfig(settings), { mode: 0o600 });
  return file;
}

function watch(child: ChildProcess, logger: Logger): Promise<CoturnEnd> {
  const { promise, resolve } = Promise.withResolvers<CoturnEnd>();
  let lastLine = '';
  for (const input of [child.stdout, child.stderr]) {
    if (input === null) continue;
    createInterface({ input }).on('line', (line) => {
      logger.debug('relay says', { line });
      if (line.trim() !== '') lastLine = line;
    });
  }
  // Only where what starts it is not there.
  child.once('error', ({ message }) => resolve({ isMissing: true, reason: message }));
  child.once('close', (code, signal) => {
    const how = code === null ? `ended by ${signal}` : `ended with ${code}`;
    resolve({ isMissing: code === notFoundExitCode, reason: lastLine === '' ? how : `${how}: ${lastLine}` });
  });
  return promise;
}
