/** How much recordings may take up of the disk. */
import type { Dirent } from 'node:fs';
import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ConferenceError } from '@plenum/protocol';

export interface StorageLimits {
  /** Octets of its disk that are left free. */
  readonly reserve: number;
  /** Octets that all recordings together have at most; undefined for as much as the disk has. */
  readonly quota: number | undefined;
}

/** @throws ConferenceError `storage-full` where one of them is reached; Error where the folder cannot be read. */
export async function checkStorage(folder: string, { reserve, quota }: StorageLimits): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < reserve) throw new ConferenceError('storage-full');
  if (quota === undefined) return;
  const octets = await octetsOf(folder, await readdir(folder, { withFileTypes: true }));
  if (octets >= quota) throw new ConferenceError('storage-full');
}

/** All files of all folders below, one folder after the other; what is deleted meanwhile, or is somebody else's, counts nothing. */
async function octetsOf(folder: string, entries: readonly Dirent[]): Promise<number> {
  let octets = 0;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      octets += await octetsOf(
        path,
        (await readdir(path, { withFileTypes: true }).catch(ignoreForeign)) ?? [],
      );
    else if (entry.isFile()) octets += (await stat(path).catch(ignoreForeign))?.size ?? 0;
  }
  return octets;
}

/** Such as `lost+found`, where the folder is a disk of its own. */
const foreignCodes: ReadonlySet<unknown> = new Set(['ENOENT', 'EACCES', 'EPERM']);

function ignoreForeign(thrown: unknown): undefined {
  if (thrown instanceof Error && 'code' in thrown && foreignCodes.has(thrown.code)) return undefined;
  throw thrown;
}
