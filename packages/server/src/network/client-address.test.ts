import { describe, expect, test } from 'vitest';
import { limitKeyOf, placeOf } from './client-address.ts';
import { createSubnetTest } from './subnets.ts';

const isTrusted = createSubnetTest(['10.0.0.0/8']);

function aRequest(remoteAddress: string, headers: Record<string, string> = {}) {
  return { headers: { host: 'inner:8080', ...headers }, socket: { remoteAddress } };
}

describe('who is at the other end', () => {
  test('headers of somebody who is no believed proxy are not believed', () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'evil.example' };
    expect(placeOf(aRequest('198.51.100.7', headers), isTrusted)).toEqual({
      address: '198.51.100.7',
      host: 'inner:8080',
    });
  });

  test('behind a believed proxy, what it says counts', () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-host': 'meet.example.org' };
    expect(placeOf(aRequest('::ffff:10.0.0.1', headers), isTrusted)).toEqual({
      address: '203.0.113.9',
      host: 'meet.example.org',
    });
  });

  test('what a client wrote before its proxy did is not believed', () => {
    const headers = { 'x-forwarded-for': '1.2.3.4, 203.0.113.9, 10.0.0.2' };
    expect(placeOf(aRequest('10.0.0.1', headers), isTrusted).address).toBe('203.0.113.9');
  });

  test('a believed proxy that says nothing is the client itself', () => {
    expect(placeOf(aRequest('10.0.0.1'), isTrusted)).toEqual({ address: '10.0.0.1', host: 'inner:8080' });
  });
});

describe('what limits are counted by', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s counts as %s', (address, key) => {
    expect(limitKeyOf(address)).toBe(key);
  });
});

describe('a subnet', () => {
  test('holds its addresses and no others', () => {
    expect(isTrusted('10.1.2.3')).toBe(true);
    expect(isTrusted('11.0.0.1')).toBe(false);
    expect(createSubnetTest(['2001:db8::/32'])('2001:db8:5::1')).toBe(true);
    expect(createSubnetTest(['2001:db8::/32'])('10.0.0.1')).toBe(false);
  });

  test('what is no address is in none', () => {
    expect(createSubnetTest(['0.0.0.0/0'])('unix')).toBe(false);
  });
});
