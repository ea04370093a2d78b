// Two network namespaces with a chosen round trip between them: browser on the near side, server on the far side.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { raisePriority } from '../forwarding/process-usage.ts';

const run = promisify(execFile);
const source = join(import.meta.dirname, 'delayed-line.cpp');

// Of the block that RFC 2544 keeps for measurements between networks.
const nearAddress = '198.18.30.2';
const farAddress = '198.18.30.1';

/** One side: what to put in front of a command so that it runs there. */
export interface NetworkSide {
  readonly address: string;
  readonly launcher: readonly string[];
}

/** Why there can be no such network here; everything else that fails is a fault. */
export class NotPermittedError extends Error {
  override readonly name = 'NotPermittedError';
}

export class DelayedNetwork {
  readonly near: NetworkSide;
  readonly far: NetworkSide;
  readonly #line: ChildProcess;

  private constructor(line: ChildProcess, spaces: readonly [string, string]) {
    this.#line = line;
    this.near = { address: nearAddress, launcher: ['nsenter', `--net=${spaces[0]}`] };
    this.far = { address: farAddress, launcher: ['nsenter', `--net=${spaces[1]}`] };
  }

  /** @throws NotPermittedError where namespaces or TUN devices are not to be had. */
  static async start(roundTripMs: number): Promise<DelayedNetwork> {
    const { line, spaces } = await startLine(roundTripMs);
    const network = new DelayedNetwork(line, spaces);
    // A line that waits for a core is a longer line.
    if (line.pid !== undefined) raisePriority(line.pid);
    await network.#configure();
    return network;
  }

  async #configure(): Promise<void> {
    const sides = [
      { own: this.near, other: this.far },
      { own: this.far, other: this.near },
    ];
    for (const { own, other } of sides) {
      const [program = '', ...args] = own.launcher;
      const ip = (...words: string[]) => run(program, [...args, 'ip', ...words]);
      await ip('link', 'set', 'lo', 'up');
      await ip('address', 'add', own.address, 'peer', other.address, 'dev', 'line');
      await ip('link', 'set', 'line', 'up', 'mtu', '1500');
      await ip('route', 'add', 'default', 'dev', 'line');
    }
  }

  async close(): Promise<void> {
    const ended = once(this.#line, 'exit');
    this.#line.stdin?.end();
    await ended;
  }
}

/** Compiled each time, which takes a second. */
async function startLine(roundTripMs: number) {
  const folder = await mkdtemp(join(tmpdir(), 'plenum-line-'));
  try {
    const binary = join(folder, 'delayed-line');
    await run('g++', ['-std=c++20', '-O1', '-Wall', '-Wextra', source, '-o', binary]);
    const line = spawn(binary, [String((roundTripMs * 1000) / 2)], { stdio: ['pipe', 'pipe', 'pipe'] });
    return { line, spaces: await spacesOf(line) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function spacesOf(line: ChildProcess): Promise<[string, string]> {
  const { stdout, stderr } = line;
  if (stdout === null || stderr === null) throw new Error('the line was started without pipes');
  const complaint = stderr.setEncoding('utf8').toArray();
  for await (const text of createInterface({ input: stdout })) {
    const [near, far] = text.split(' ');
    if (near !== undefined && far !== undefined) return [near, far];
  }
  throw new NotPermittedError((await complaint).join('').trim());
}
