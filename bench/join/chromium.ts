// Debian's Chromium with a made-up camera and microphone, both allowed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

export interface ChromiumOptions {
  /** Put in front of the command. */
  readonly launcher?: readonly string[] | undefined;
  readonly extraFlags?: readonly string[];
}

/** It ends with this process at the latest: the pipe by which it is driven breaks. */
export async function startChromium({ launcher = [], extraFlags = [] }: ChromiumOptions): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'plenum-chromium-'));
  const executablePath = join(folder, 'chromium');
  await writeFile(executablePath, script([...launcher, '/usr/bin/chromium']), { mode: 0o700 });
  try {
    return await chromium.launch({ executablePath, args: [...flags, ...extraFlags] });
  } finally {
    // The shell has read it once the browser answers.
    await rm(folder, { recursive: true, force: true });
  }
}

/** The browser gets a session of its own, which is lifted above other work on the machine where that is permitted. */
function script(command: readonly string[]): string {
  const lift = '{ echo -15 > /proc/self/autogroup; } 2>/dev/null';
  return ['#!/bin/sh', lift, `exec ${command.join(' ')} "$@"`, ''].join('\n');
}
