import { expect, test } from 'vitest';
import { relayHosts, relayUrls } from './relay-urls.ts';

test('the URLs name each way to the relay, UDP first and TLS last', () => {
  const tls = { host: 'meet.example.org', port: 443 };
  expect(relayUrls({ hosts: ['198.51.100.9', '2001:db8::5'], port: 3478, tls })).toEqual({
    stun: ['stun:198.51.100.9:3478', 'stun:[2001:db8::5]:3478'],
    turn: [
      'turn:198.51.100.9:3478?transport=udp',
      'turn:[2001:db8::5]:3478?transport=udp',
      'turn:198.51.100.9:3478?transport=tcp',
      'turn:[2001:db8::5]:3478?transport=tcp',
      'turns:meet.example.org:443?transport=tcp',
    ],
  });
});

test('of many addresses the first of each family is named', () => {
  const addresses = ['192.0.2.1', '172.17.0.1', '2001:db8::5', '2001:db8::6'].map((ip) => ({ ip }));
  expect(relayHosts(addresses)).toEqual(['192.0.2.1', '2001:db8::5']);
});

test('what is announced goes before what is not', () => {
  const behindNat = { ip: '10.0.0.5', announcedAddress: '198.51.100.9' };
  expect(relayHosts([{ ip: '10.0.0.4' }, behindNat])).toEqual(['198.51.100.9']);
  expect(relayHosts([{ ip: '10.0.0.4', announcedAddress: 'media.example.org' }])).toEqual([
    'media.example.org',
  ]);
});
