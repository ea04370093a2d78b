/** The host's wire to the process of one sandboxed hyperty. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createLineReader } from './line-reader.ts';
import type { SandboxLimits } from './sandbox-limits.ts';

export interface SandboxWireEvents {
  onLine(line: string): void;
  /** Nothing of it runs any more. Called once. */
  onGone(): void;
}

export interface SandboxWire {
  /** Ignored once the process is gone. */
  post(line: string): void;
  /** Ends the process at once, whatever it does. May be called more than once. */
  kill(): void;
}

export type OpenSandboxWire = (events: SandboxWireEvents) => SandboxWire;

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Node with nothing allowed but to read this folder and to start the thread. What is asked of V8 holds for the whole
 * process, its thread included: no code is made from text.
 */
const flags = [
  '--permission',
  '--allow-worker',
  `--allow-fs-read=${here}*`,
  '--disallow-code-generation-from-strings',
  '--disable-proto=delete',
  '--no-addons',
  '--no-warnings',
];

export function openSandboxProcess({ heapMb, memoryMb, maxMessageLength }: SandboxLimits): OpenSandboxWire {
  return ({ onLine, onGone }) => {
    const program = fileURLToPath(new URL('./sandbox-process.ts', import.meta.url));
    const child = spawn(process.execPath, [...flags, program, String(heapMb), String(memoryMb)], {
      cwd: '/',
      env: {},
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const kill = () => void child.kill('SIGKILL');
    // Its own words around a message take some more.
    const read = createLineReader(maxMessageLength + 1_024, { onLine, onTooLong: kill });
    child.stdout.setEncoding('utf8').on('data', read);
    // It may go while it is being written to.
    child.stdin.on('error', () => undefined);
    child.once('error', onGone);
    child.once('close', onGone);
    return { post: (line) => void child.stdin.write(`${line}\n`), kill };
  };
}
