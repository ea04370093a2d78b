import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { checkServePort, isOwnAddress, reserveMediaPorts } from './ports.ts';

async function aTakenTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function aTakenUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  return socket.address().port;
}

test('a taken port to serve on is named, with what to do', async () => {
  const port = await aTakenTcpPort();
  await expect(checkServePort('127.0.0.1', port)).rejects.toThrow(
    `Port ${port} is in use by another program; use --port N.`,
  );
});

test('any port needs no check', async () => {
  await expect(checkServePort('127.0.0.1', 0)).resolves.toBeUndefined();
});

test('a taken media port is named, UDP and TCP alike', async () => {
  const ips = ['127.0.0.1'];
  const udp = await aTakenUdpPort();
  await expect(reserveMediaPorts({ base: udp, count: 1, ips })).rejects.toThrow(
    `UDP port ${udp} on 127.0.0.1`,
  );
  const tcp = await aTakenTcpPort();
  await expect(reserveMediaPorts({ base: tcp, count: 1, ips })).rejects.toThrow(
    `TCP port ${tcp} on 127.0.0.1`,
  );
});

test('free media ports are found where none are asked for', async () => {
  const base = await reserveMediaPorts({ base: 0, count: 4, ips: ['127.0.0.1'] });
  expect(base).toBeGreaterThanOrEqual(20_000);
});

test('an address that is not of this machine is refused with a sentence', async () => {
  await expect(checkServePort('192.0.2.1', 8080)).rejects.toThrow('Cannot listen on 192.0.2.1');
});

test('an address of this machine is told from one that is not', async () => {
  expect(await isOwnAddress('127.0.0.1')).toBe(true);
  expect(await isOwnAddress('192.0.2.1')).toBe(false);
});
