import { describe, expect, test } from 'vitest';
import { defaultDomain, localUrl } from './public-address.ts';
import { insecurityNotice, isReachableFromElsewhere } from './reachability.ts';

const local = { host: '127.0.0.1', announcedAddress: [] };

describe('the notice that browsers will refuse the camera', () => {
  test('is given when bound to an outer address without HTTPS', () => {
    expect(insecurityNotice({ ...local, host: '0.0.0.0' })).toContain('--tls-cert');
    expect(insecurityNotice({ ...local, host: '192.0.2.1', publicUrl: 'http://a.example' })).toBeDefined();
  });

  test.each([
    ['bound to loopback', local],
    ['with a certificate', { ...local, host: '0.0.0.0', tlsCert: 'a.pem' }],
    ['behind a proxy with HTTPS', { ...local, host: '0.0.0.0', publicUrl: 'https://a.example' }],
  ])('is not given %s', (_when, exposure) => {
    expect(insecurityNotice(exposure)).toBeUndefined();
  });
});

describe('media is for other machines too', () => {
  test.each([
    ['bound to an outer address', { ...local, host: '0.0.0.0' }],
    ['behind a proxy', { ...local, publicUrl: 'https://meet.example.org' }],
    ['with an announced address', { ...local, announcedAddress: ['198.51.100.1'] }],
  ])('%s', (_when, exposure) => {
    expect(isReachableFromElsewhere(exposure)).toBe(true);
  });

  test('but not by default', () => {
    expect(isReachableFromElsewhere(local)).toBe(false);
    expect(isReachableFromElsewhere({ ...local, publicUrl: 'http://localhost:9000/meet' })).toBe(false);
  });
});

test.each([
  [{ host: '127.0.0.1', port: 8080, isSecure: false, basePath: '' }, 'http://localhost:8080/'],
  [{ host: '0.0.0.0', port: 80, isSecure: false, basePath: '/meet' }, 'http://localhost/meet/'],
  [{ host: '2001:db8::1', port: 443, isSecure: true, basePath: '' }, 'https://[2001:db8::1]/'],
])('the link of %o', (servedAt, url) => {
  expect(localUrl(servedAt)).toBe(url);
});

test('the domain is the public host, or localhost', () => {
  expect(defaultDomain('https://meet.example.org/x')).toBe('meet.example.org');
  expect(defaultDomain('https://[2001:db8::1]')).toBe('localhost');
  expect(defaultDomain(undefined)).toBe('localhost');
});
