/** A folder for one test, gone after it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plenum-mixer-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
