/** A device that gets only so much processor time: a control group of Linux (cgroups 1 or 2) of its own. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

export interface SlowDevice {
  /** For a browser that is to be on it. */
  readonly launcher: readonly string[];
  /** From now on it has so much of one core, or all of them. */
  limit(share: number | undefined): void;
}

/** Where groups for processor time are, and how one is limited. */
interface Hierarchy {
  readonly folder: string;
  /** @param quotaUs Of each period; undefined for all of it. */
  write(group: string, quotaUs: number | undefined, periodUs: number): void;
}

const older: Hierarchy = {
  folder: '/sys/fs/cgroup/cpu',
  write: (group, quotaUs, periodUs) => {
    writeFileSync(join(group, 'cpu.cfs_period_us'), `${periodUs}`);
    writeFileSync(join(group, 'cpu.cfs_quota_us'), `${quotaUs ?? -1}`);
  },
};
const newer: Hierarchy = {
  folder: '/sys/fs/cgroup',
  write: (group, quotaUs, periodUs) =>
    writeFileSync(join(group, 'cpu.max'), `${quotaUs ?? 'max'} ${periodUs}`),
};
const hierarchy = existsSync(older.folder) ? older : newer;

/** Short beside a frame: a slow processor works all the time, and does not stand still for a tenth of a second. */
const periodUs = 10_000;
/** The browser's processes end one after the other. */
const emptyWithin = { timeout: 10_000, interval: 100 };

/** Says why not where not. */
export function canSlowDown(tested: string): boolean {
  const group = join(hierarchy.folder, `plenum-test-${process.pid}`);
  try {
    mkdirSync(group);
  } catch {
    return refuse(tested);
  }
  try {
    hierarchy.write(group, periodUs, periodUs);
    return true;
  } catch {
    return refuse(tested);
  } finally {
    rmdirSync(group);
  }
}

function refuse(tested: string): false {
  process.stdout.write(`  No test of ${tested}: processor time cannot be limited here.\n`);
  return false;
}

/** Ends with its test, after the browsers that are on it. */
export function aSlowDevice(): SlowDevice {
  const group = join(hierarchy.folder, `plenum-slow-${process.pid}`);
  mkdirSync(group);
  onTestFinished(() => expect.poll(() => remove(group), emptyWithin).toBe(true));
  const script = fileURLToPath(new URL('in-group.sh', import.meta.url));
  return {
    launcher: [script, join(group, 'cgroup.procs')],
    limit: (share) => hierarchy.write(group, share && share * periodUs, periodUs),
  };
}

function remove(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
