// CPU time, waiting time and memory of one process, as Linux accounts for them.
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface CpuUsage {
  /** utime + stime, in steps of one clock tick. */
  readonly cpuMs: number;
  /** The scheduler's own sum over the threads that live now: finer, and a check of the other. */
  readonly scheduledMs: number;
}

const clockTickMs = 10;
const raisedNice = -15;
const sessionFile = '/proc/self/autogroup';

export async function cpuUsage(pid: number): Promise<CpuUsage> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Fields are counted from behind the command, which may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  let scheduled = 0;
  for (const thread of await readdir(`/proc/${pid}/task`)) {
    const [ran = '0'] = (await threadSchedule(pid, thread)).split(' ');
    scheduled += Number(ran);
  }
  return { cpuMs: ticks * clockTickMs, scheduledMs: scheduled / 1e6 };
}

async function threadSchedule(pid: number, thread: string): Promise<string> {
  // A thread may end between the listing and the reading.
  return readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0 0 0');
}

/** Time that each core was not idle, or that its host gave to others. */
export async function busyMsPerCore(): Promise<number[]> {
  const lines = (await readFile('/proc/stat', 'utf8')).split('\n').filter((line) => /^cpu\d/.test(line));
  return lines.map((line) => {
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line
      .split(/\s+/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + softirq + steal) * clockTickMs;
  });
}

export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1] ?? 0) * 1024;
}

/**
 * Lifts a process above other work on the machine, so that this disturbs the measurement less. Needs privileges;
 * without them the measurement goes on, only noisier. Threads started later inherit it.
 */
export function raisePriority(pid: number): void {
  try {
    setPriority(pid, raisedNice);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error;
  }
}

/**
 * The same for this process's session and all it starts: where the kernel groups by session, priorities count only
 * within one. Returns what puts it back.
 */
export async function raiseSession(): Promise<() => Promise<void>> {
  const before = (await readFile(sessionFile, 'utf8').catch(() => '')).match(/nice (-?\d+)/)?.[1];
  if (before === undefined || !(await writeSessionNice(String(raisedNice)))) return async () => undefined;
  return async () => {
    await writeSessionNice(before);
  };
}

async function writeSessionNice(nice: string): Promise<boolean> {
  return writeFile(sessionFile, nice).then(
    () => true,
    () => false,
  );
}

/** Binds all threads that exist, and those they will start, to one core. */
export async function pinToCore(pid: number, core: number): Promise<void> {
  await run('taskset', ['-a', '-c', '-p', String(core), String(pid)]);
}
