import { describe, expect, test } from 'vitest';
import { type CoturnSettings, formatCoturnConfig } from './coturn-config.ts';

const settings: CoturnSettings = {
  addresses: [{ ip: '10.0.0.5', announcedAddress: '198.51.100.9' }, { ip: '2001:db8::5' }],
  port: 3478,
  tls: undefined,
  minPort: 50_000,
  maxPort: 50_099,
  allowedPeers: ['10.1.0.0/16'],
  realm: 'meet.example.org',
  secret: 'north',
  folder: '/data/relay',
};

function linesOf(changes: Partial<CoturnSettings> = {}): readonly string[] {
  return formatCoturnConfig({ ...settings, ...changes }).split('\n');
}

describe('what coturn is told', () => {
  test('it listens on and sends from the addresses of media, and tells the announced ones', () => {
    expect(linesOf()).toEqual(
      expect.arrayContaining([
        'listening-port=3478',
        'listening-ip=10.0.0.5',
        'listening-ip=2001:db8::5',
        'relay-ip=10.0.0.5',
        'relay-ip=2001:db8::5',
        'external-ip=198.51.100.9/10.0.0.5',
        'min-port=50000',
        'max-port=50099',
        'total-quota=100',
      ]),
    );
  });

  test('it asks for credentials that end, has no command line, and writes into its folder only', () => {
    expect(linesOf()).toEqual(
      expect.arrayContaining([
        'use-auth-secret',
        'static-auth-secret=north',
        'realm=meet.example.org',
        'no-cli',
        'no-multicast-peers',
        'no-tcp-relay',
        'log-file=stdout',
        'pidfile=/data/relay/turnserver.pid',
        'userdb=/data/relay/users.sqlite',
      ]),
    );
  });

  test('TLS comes with a certificate, in versions that are still safe', () => {
    expect(linesOf()).toContain('no-tls');
    const tls = linesOf({ tls: { port: 443, cert: '/etc/a b.pem', key: '/etc/key.pem' } });
    expect(tls).not.toContain('no-tls');
    for (const line of ['tls-listening-port=443', 'cert=/etc/a b.pem', 'pkey=/etc/key.pem', 'no-tlsv1_1']) {
      expect(tls).toContain(line);
    }
  });

  test('nothing from the configuration becomes an option of its own', () => {
    const tls = { port: 443, cert: '/a\nallow-loopback-peers', key: '/b' };
    expect(() => linesOf({ tls })).toThrow('The relay cannot use cert.');
  });
});

describe('whom it sends to', () => {
  test.each([
    ['loopback', '127.0.0.0-127.255.255.255'],
    ['private networks', '10.0.0.0-10.255.255.255'],
    ['a cloud’s metadata', '169.254.0.0-169.254.255.255'],
    ['private networks of IPv6', 'fc00:0:0:0:0:0:0:0-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['IPv4 in IPv6', '0:0:0:0:0:ffff:0:0-0:0:0:0:0:ffff:ffff:ffff'],
  ])('not to %s', (_what, range) => {
    expect(linesOf()).toContain(`denied-peer-ip=${range}`);
  });

  test('but to the media server’s own addresses, announced or not, and to what is configured', () => {
    const allowed = linesOf().filter((line) => line.startsWith('allowed-peer-ip='));
    expect(allowed).toEqual([
      'allowed-peer-ip=10.0.0.5-10.0.0.5',
      'allowed-peer-ip=198.51.100.9-198.51.100.9',
      'allowed-peer-ip=2001:db8:0:0:0:0:0:5-2001:db8:0:0:0:0:0:5',
      'allowed-peer-ip=10.1.0.0-10.1.255.255',
    ]);
    expect(linesOf()).not.toContain('allow-loopback-peers');
  });

  test('to loopback only where media itself is there', () => {
    const lines = linesOf({ addresses: [{ ip: '127.0.0.1' }] });
    expect(lines).toContain('allow-loopback-peers');
    expect(lines).toContain('allowed-peer-ip=127.0.0.1-127.0.0.1');
  });
});
