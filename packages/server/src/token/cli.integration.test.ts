/** The program as a shell runs it. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const program = fileURLToPath(new URL('../cli.ts', import.meta.url));

interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

test('plenum token prints the token alone, so that it can be piped', async () => {
  const data = mkdtempSync(join(tmpdir(), 'plenum-cli-'));
  onTestFinished(() => rmSync(data, { recursive: true }));
  const { code, stdout } = await run('token', '--room', 'standup', '--name', 'Ann', '--data', data);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
});

test('plenum token says in one sentence what is wrong, and ends with 1', async () => {
  const { code, stdout, stderr } = await run('token', '--room', 'a b', '--name', 'Ann');
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^plenum: --room R .*\n$/);
});

test('plenum and plenum serve are the server’s program', async () => {
  const help = await run('--help');
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('--media-base-port');
  expect(await run('serve', '--help')).toEqual(help);
});
