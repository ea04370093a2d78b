import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { basePathOf, cacheControlOf, readAppFiles } from './app-files.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('the base path is put into the page', () => {
  const folder = aFolder();
  writeFileSync(join(folder, 'index.html'), '<head><base href="/" /></head>');
  expect(readAppFiles(folder, '/meet')?.page).toBe('<head><base href="/meet/" /></head>');
  expect(readAppFiles(folder, '')?.page).toBe('<head><base href="/" /></head>');
});

test('an app that was not built is no error', () => {
  expect(readAppFiles(aFolder(), '')).toBeUndefined();
});

test('the base path is the path of the public URL', () => {
  expect(basePathOf('https://a.example/meet/')).toBe('/meet');
  expect(basePathOf('https://a.example')).toBe('');
  expect(basePathOf(undefined)).toBe('');
});

test('only files with a fingerprint are kept for ever', () => {
  expect(cacheControlOf('/app/dist/assets/index-1Vzxt4qJ.js')).toContain('immutable');
  expect(cacheControlOf('/app/dist/favicon.svg')).toBe('no-cache');
});
