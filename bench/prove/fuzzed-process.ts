// The fuzzed server as a process of its own: what it says of itself, and that it is still there.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Condition, Report } from './fuzzed-server.ts';
import { residentKb } from './process-time.ts';

/** Little room for garbage; twice of `churn.ts`, since hundreds send at once. */
const nodeFlags = ['--expose-gc', '--max-old-space-size=128', '--max-semi-space-size=4'];

/** Bytes. */
export interface Memory {
  /** After all garbage was collected. */
  readonly heap: number;
  readonly external: number;
  readonly resident: number;
  readonly workers: number;
}

export class FuzzedProcess {
  /** With a slash at its end. */
  readonly url: string;
  /** Where it keeps its key and its rooms. */
  readonly data: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<never>;

  private constructor(child: ChildProcess, data: string, url: string) {
    this.#child = child;
    this.#ended = untilEnded(child);
    // Told to whoever asks next.
    this.#ended.catch(() => undefined);
    this.data = data;
    this.url = url;
  }

  static async start(): Promise<FuzzedProcess> {
    const data = await mkdtemp(join(tmpdir(), 'plenum-fuzz-'));
    const program = join(import.meta.dirname, 'fuzzed-server.ts');
    const child = fork(program, [data], { execArgv: nodeFlags });
    const report = await nextReport(child, untilEnded(child));
    if (!('url' in report)) throw new Error('the server did not say where it is');
    return new FuzzedProcess(child, data, report.url);
  }

  /** @throws Error where it has ended, as it does with an error that nobody handled; or calls something its own failure. */
  async takeMemory(): Promise<Memory> {
    const reported = nextReport(this.#child, this.#ended);
    if (this.#child.connected) this.#child.send('describe');
    const report = await reported;
    if ('url' in report) throw new Error('the server started again');
    const { heap, external, failures } = report satisfies Condition;
    if (failures.length > 0) throw new Error(`the server failed:\n${failures.join('\n')}`);
    const { server, workers } = residentKb(this.#child.pid ?? 0);
    return { heap, external, resident: server * 1024, workers: workers * 1024 };
  }

  async close(): Promise<void> {
    if (this.#child.connected) {
      const ended = once(this.#child, 'exit');
      this.#child.disconnect();
      await ended;
    }
    await rm(this.data, { recursive: true, force: true });
  }
}

async function untilEnded(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`the server ended (${signal ?? code})`);
}

async function nextReport(child: ChildProcess, ended: Promise<never>): Promise<Report> {
  const [report] = await Promise.race([once(child, 'message'), ended]);
  return report as Report;
}
