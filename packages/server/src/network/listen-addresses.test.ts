import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { type Interfaces, type ListenRequest, listenAddresses } from './listen-addresses.ts';

function anAddress(address: string, internal = false): NetworkInterfaceInfo {
  const common = { address, netmask: '', mac: '', internal, cidr: null };
  return address.includes(':') ? { ...common, family: 'IPv6', scopeid: 0 } : { ...common, family: 'IPv4' };
}

const aServer: Interfaces = {
  lo: [anAddress('127.0.0.1', true), anAddress('::1', true)],
  eth0: [anAddress('192.0.2.10'), anAddress('2001:db8::10'), anAddress('fe80::1')],
  eth1: [anAddress('10.0.0.10'), anAddress('169.254.7.7')],
};

const anywhere: ListenRequest = { hosts: ['0.0.0.0'], isLocal: false, announced: [] };

describe('where media is received', () => {
  test('on loopback only, when only this machine is to reach it', () => {
    const request = { hosts: ['127.0.0.1'], isLocal: true, announced: [] };
    expect(listenAddresses(request, aServer)).toEqual([{ ip: '127.0.0.1' }]);
    expect(listenAddresses({ ...request, hosts: ['::1'] }, aServer)).toEqual([{ ip: '::1' }]);
    expect(listenAddresses({ ...request, hosts: ['127.0.0.1', '::1'] }, aServer)).toHaveLength(2);
  });

  test('on every address that browsers can use, when bound to all', () => {
    const ips = listenAddresses(anywhere, aServer).map(({ ip }) => ip);
    expect(ips).toEqual(['192.0.2.10', '2001:db8::10', '10.0.0.10']);
  });

  test('on the bound addresses, when bound to some', () => {
    const bound = { ...anywhere, hosts: ['192.0.2.10', '2001:db8::10'] };
    expect(listenAddresses(bound, aServer)).toEqual([{ ip: '192.0.2.10' }, { ip: '2001:db8::10' }]);
  });

  test('on every address when a proxy on this machine serves others', () => {
    const behindProxy = { ...anywhere, hosts: ['127.0.0.1'] };
    expect(listenAddresses(behindProxy, aServer)).toHaveLength(3);
  });

  test('on loopback, on a machine without a network', () => {
    expect(listenAddresses(anywhere, { lo: aServer['lo'] })).toEqual([{ ip: '127.0.0.1' }]);
  });
});

describe('announced addresses', () => {
  test('stand for own ones of the same family', () => {
    const announced = ['2001:db8:f::1', '198.51.100.1'];
    expect(listenAddresses({ ...anywhere, announced }, aServer)).toEqual([
      { ip: '192.0.2.10', announcedAddress: '198.51.100.1' },
      { ip: '2001:db8::10', announcedAddress: '2001:db8:f::1' },
      { ip: '10.0.0.10' },
    ]);
  });

  test('a name stands for an IPv4 address', () => {
    const [first] = listenAddresses({ ...anywhere, announced: ['media.example.org'] }, aServer);
    expect(first).toEqual({ ip: '192.0.2.10', announcedAddress: 'media.example.org' });
  });

  test('one that is an own address is not translated, and keeps that address', () => {
    const announced = ['192.0.2.10', '198.51.100.1'];
    expect(listenAddresses({ ...anywhere, announced }, aServer)).toEqual([
      { ip: '192.0.2.10' },
      { ip: '2001:db8::10' },
      { ip: '10.0.0.10', announcedAddress: '198.51.100.1' },
    ]);
  });

  test('more of them than own ones are refused', () => {
    const announced = ['198.51.100.1', '198.51.100.2', '198.51.100.3'];
    expect(() => listenAddresses({ ...anywhere, announced }, aServer)).toThrow('198.51.100.3');
  });
});
