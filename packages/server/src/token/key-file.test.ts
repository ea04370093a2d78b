import { execFile } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { readTokenKey, tokenKeyFile } from './key-file.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

function aKeyFile(bytes: number, mode: number): string {
  const data = aFolder();
  writeFileSync(tokenKeyFile(data), new Uint8Array(bytes).fill(7));
  chmodSync(tokenKeyFile(data), mode);
  return data;
}

const permissions = (path: string) => statSync(path).mode & 0o777;

test('[T8] the key is made on the first start, readable by its owner only, and stays', () => {
  const data = join(aFolder(), 'deep', 'data');
  const key = readTokenKey(data);
  expect(key).toHaveLength(32);
  expect(new Set(key).size).toBeGreaterThan(8);
  expect(permissions(data)).toBe(0o700);
  expect(permissions(tokenKeyFile(data))).toBe(0o600);
  expect(readTokenKey(data)).toEqual(key);
  expect(readdirSync(data)).toEqual(['token.key']);
});

test('[T8] every data folder has a key of its own', () => {
  expect(readTokenKey(aFolder())).not.toEqual(readTokenKey(aFolder()));
});

test('[T8] processes that start at once agree on one key', async () => {
  const data = join(aFolder(), 'data');
  const module = JSON.stringify(new URL('./key-file.ts', import.meta.url).href);
  const program = `
    const { readTokenKey } = await import(${module});
    process.stdout.write(Buffer.from(readTokenKey(${JSON.stringify(data)})).toString('hex'));
  `;
  const run = () => promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
  const printed = await Promise.all([run(), run(), run(), run()]);
  const key = readFileSync(tokenKeyFile(data)).toString('hex');
  expect(printed.map(({ stdout }) => stdout)).toEqual([key, key, key, key]);
  expect(readdirSync(data)).toEqual(['token.key']);
});

test.each([0o640, 0o604, 0o660, 0o666])('[T8] a key file with permissions %o is refused', (mode) => {
  const data = aKeyFile(32, mode);
  expect(() => readTokenKey(data)).toThrow(
    expect.objectContaining({
      code: 'invalid-config',
      message: expect.stringMatching(/token\.key is open to other users of this machine: run chmod 600 /),
    }),
  );
});

test('[T8] a key file that is only readable will do', () => {
  expect(readTokenKey(aKeyFile(32, 0o400))).toHaveLength(32);
});

test.each([0, 31, 33, 64])('[T8] a key file of %i bytes is refused', (bytes) => {
  const data = aKeyFile(bytes, 0o600);
  expect(() => readTokenKey(data)).toThrow(
    expect.objectContaining({
      code: 'invalid-config',
      message: expect.stringMatching(new RegExp(`holds ${bytes} bytes instead of 32`)),
    }),
  );
});

test('[T8] where no key file can be, one sentence says so', () => {
  const data = join(aFolder(), 'data');
  writeFileSync(data, 'a file');
  const refused = {
    code: 'invalid-config',
    message: expect.stringMatching(/cannot be (read|made) \(E\w+\)\.$/),
  };
  expect(() => readTokenKey(data)).toThrow(expect.objectContaining(refused));
  const folder = aFolder();
  mkdirSync(tokenKeyFile(folder), { mode: 0o700 });
  expect(() => readTokenKey(folder)).toThrow(expect.objectContaining(refused));
  const dangling = aFolder();
  symlinkSync(join(dangling, 'nowhere'), tokenKeyFile(dangling));
  expect(() => readTokenKey(dangling)).toThrow(expect.objectContaining({ code: 'invalid-config' }));
  expect(readdirSync(dangling)).toEqual(['token.key']);
});
