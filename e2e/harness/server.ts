/** The program as `./start` runs it: a child process on free ports, with data of its own, ended by its own pid. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { evidenceFolder, keepEvidence } from './evidence.ts';
import { parseMetrics, type ServerCounts } from './metrics.ts';

const main = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url));

export interface ServerOptions {
  /** To serve on; this machine only unless given. */
  readonly host?: string;
  /** Put before the command. It has to become the command itself, so that the server keeps its pid. */
  readonly launcher?: readonly string[];
  readonly flags?: readonly string[];
}

/** Far above what it takes; a start that never ends has to fail with its log. */
const startTimeoutMs = 60_000;

export class TestServer {
  readonly logFile: string;
  readonly #folder: string;
  readonly #options: ServerOptions;
  #child: ChildProcess | undefined;
  #port = 0;
  #scheme = 'http';

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#folder = mkdtempSync(join(evidenceFolder(), 'server-'));
    this.logFile = join(this.#folder, 'server.log');
  }

  get port(): number {
    return this.#port;
  }

  /** Without a slash at its end. */
  get url(): string {
    return `${this.#scheme}://${this.#options.host ?? 'localhost'}:${this.#port}`;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the server does not run');
    return pid;
  }

  log(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  /** Begins, or begins again on the same port after it ended. */
  async start(): Promise<void> {
    const { host = '127.0.0.1', flags = [], launcher = [] } = this.#options;
    const own = ['--host', host, '--port', String(this.#port), '--data', join(this.#folder, 'data')];
    const common = ['--media-base-port', '0', '--log-format', 'json'];
    const [program = '', ...args] = [...launcher, process.execPath, main, ...own, ...common, ...flags];
    const log = openSync(this.logFile, 'a');
    const heardBefore = this.log().length;
    const child = spawn(program, args, { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    const announcement = await this.#announcement(child, heardBefore);
    const [, scheme = 'http', port = '443'] =
      /ready: (https?):\/\/[^\s/:]*(?::(\d+))?/.exec(announcement) ?? [];
    this.#scheme = scheme;
    // Left out where it is the usual one.
    this.#port = Number(port);
  }

  async #announcement(child: ChildProcess, from: number): Promise<string> {
    const read = () => {
      if (child.exitCode !== null || child.signalCode !== null) return `ended: ${this.log()}`;
      return this.log().slice(from);
    };
    await expect.poll(read, { timeout: startTimeoutMs }).toMatch(/Plenum is ready: |^ended: /);
    const text = read();
    if (text.startsWith('ended: ')) throw new Error(`The server did not start; it said\n${text}`);
    return text;
  }

  /** Resolves when the process is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  /** Process ids of the media workers, latest last, as the log tells them. */
  workerPids(): readonly number[] {
    return this.#started('media worker');
  }

  /** The same of the mixers. */
  mixerPids(): readonly number[] {
    return this.#started('mixer');
  }

  #started(what: string): readonly number[] {
    const lines = this.log().matchAll(new RegExp(`"pid":(\\d+),"msg":"${what} started"`, 'g'));
    return [...lines].map(([, pid]) => Number(pid));
  }

  /** Resolves when another has taken its place. */
  async killMixer(): Promise<void> {
    const before = this.mixerPids();
    const pid = before.at(-1);
    if (pid === undefined) throw new Error('no mixer was started');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => this.mixerPids().length, { timeout: startTimeoutMs }).toBe(before.length + 1);
  }

  async counts(): Promise<ServerCounts> {
    const response = await fetch(`${this.url}/metrics`);
    return parseMetrics(await response.text());
  }
}

/** A server that ends with its test. */
export async function aServer(options: ServerOptions = {}): Promise<TestServer> {
  const server = new TestServer(options);
  onTestFinished(async ({ task }) => {
    await server.end('SIGKILL');
    if (task.result?.state === 'fail') keepEvidence(task.name, 'server log', server.logFile);
  });
  await server.start();
  return server;
}
