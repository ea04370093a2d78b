// Starts the native load client and speaks its line protocol: many WebRTC peers for the price of one process.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { buildLoadClient } from './build.ts';
import { NativePeer, type PeerState } from './native-peer.ts';

export interface LoadClientOptions {
  /** Put in front of the command, for instance `['taskset', '-c', '1']` or `['ip', 'netns', 'exec', 'a']`. */
  readonly launcher?: readonly string[];
  /** Sockets are read once per tick; 2 unless many peers make that costly. */
  readonly tickMs?: number;
  /** OpenSSL profile names joined by colons; default GCM-256, GCM-128, CM_SHA1_80. */
  readonly srtpProfiles?: string;
}

export interface DelayStats {
  readonly count: number;
  readonly meanMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** Sums over all peers, counted since their creation. */
export interface ClientStats {
  /** Monotonic time of the snapshot. */
  readonly timeMs: number;
  readonly cpuMs: number;
  readonly peers: number;
  readonly connected: number;
  readonly sent: number;
  /** Media packets that arrived, without RTX and bandwidth probes. */
  readonly packets: number;
  readonly bytes: number;
  /** Gaps in sequence numbers that have not closed. */
  readonly lost: number;
  readonly repairPackets: number;
  readonly probePackets: number;
  readonly unreadable: number;
  readonly feedbackSent: number;
  readonly feedbackReceived: number;
  readonly delay: DelayStats;
}

export type CommandArguments = Readonly<Record<string, string | number | boolean | undefined>>;

interface StateEvent {
  readonly event: 'state';
  readonly peer: number;
  readonly state: PeerState;
  readonly profile: string;
  readonly reason: string;
}
type Line = { readonly event: 'ready'; readonly fingerprint: string } | StateEvent | Reply;
type Reply = { readonly event?: undefined; readonly re: number; readonly error?: string };

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class LoadClient {
  readonly #process: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #peers = new Map<number, NativePeer>();
  readonly #exited: Promise<void>;
  #ready = Promise.withResolvers<string>();
  #fingerprint = '';
  #nextRequest = 1;
  #nextPeer = 1;
  #closed = false;

  private constructor(binary: string, options: LoadClientOptions) {
    const [command = binary, ...args] = [...(options.launcher ?? []), binary];
    this.#process = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...(options.srtpProfiles ? { LOAD_CLIENT_SRTP_PROFILES: options.srtpProfiles } : {}),
      },
    });
    const exited = Promise.withResolvers<void>();
    this.#exited = exited.promise;
    this.#process.once('error', (error) => this.#end(error, exited.resolve));
    this.#process.once('exit', (code, signal) =>
      this.#end(new Error(`the load client ended (${signal ?? code})`), exited.resolve),
    );
    // A write that the child can no longer read is reported by its exit.
    this.#process.stdin?.on('error', () => undefined);
    if (this.#process.stdout)
      createInterface({ input: this.#process.stdout }).on('line', (line) => this.#handleLine(line));
  }

  static async start(options: LoadClientOptions = {}): Promise<LoadClient> {
    const client = new LoadClient(await buildLoadClient(), options);
    client.#fingerprint = await client.#ready.promise;
    if (options.tickMs !== undefined) await client.setTickMs(options.tickMs);
    return client;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** SHA-256 of the certificate that all peers of this process share. */
  get fingerprint(): string {
    return this.#fingerprint;
  }

  createPeer(): NativePeer {
    const peer = new NativePeer(this, this.#nextPeer++, (closed) => this.#peers.delete(closed.id));
    this.#peers.set(peer.id, peer);
    return peer;
  }

  async stats(): Promise<ClientStats> {
    return this.request<ClientStats>('stats');
  }

  async setTickMs(tickMs: number): Promise<void> {
    await this.request('tick', { ms: tickMs });
  }

  /** Forgets the delays measured so far. */
  async resetDelays(): Promise<void> {
    await this.request('reset');
  }

  /** One command of the line protocol; `Result` is what its reply holds. */
  async request<Result = unknown>(verb: string, args: CommandArguments = {}): Promise<Result> {
    if (this.#closed) throw new Error('the load client is closed');
    const id = this.#nextRequest++;
    const pending = Promise.withResolvers<unknown>();
    this.#pending.set(id, pending);
    this.#process.stdin?.write(`${[id, verb, ...words(args)].join(' ')}\n`);
    return (await pending.promise) as Result;
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      // The end of its input ends the process, and with it all peers.
      this.#process.stdin?.end();
    }
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 3_000);
    await this.#exited;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #handleLine(text: string): void {
    const line = JSON.parse(text) as Line;
    if (line.event === 'ready') this.#ready.resolve(line.fingerprint);
    else if (line.event === 'state') this.#peers.get(line.peer)?.handleState(line.state, line);
    else this.#settle(line);
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.re);
    this.#pending.delete(reply.re);
    if (reply.error === undefined) pending?.resolve(reply);
    else pending?.reject(new Error(reply.error));
  }

  #end(error: Error, done: () => void): void {
    this.#closed = true;
    this.#ready.reject(error);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
    for (const peer of this.#peers.values())
      peer.handleState('closed', { profile: '', reason: error.message });
    done();
  }
}

function words(args: CommandArguments): string[] {
  return Object.entries(args).flatMap(([key, value]) => {
    if (value === undefined || value === '') return [];
    const text = String(typeof value === 'boolean' ? Number(value) : value);
    if (/\s/.test(text)) throw new Error(`a command argument must not hold spaces: ${key}`);
    return [`${key}=${text}`];
  });
}
