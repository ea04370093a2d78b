import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { aFolder } from '../testing/running-server.ts';
import { createConfig, readConfig } from './config.ts';
import { options } from './schema.ts';
import { readStoreKeyFile, readStoreKeys } from './store-keys.ts';

const keys = { accessKeyId: 'the-id', secretAccessKey: 'the-secret' };

function aKeyFile(content: string, mode = 0o600): string {
  const path = join(aFolder(), 'keys.json');
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

test('[C79] keys of a store are in the environment by the names that other tools read too, or in a file', () => {
  const env = { AWS_ACCESS_KEY_ID: 'the-id', AWS_SECRET_ACCESS_KEY: 'the-secret' };
  expect(readStoreKeys(env)).toEqual(keys);
  expect(readStoreKeys({ ...env, AWS_SESSION_TOKEN: 'lent' })).toEqual({ ...keys, sessionToken: 'lent' });
  expect(readStoreKeys({})).toBeUndefined();
  expect(readStoreKeyFile(aKeyFile(JSON.stringify(keys)))).toEqual(keys);
  const request = readConfig(['--recording-bucket', 'meetings'], env);
  expect(request).toMatchObject({ storeKeys: keys });
  // And nowhere where they are shown.
  expect(request.kind === 'serve' && JSON.stringify(request.config)).not.toContain('the-secret');
  expect(options.filter(({ name }) => /secret|accesskey/i.test(name))).toEqual([]);
});

test('[C79] without a store nobody asks for its keys', () => {
  expect(readConfig([], { AWS_ACCESS_KEY_ID: 'the-id' })).toMatchObject({ storeKeys: undefined });
  expect(() => createConfig({ recordingEndpoint: 'http://store.test' })).toThrow('recordingBucket');
});

test.each([
  ['half of a pair', () => readStoreKeys({ AWS_ACCESS_KEY_ID: 'the-id' }), 'belong together'],
  ['a file that is not there', () => readStoreKeyFile('/nowhere/keys.json'), 'cannot be read'],
  ['a file that is no JSON', () => readStoreKeyFile(aKeyFile('the-secret')), 'is no JSON'],
  ['a file with something else', () => readStoreKeyFile(aKeyFile('{"key":"the-secret"}')), 'is not {'],
  [
    'a file that others read',
    () => readStoreKeyFile(aKeyFile(JSON.stringify(keys), 0o640)),
    'run chmod 600 on it',
  ],
])('[C79] %s is refused, and what is in it not repeated', (_what, read, words) => {
  try {
    read();
    expect.unreachable();
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'invalid-config', message: expect.stringContaining(words) });
    expect(String(thrown)).not.toContain('the-secret');
  }
});
