import { expect, test } from 'vitest';
import { differingPackages } from './installed-packages.ts';

const ws = { version: '8.0.0', integrity: 'sha512-a' };
const locked = {
  '': { version: '0.1.0' },
  'packages/server': { version: '0.1.0' },
  'node_modules/ws': ws,
  'node_modules/for-another-platform': { version: '1.0.0', optional: true },
};

test('what is installed as locked does not differ; optional packages may be absent', () => {
  expect(differingPackages(locked, { 'node_modules/ws': ws })).toEqual([]);
});

test.each([
  ['of another version', { 'node_modules/ws': { ...ws, version: '8.0.1' } }, 'node_modules/ws'],
  ['of another content', { 'node_modules/ws': { ...ws, integrity: 'sha512-b' } }, 'node_modules/ws'],
  ['missing', {}, 'node_modules/ws'],
  ['too many', { 'node_modules/ws': ws, 'node_modules/old': ws }, 'node_modules/old'],
])('a package %s differs', (_how, installed, place) => {
  expect(differingPackages(locked, installed)).toEqual([place]);
});
