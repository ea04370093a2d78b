/**
 * Runs hyperties that are not part of the product: each in a worker thread of a process of its own, inside a JavaScript
 * realm that has the language and nothing else. Its only way out is its bus.
 *
 * What each layer is for:
 * - The realm: no Node, no network, no files, no timers, no modules, no code from text, no memory outside the heap. Only
 *   texts cross into it, so nothing made outside can be got hold of.
 * - The thread: a heap of its own with a limit, and nothing of use on its global object. It counts what is sent.
 * - The process: a worker thread alone isolates neither memory nor time. A single `'a'.repeat(2 ** 28).split('')` makes
 *   V8 abort the whole process whatever the thread's limits say, and some built-in functions run for hours without a
 *   point at which `terminate()` takes effect. A process can be killed. It may read this folder only, start no program,
 *   and has an empty environment; it ends with its host.
 * - The host: believes nothing that comes out, see SandboxedRun.
 *
 * What it is not: a defence against a flaw of V8 itself. Whoever has one is in a process of the same user, with its
 * network. Code is run here only from places the operator allowed, with the hash its descriptor promises.
 *
 * Each hyperty takes about 95 MiB and a third of a second to start.
 */
import { type Clock, type Logger, type Sandbox, systemClock } from '@plenum/hyperty';
import { defaultSandboxLimits, type SandboxLimits } from './sandbox-limits.ts';
import { type OpenSandboxWire, openSandboxProcess } from './sandbox-wire.ts';
import { SandboxedRun } from './sandboxed-run.ts';

export interface WorkerSandboxOptions {
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
  readonly limits?: Partial<SandboxLimits> | undefined;
  /** Another way to run it, for tests. */
  readonly openWire?: OpenSandboxWire | undefined;
}

export function createWorkerSandbox(options: WorkerSandboxOptions): Sandbox {
  const { logger, clock = systemClock } = options;
  const limits = { ...defaultSandboxLimits, ...options.limits };
  const openWire = options.openWire ?? openSandboxProcess(limits);
  return {
    run: (source, activation) => SandboxedRun.start(source, activation, { openWire, limits, clock, logger }),
  };
}
