/**
 * Keeps coturn running: where it cannot, or ends, it is tried again, ever later. Calls that need no relay never notice.
 *
 * | state    | means                                             | goes on with                        |
 * |----------|---------------------------------------------------|-------------------------------------|
 * | starting | its ports are looked at, it is launched and asked | answers: up; anything else: waiting |
 * | up       | it has answered                                   | ended: waiting                      |
 * | waiting  | why it is not there has been reported             | time is up: starting                |
 * | closed   | final                                             |                                     |
 */
import { rmSync } from 'node:fs';
import type { Clock, Logger } from '@plenum/hyperty';
import { findTaken, isOwnAddress } from '../network/ports.ts';
import type { CoturnSettings } from './coturn-config.ts';
import { type CoturnProcess, launchCoturn } from './coturn-process.ts';
import { isAnswering } from './stun-probe.ts';

export interface CoturnOptions {
  readonly settings: CoturnSettings;
  /** Looked for in the path where it has no slash. */
  readonly program?: string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Why it is not there; `code` is for programs. */
export interface Problem {
  readonly code: 'relay-missing' | 'relay-port-taken' | 'relay-silent' | 'relay-ended' | 'relay-unusable';
  readonly reason: string;
}

/** It takes a tenth of a second; more on a busy machine. */
const answersWithinMs = 10_000;
// One that ends within this time of its start has a cause that will not go away at once.
const shortLifeMs = 10_000;
const firstDelayMs = 1_000;
const longestDelayMs = 30_000;

export class Coturn {
  readonly #options: CoturnOptions;
  readonly #closing = new AbortController();
  #starting: Promise<void> = Promise.resolve();
  #process: CoturnProcess | undefined;
  #isUp = false;
  #failures = 0;
  #problem: Problem | undefined;
  #stopTimer: () => void = () => undefined;

  constructor(options: CoturnOptions) {
    this.#options = options;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Why it is not there; undefined while it is up. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** Resolves after the first try, however it went. */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const problem = await this.#bringUp().catch(unusable);
    if (problem !== undefined) this.#retry(problem);
  }

  /** What stands in the way, if anything does. */
  async #bringUp(): Promise<Problem | undefined> {
    const { program = 'turnserver', logger } = this.#options;
    const settings = await withPresentAddresses(this.#options.settings);
    if (settings.addresses.length === 0) return { code: 'relay-unusable', reason: 'no address is left' };
    const taken = await findTakenPort(settings);
    if (taken !== undefined) return { code: 'relay-port-taken', reason: `${taken} is in use` };
    if (this.#closing.signal.aborted) return undefined;
    const process = launchCoturn(program, settings, logger);
    this.#process = process;
    const ended = process.ended.then(({ isMissing, reason }): Problem => {
      return { code: isMissing ? 'relay-missing' : 'relay-ended', reason };
    });
    const asking = new AbortController();
    const signal = AbortSignal.any([asking.signal, this.#closing.signal]);
    const problem = await Promise.race([ended, this.#untilAnswering(settings, signal)]);
    asking.abort();
    if (problem === undefined) this.#handleUp(process, ended);
    else await process.end();
    return problem;
  }

  async #untilAnswering(
    { addresses, port }: CoturnSettings,
    signal: AbortSignal,
  ): Promise<Problem | undefined> {
    const { clock } = this.#options;
    const place = { ip: addresses[0]?.ip ?? '', port };
    if (await isAnswering({ ...place, clock, withinMs: answersWithinMs, signal })) return undefined;
    return { code: 'relay-silent', reason: `no answer from ${place.ip} port ${place.port}` };
  }

  #handleUp({ pid }: CoturnProcess, ended: Promise<Problem>): void {
    if (this.#closing.signal.aborted) return;
    const { settings, clock, logger } = this.#options;
    this.#isUp = true;
    this.#problem = undefined;
    logger.info('relay is up', { pid, port: settings.port, tlsPort: settings.tls?.port });
    const upSince = clock.now();
    void ended.then((problem) => {
      this.#isUp = false;
      if (clock.now() - upSince >= shortLifeMs) this.#failures = 0;
      this.#retry(problem);
    });
  }

  /** The same again and again is news only once. */
  #retry(problem: Problem): void {
    if (this.#closing.signal.aborted) return;
    const { clock, logger } = this.#options;
    const retryInMs = backoffMs(this.#failures++);
    const level = problem.code === this.#problem?.code ? 'debug' : 'error';
    logger[level]('relay is down', { ...problem, retryInMs });
    this.#problem = problem;
    this.#stopTimer = clock.after(retryInMs, () => void this.start());
  }

  /** Resolves when its process is gone. May be called more than once. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#isUp = false;
    this.#stopTimer();
    await this.#process?.end();
    await this.#starting;
    rmSync(this.#options.settings.folder, { recursive: true, force: true });
  }
}

/** How long to wait after so many tries in a row that came to nothing. */
function backoffMs(failures: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** failures);
}

/** One that went away since the start would keep it from coming back for the others. */
async function withPresentAddresses(settings: CoturnSettings): Promise<CoturnSettings> {
  const isPresent = await Promise.all(settings.addresses.map(({ ip }) => isOwnAddress(ip)));
  return { ...settings, addresses: settings.addresses.filter((_, index) => isPresent[index]) };
}

/** coturn itself would wait for a port, and share one with another coturn. */
async function findTakenPort({ addresses, port, tls }: CoturnSettings): Promise<string | undefined> {
  const ips = addresses.map(({ ip }) => ip);
  for (const base of tls === undefined ? [port] : [port, tls.port]) {
    const taken = await findTaken({ base, count: 1, ips });
    if (taken !== undefined) return taken;
  }
  return undefined;
}

function unusable(thrown: unknown): Problem {
  return { code: 'relay-unusable', reason: thrown instanceof Error ? thrown.message : String(thrown) };
}
