import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AnsweringProcess } from './answering-process.ts';

const run = promisify(execFile);

/** Sysctl entries show the network of whoever reads them. Without IPv6 nothing crosses a line that nobody sent. */
const settings = `
  echo 1 > /proc/sys/net/ipv4/ip_forward
  for file in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 > "$file"; done
  ip link set lo up
`;

/**
 * A network of its own: a namespace without a name, so that nothing is left of it when this process and those inside
 * have ended, however they do.
 */
export class NetworkSpace {
  /** What to put before a command that shall run there; it becomes that command, with the same process id. */
  readonly launcher: readonly string[];
  /** Where it is in the file system. */
  readonly path: string;
  readonly #holder: AnsweringProcess;

  private constructor(holder: AnsweringProcess) {
    this.#holder = holder;
    this.path = `/proc/${holder.pid}/ns/net`;
    this.launcher = ['nsenter', `--net=${this.path}`];
  }

  static async open(): Promise<NetworkSpace> {
    // An echo shows that the namespace is there; all it is for is to stay.
    const space = new NetworkSpace(await AnsweringProcess.start(['unshare', '--net', 'cat']));
    await space.run(['sh', '-ec', settings]);
    return space;
  }

  /** By which `ip link` puts a device into it. */
  get pid(): number {
    return this.#holder.pid;
  }

  async run(command: readonly string[], input = ''): Promise<void> {
    await runCommand([...this.launcher, ...command], input);
  }

  /** Commands of `ip`, one in each line; fails with the first that does. */
  async ip(commands: string): Promise<void> {
    await this.run(['ip', '-batch', '-'], commands);
  }

  async close(): Promise<void> {
    await this.#holder.close();
  }
}

export async function runCommand(command: readonly string[], input = ''): Promise<void> {
  const [program = '', ...args] = command;
  const running = run(program, args);
  // Whether a command that did not read it succeeded, its exit code tells.
  running.child.stdin?.on('error', () => undefined).end(input);
  await running;
}
