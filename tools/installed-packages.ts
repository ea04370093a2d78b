// Says by its exit code whether node_modules holds what package-lock.json asks for, by the note npm leaves there.
// For checkouts that were installed by hand; ./start would otherwise install all of it again.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly link?: boolean;
}

type Lock = Readonly<Record<string, LockedPackage>>;

/** The places where what is installed differs from what is locked. Optional packages may be absent. */
export function differingPackages(locked: Lock, installed: Lock): readonly string[] {
  const places = new Set([...Object.keys(locked), ...Object.keys(installed)]);
  return [...places].filter((place) => isInNodeModules(place) && differs(locked[place], installed[place]));
}

/** The root and the workspaces are in the lock too, but are not installed. */
function isInNodeModules(place: string): boolean {
  return place.includes('node_modules/');
}

function differs(locked: LockedPackage | undefined, installed: LockedPackage | undefined): boolean {
  if (locked === undefined) return true;
  if (installed === undefined) return locked.optional !== true;
  return (
    locked.version !== installed.version ||
    locked.integrity !== installed.integrity ||
    (locked.link ?? false) !== (installed.link ?? false)
  );
}

function readLock(path: string): Lock {
  const parsed: { packages?: Lock } = JSON.parse(readFileSync(path, 'utf8'));
  return parsed.packages ?? {};
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const note = 'node_modules/.package-lock.json';
  const isComplete =
    existsSync(note) && differingPackages(readLock('package-lock.json'), readLock(note)).length === 0;
  process.exitCode = isComplete ? 0 : 1;
}
