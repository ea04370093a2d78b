import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** A child that answers each line it is told by a line, and ends with its input: at the latest with this process. */
export class AnsweringProcess {
  readonly pid: number;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #answers: AsyncIterator<string>;
  readonly #complaints: Promise<string[]>;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, pid: number) {
    this.pid = pid;
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#complaints = child.stderr.setEncoding('utf8').toArray();
    this.#ended = once(child, 'exit');
    // What can no longer be told is reported by the answer that does not come.
    child.stdin.on('error', () => undefined);
  }

  /** Resolves with the first answer to the first words: then the process is there, and able. */
  static async start(command: readonly string[], words = ''): Promise<AnsweringProcess> {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    await once(child, 'spawn');
    if (child.pid === undefined) throw new Error(`${program} has no process id`);
    const started = new AnsweringProcess(child, child.pid);
    await started.ask(words);
    return started;
  }

  async ask(words: string): Promise<string> {
    this.#child.stdin.write(`${words}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true)
      throw new Error(`${this.#child.spawnargs.join(' ')} ended: ${await this.#complaint()}`);
    return value;
  }

  async #complaint(): Promise<string> {
    return (await this.#complaints).join('').trim();
  }

  async close(): Promise<void> {
    this.#child.stdin.end();
    await this.#ended;
  }
}
