/** OpenStack Swift with its S3 interface, as Debian has it: an object store that is none of ours. It ends with this process. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';

/** Debian's: one that stands before it on the path lacks the package. */
const python = '/usr/bin/python3';
const program = fileURLToPath(new URL('swift_s3.py', import.meta.url));

/** The one user that it knows. Swift wants an account and a name. */
export const swiftKeys = { accessKeyId: 'test:plenum', secretAccessKey: 'only-this-store-knows-it' } as const;

/** Undefined where there is Swift: the package that tools/swift-packages.txt names. */
export async function whyNoSwift(): Promise<string | undefined> {
  try {
    await promisify(execFile)(python, ['-c', 'import swift.common.middleware.s3api']);
    return undefined;
  } catch {
    return 'OpenStack Swift (python3-swift) is not installed';
  }
}

const listeningSchema = v.object({ event: v.literal('listening'), port: v.number() });

export interface SwiftOptions {
  /** It keeps everything there: one that is started there again has it. Its file system needs extended attributes. */
  readonly folder: string;
  /** Any free one unless it is given. */
  readonly port?: number;
}

export class SwiftServer {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly port: number;

  private constructor(child: ChildProcess, exited: Promise<unknown>, port: number) {
    this.#child = child;
    this.#exited = exited;
    this.port = port;
  }

  /** Resolves when it listens. @throws Error where it ended before. */
  static async start({ folder, port = 0 }: SwiftOptions): Promise<SwiftServer> {
    const args = [program, folder, swiftKeys.accessKeyId, swiftKeys.secretAccessKey, String(port)];
    const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    if (child.stdout === null) throw new Error('no output');
    const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), exited]);
    if (typeof line !== 'string') throw new Error('Swift ended before it listened');
    return new SwiftServer(child, exited, v.parse(listeningSchema, JSON.parse(line)).port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Without a word to anybody. Resolves when it is gone. May be called more than once. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}
