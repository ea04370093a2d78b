/** An example that is a page, built and served as a developer does it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview } from 'vite';
import { onTestFinished } from 'vitest';

/** Gone with its test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-example-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Where the built page is. */
export async function buildPage(example: string): Promise<string> {
  const outDir = aFolder();
  const root = join(import.meta.dirname, '..', example);
  await build({ root, base: './', configFile: false, logLevel: 'error', build: { outDir } });
  return outDir;
}

/** The page's own address, which is not the conference server's: `?server=` has to name that. */
export async function servePage(example: string): Promise<string> {
  const outDir = await buildPage(example);
  const server = await preview({
    configFile: false,
    logLevel: 'error',
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0 },
  });
  onTestFinished(() => server.close());
  return server.resolvedUrls?.local[0] ?? '';
}
