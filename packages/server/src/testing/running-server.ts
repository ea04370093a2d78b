/** Real servers for tests, on free ports; each ends with its test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Logger, silentLogger } from '@plenum/hyperty';
import { onTestFinished } from 'vitest';
import { createConfig } from '../config/config.ts';
import { type RunningServer, startServer } from '../start.ts';

type Values = NonNullable<Parameters<typeof createConfig>[0]>;

export async function aServer(values: Values = {}, logger: Logger = silentLogger): Promise<RunningServer> {
  const own = { port: 0, mediaBasePort: 0, mediaWorkers: 1, relay: 'off', data: aFolder() } as const;
  const config = createConfig({ ...own, ...values });
  const server = await startServer(config, { appFolder: anApp(), logger });
  onTestFinished(() => server.close());
  return server;
}

/** The smallest app: a page and one file with a fingerprint. */
function anApp(): string {
  const folder = aFolder();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><base href="/" /><title>Plenum</title>');
  writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {};');
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return folder;
}

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
