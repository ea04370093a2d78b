import { get } from 'node:https';
import { describe, expect, test } from 'vitest';
import { aCertificate } from '../testing/certificate.ts';
import { aServer } from '../testing/running-server.ts';

describe('the pages', () => {
  test('the landing and every room are the app, with the strict policy', async () => {
    const { url } = await aServer();
    for (const path of ['', 'blue-room', 'Zürich', 'blue-room?name=Ann']) {
      const response = await fetch(new URL(path, url));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('permissions-policy')).toContain('camera=(self)');
      expect(await response.text()).toContain('<title>Plenum</title>');
    }
  });

  test('files with a fingerprint may be kept for ever, the page never', async () => {
    const { url } = await aServer();
    const asset = await fetch(new URL('assets/index-abc123.js', url));
    expect(asset.headers.get('content-type')).toContain('javascript');
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect((await fetch(url)).headers.get('cache-control')).toBe('no-cache');
  });

  test.each(['missing.js', 'assets/missing.js', 'a.b', 'blue/green', '..%2fpackage.json', '%00', '-room'])(
    '%s is not found',
    async (path) => {
      const { url } = await aServer();
      const response = await fetch(`${url}${path}`);
      expect([400, 404]).toContain(response.status);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    },
  );

  test('a name that no room can have is explained by the app', async () => {
    const { url } = await aServer();
    const response = await fetch(`${url}two%20words`);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('<title>Plenum</title>');
  });

  test('with a base path everything lives under it, and the page knows', async () => {
    const { port, url } = await aServer({ publicUrl: 'https://example.org/meet/' });
    expect(url).toBe(`http://localhost:${port}/meet/`);
    expect(await (await fetch(`${url}room`)).text()).toContain('<base href="/meet/" />');
    expect((await fetch(`${url}assets/index-abc123.js`)).status).toBe(200);
    expect((await fetch(`${url}healthz`)).status).toBe(200);
    expect((await fetch(`http://localhost:${port}/healthz`)).status).toBe(200);
    expect((await fetch(`http://localhost:${port}/room`)).status).toBe(404);
  });
});

describe('operations', () => {
  test('health answers 200 once a call can be held', async () => {
    const { url } = await aServer();
    const response = await fetch(`${url}healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok', reasons: [] });
  });

  test('metrics have the gauges of the contract, at nothing while nobody is there', async () => {
    const { url } = await aServer();
    const response = await fetch(`${url}metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    for (const name of ['rooms', 'participants', 'sessions', 'transports', 'producers', 'consumers']) {
      expect(text).toContain(`\nplenum_${name} 0\n`);
    }
    expect(text).toContain('\nplenum_data_objects{scheme="connection"} 0\n');
    expect(text).toContain('\nplenum_data_objects{scheme="comm"} 0\n');
    expect(text).toContain('\nplenum_media_workers 1\n');
    expect(text).toContain('process_cpu_seconds_total');
  });
});

test('with a certificate it serves HTTPS, and insists on it', async () => {
  const { cert: tlsCert, key: tlsKey } = aCertificate('localhost');
  const { url } = await aServer({ tlsCert, tlsKey });
  expect(url).toMatch(/^https:\/\/localhost:/);
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  get(`${url}healthz`, { rejectUnauthorized: false }, (response) => {
    response.resume();
    resolve(response.headers['strict-transport-security']);
  }).on('error', reject);
  expect(await promise).toContain('max-age');
});

test('a certificate that cannot be read is a sentence', async () => {
  await expect(aServer({ tlsCert: '/nowhere/cert.pem', tlsKey: '/nowhere/key.pem' })).rejects.toThrow(
    'tlsCert: the file /nowhere/cert.pem cannot be read.',
  );
});
