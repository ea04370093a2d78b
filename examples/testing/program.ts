/** An example that is a program, run as a developer runs it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';

const examples = join(import.meta.dirname, '..');

export class Program {
  readonly lines: readonly string[];
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    const lines: string[] = [];
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
    this.lines = lines;
  }

  /** Types a line. */
  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** The first line in which the pattern is found, or will be. */
  async printed(pattern: RegExp): Promise<string> {
    const find = () => this.lines.find((line) => pattern.test(line));
    await expect.poll(find, { timeout: 30_000 }).toBeDefined();
    return find() ?? '';
  }

  /** Types a line, and gives what the program says to it: what stands behind the line and a colon. */
  async ask(line: string): Promise<string> {
    const asked = this.lines.length;
    this.say(line);
    const find = () => this.lines.slice(asked).find((one) => one.startsWith(`${line}: `));
    await expect.poll(find, { timeout: 30_000 }).toBeDefined();
    return (find() ?? '').slice(line.length + 2);
  }

  /** As Ctrl-C does; gives the exit code. */
  async end(): Promise<number | null> {
    this.#child.kill('SIGINT');
    const ending = () => this.#child.exitCode ?? this.#child.signalCode;
    await expect.poll(ending, { timeout: 10_000 }).not.toBeNull();
    return this.#child.exitCode;
  }
}

/** Ends with its test. */
export function run(example: string, ...args: readonly string[]): Program {
  const child = spawn(process.execPath, [join(examples, example), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return new Program(child);
}

export interface ServerProgram {
  readonly program: Program;
  /** Without a slash at its end. */
  readonly url: string;
}

/** A program that serves, on a port of its own. */
export async function runServer(example: string, ...args: readonly string[]): Promise<ServerProgram> {
  const program = run(example, String(await freePort()), ...args);
  const [url = ''] = /http\S+/.exec(await program.printed(/^ready: /)) ?? [];
  return { program, url };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
