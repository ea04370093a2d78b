import { describe, expect, test } from 'vitest';
import { isOriginAllowed } from './origin-check.ts';

const policy = { publicUrl: undefined, allowedOrigins: [] };

describe('there is a way in for', () => {
  test.each([
    ['a client that is no browser', undefined, 'localhost:8080', policy],
    ['our own page', 'http://localhost:8080', 'localhost:8080', policy],
    ['our own page on the port that HTTPS implies', 'https://a.example', 'a.example:443', policy],
    ['our own page behind a proxy with HTTPS', 'https://a.example', 'a.example', policy],
    [
      'the public page',
      'https://a.example',
      'inner:8080',
      { ...policy, publicUrl: 'https://a.example/meet' },
    ],
    [
      'a page that is allowed',
      'https://b.example',
      'a.example',
      { ...policy, allowedOrigins: ['https://b.example'] },
    ],
  ])('%s', (_who, origin, host, rules) => {
    expect(isOriginAllowed(origin, host, rules)).toBe(true);
  });
});

describe('a socket is refused to', () => {
  test.each([
    ['a page of another host', 'https://evil.example', 'localhost:8080'],
    ['a page of another port', 'http://localhost:9090', 'localhost:8080'],
    ['a page that looks alike', 'http://localhost:8080.evil.example', 'localhost:8080'],
    ['a page without an origin of its own', 'null', 'localhost:8080'],
    ['what is no origin', 'localhost:8080', 'localhost:8080'],
    ['a browser that asked for no host', 'http://localhost:8080', undefined],
  ])('%s', (_who, origin, host) => {
    expect(isOriginAllowed(origin, host, policy)).toBe(false);
  });
});
