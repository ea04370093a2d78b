/** What a failing test leaves for whoever has to find the cause: screenshots and the server's log. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;
let isKept = false;

/** One folder for each run of a test file; removed at its end unless a test failed. */
export function evidenceFolder(): string {
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'plenum-e2e-'));
    folder = made;
    process.once('exit', () => {
      if (!isKept) rmSync(made, { recursive: true, force: true });
    });
  }
  return folder;
}

export function keepEvidence(test: string, what: string, path: string): void {
  isKept = true;
  process.stderr.write(`\n  ${test}: ${what}: ${path}\n`);
}

export function screenshotPath(name: string): string {
  return join(evidenceFolder(), `${name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}-${Date.now()}.png`);
}
