// The program as `./start` runs it: a child process on free ports, with data of its own, that ends with its parent.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(import.meta.dirname, '../../packages/server/src/main.ts');

export interface ServerPlace {
  readonly host: string;
  /** For Node itself. */
  readonly nodeFlags?: readonly string[] | undefined;
  /** Of pages besides the server's own that may connect. */
  readonly origins: readonly string[];
}

export class ServerProcess {
  /** Without a slash at its end. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#child = child;
    this.#folder = folder;
    this.url = url;
  }

  static async start({ host, nodeFlags = [], origins }: ServerPlace): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'plenum-bench-'));
    const place = ['--host', host, '--port', '0', '--media-base-port', '0', '--data', join(folder, 'data')];
    const allowed = origins.flatMap((origin) => ['--allowed-origins', origin]);
    const server = [process.execPath, ...nodeFlags, main, ...place, ...allowed, '--log-level', 'error'];
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', ...server], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const port = await readyPort(child);
    return new ServerProcess(child, folder, `http://${host}:${port}`);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) {
      const ended = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function readyPort({ stdout }: ChildProcess): Promise<number> {
  if (stdout === null) throw new Error('the server was started without a pipe');
  const lines = createInterface({ input: stdout });
  const port = Promise.withResolvers<number>();
  lines.on('line', (line) => {
    const [, found] = /is ready: https?:\/\/[^\s/]*:(\d+)/.exec(line) ?? [];
    if (found !== undefined) port.resolve(Number(found));
  });
  // Lines are read to the end, so that the server never waits for a full pipe.
  lines.once('close', () => port.reject(new Error('the server did not start')));
  return port.promise;
}
