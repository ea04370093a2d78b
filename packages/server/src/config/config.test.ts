import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConferenceError } from '@plenum/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createConfig, readConfig } from './config.ts';
import type { Config } from './schema.ts';

function read(args: readonly string[], env: Record<string, string> = {}): Config {
  const request = readConfig(args, env);
  if (request.kind !== 'serve') throw new Error('expected a configuration');
  return request.config;
}

function refusalOf(run: () => unknown): ConferenceError {
  try {
    run();
  } catch (error) {
    if (error instanceof ConferenceError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

function aFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'plenum.json');
  writeFileSync(path, content);
  return path;
}

describe('where options come from', () => {
  test('without any, the defaults serve this machine only', () => {
    expect(read([])).toMatchObject({ host: '127.0.0.1', port: 8080, announcedAddress: [], data: '.plenum' });
  });

  test('flags go before the environment, that before the file, that before the defaults', () => {
    const path = aFile('{ "port": 1, "host": "::1", "mediaBasePort": 30000, "limits": { "rooms": 7 } }');
    const config = read(['--config', path, '--port', '3'], { PLENUM_PORT: '2', PLENUM_HOST: '0.0.0.0' });
    expect(config).toMatchObject({ port: 3, host: '0.0.0.0', mediaBasePort: 30000 });
    expect(config.limits).toMatchObject({ rooms: 7, participantsPerRoom: 1000 });
  });

  test('the environment may name the file', () => {
    expect(read([], { PLENUM_CONFIG: aFile('{ "port": 9 }') }).port).toBe(9);
  });

  test('a list is a repeated flag, or words with commas between', () => {
    const two = ['192.0.2.1', '2001:db8::1'];
    expect(read(['--announced-address', '192.0.2.1', '--announced-address', '2001:db8::1'])).toMatchObject({
      announcedAddress: two,
    });
    expect(read([], { PLENUM_ANNOUNCED_ADDRESS: '192.0.2.1, 2001:db8::1' })).toMatchObject({
      announcedAddress: two,
    });
  });

  test('a group has its flags and variables too', () => {
    expect(read(['--limits-rooms', '3']).limits.rooms).toBe(3);
    expect(read([], { PLENUM_LIMITS_ROOMS: '4' }).limits.rooms).toBe(4);
  });

  test('variables of others are not looked at', () => {
    expect(() => read([], { PATH: '/bin', PLENUM_CACHE: '/tmp' })).not.toThrow();
  });

  test('--help asks for nothing else', () => {
    expect(readConfig(['--help', '--port', 'x'], {})).toEqual({ kind: 'help' });
  });
});

describe('what is refused, with a sentence that names the option and what is allowed', () => {
  test.each([
    ['an unknown flag', ['--prot', '1'], {}, ['--prot', '--port']],
    ['a stray word', ['serve'], {}, ['serve']],
    ['a flag without its value', ['--port'], {}, ['--port']],
    ['an unknown variable', [], { PLENUM_PROT: '1' }, ['PLENUM_PROT', 'PLENUM_PORT']],
    ['a port that is none', ['--port', 'abc'], {}, ['port', '--port', '"abc"', '0 to 65535']],
    ['a port out of range', [], { PLENUM_PORT: '65536' }, ['port', 'PLENUM_PORT', '65536']],
    ['a public URL with a query', ['--public-url', 'https://a.example/?b'], {}, ['publicUrl']],
    ['a public URL of another scheme', ['--public-url', 'ftp://a.example'], {}, ['publicUrl', 'https']],
    ['an origin with a path', ['--allowed-origins', 'https://a.example/b'], {}, ['allowedOrigins']],
    ['a subnet that is none', ['--trusted-proxies', '10.0.0.0/33'], {}, ['trustedProxies']],
    ['a certificate without its key', ['--tls-cert', 'a.pem'], {}, ['tlsCert', 'tlsKey']],
    [
      'relay ports without any',
      ['--relay-min-port', '50000', '--relay-max-port', '49999'],
      {},
      ['relayMinPort'],
    ],
    ['a limit of nothing', ['--limits-rooms', '0'], {}, ['limits.rooms', '--limits-rooms']],
  ])('%s', (_what, args, env, words) => {
    const error = refusalOf(() => read(args, env));
    expect(error.code).toBe('invalid-config');
    for (const word of words) expect(error.message).toContain(word);
  });

  test.each([
    ['an unknown option in the file', '{ "prot": 1 }', "'prot'"],
    ['an unknown option in a group', '{ "limits": { "room": 1 } }', "'limits.room'"],
    ['a group that is none', '{ "limits": 1 }', "'limits'"],
    ['a value of another type', '{ "port": "8080" }', 'port'],
    ['a file without an object', '[]', 'object'],
    ['a file that is no JSON', '{', 'JSON'],
  ])('%s', (_what, content, word) => {
    const error = refusalOf(() => read(['--config', aFile(content)]));
    expect(error.code).toBe('invalid-config');
    expect(error.message).toContain(word);
  });

  test('a file that is not there', () => {
    expect(refusalOf(() => read(['--config', '/nowhere/plenum.json'])).message).toContain('cannot be read');
  });
});

describe('a configuration for programs', () => {
  test('is made of values and defaults, by the same rules', () => {
    expect(createConfig({ port: 0, limits: { rooms: 2 } })).toMatchObject({ port: 0, limits: { rooms: 2 } });
    expect(refusalOf(() => createConfig({ port: -1 })).code).toBe('invalid-config');
  });

  test('cannot be changed afterwards', () => {
    const config = createConfig();
    expect(Object.isFrozen(config) && Object.isFrozen(config.limits)).toBe(true);
    expect(Object.isFrozen(config.announcedAddress)).toBe(true);
  });
});
