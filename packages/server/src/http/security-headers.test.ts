import { describe, expect, test } from 'vitest';
import { securityHeaders } from './security-headers.ts';

const plain = { isSecure: false, host: 'localhost:8080' };

describe('Content-Security-Policy', () => {
  test('allows nothing but our own', () => {
    const policy = securityHeaders(plain)['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self';");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  test('names the WebSocket of the host that was asked for', () => {
    const policyOf = (context: Parameters<typeof securityHeaders>[0]) =>
      securityHeaders(context)['content-security-policy'];
    expect(policyOf(plain)).toContain("connect-src 'self' ws://localhost:8080;");
    expect(policyOf({ isSecure: true, host: '[2001:db8::1]' })).toContain('wss://[2001:db8::1];');
  });

  test.each(['a.example; script-src *', 'a.example evil.example', 'a\r\nb', "'unsafe-inline'", undefined])(
    'a host that is none does not get into it: %j',
    (host) => {
      expect(securityHeaders({ isSecure: false, host })['content-security-policy']).toContain(
        "connect-src 'self';",
      );
    },
  );
});

test('camera and microphone are for our own pages', () => {
  const policy = securityHeaders(plain)['permissions-policy'];
  for (const feature of ['camera', 'microphone', 'display-capture', 'speaker-selection']) {
    expect(policy).toContain(`${feature}=(self)`);
  }
});

test('HTTPS is insisted on only where there is HTTPS', () => {
  expect(securityHeaders(plain)).not.toHaveProperty('strict-transport-security');
  expect(securityHeaders({ ...plain, isSecure: true })).toHaveProperty('strict-transport-security');
});
