// CPU time of a process and of its children, from the scheduler's own books (nanoseconds, not ticks).
import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds on a CPU since each process began: the server's own, and that of its media workers together. */
export interface ServerTime {
  readonly serverMs: number;
  readonly workersMs: number;
}

export function serverTime(pid: number): ServerTime {
  const workers = childrenOf(pid);
  return { serverMs: processMs(pid), workersMs: workers.reduce((sum, worker) => sum + processMs(worker), 0) };
}

export function timeSince(before: ServerTime, after: ServerTime): ServerTime {
  return {
    serverMs: after.serverMs - before.serverMs,
    workersMs: after.workersMs - before.workersMs,
  };
}

/** Kilobytes resident, of the server and of its workers together. */
export function residentKb(pid: number): { readonly server: number; readonly workers: number } {
  const workers = childrenOf(pid);
  return { server: rssKb(pid), workers: workers.reduce((sum, worker) => sum + rssKb(worker), 0) };
}

function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
      .split(' ')
      .filter((child) => child !== '')
      .map(Number),
  );
}

function processMs(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  const onCpuNs = tasks.map((task) => {
    const [running = '0'] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ');
    return Number(running);
  });
  return onCpuNs.reduce((sum, ns) => sum + ns, 0) / 1e6;
}

function rssKb(pid: number): number {
  const [, kb = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kb);
}
