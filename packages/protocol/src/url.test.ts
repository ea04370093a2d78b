import { expect, test } from 'vitest';
import { baseAddress, isPublishAddress, parseAddress, splitAddress } from './url.ts';

test('an address is split into scheme, domain and path', () => {
  expect(splitAddress('comm://acme.test/a/b')).toEqual({ scheme: 'comm', domain: 'acme.test', path: 'a/b' });
  expect(splitAddress('domain://registry.acme.test')).toMatchObject({ path: '' });
});

test.each([
  'comm://acme.test/a b',
  'comm://acme.test//a',
  'comm://acme.test/a/',
  'comm://acme test/a',
  'acme.test/a',
  'ftp://acme.test/a',
  '',
  `comm://acme.test/${'a'.repeat(600)}`,
  'comm://acme.test/ä',
])('%j is no address', (text) => {
  expect(splitAddress(text)).toBeUndefined();
  expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'bad-message' }));
});

test('sub-addresses belong to their object, and only whole words are sub-addresses', () => {
  const room = parseAddress('comm://acme.test/room');
  for (const suffix of ['/changes', '/subscription', '/registration', '/children/chat']) {
    expect(baseAddress(parseAddress(`${room}${suffix}`))).toBe(room);
  }
  const other = parseAddress('comm://acme.test/changesets');
  expect(baseAddress(other)).toBe(other);
  expect(isPublishAddress(other)).toBe(false);
});
