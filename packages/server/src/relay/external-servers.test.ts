import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readExternalServers } from './external-servers.ts';

function aFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-ice-servers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'ice-servers.json');
  writeFileSync(path, content);
  return path;
}

test('servers of others need a name and password, a secret, or nothing where they are STUN', () => {
  const servers = [
    { urls: ['stun:stun.example.org'] },
    { urls: ['turn:turn.example.org:3478?transport=udp'], username: 'ann', credential: 'pass' },
    { urls: ['turns:turn.example.org:443?transport=tcp', 'turn:[2001:db8::1]:3478'], secret: 'north' },
  ];
  expect(readExternalServers(aFile(JSON.stringify(servers)))).toEqual(servers);
  expect(readExternalServers(undefined)).toEqual([]);
});

test.each([
  ['no JSON', '[', 'is no JSON'],
  ['no list', '{}', 'the list'],
  ['TURN without credentials', '[{ "urls": ["turn:a.example"] }]', '0'],
  ['another scheme', '[{ "urls": ["https://a.example"], "secret": "north" }]', '0'],
  ['a word that is not known', '[{ "urls": ["stun:a.example"], "user": "north" }]', '0'],
])('%s is refused with a sentence that quotes no secret', (_what, content, word) => {
  expect(() => readExternalServers(aFile(content))).toThrow(word);
  expect(() => readExternalServers(aFile(content))).not.toThrow('north');
});

test('a file that is not there', () => {
  expect(() => readExternalServers('/nowhere/servers.json')).toThrow('cannot be read');
});
