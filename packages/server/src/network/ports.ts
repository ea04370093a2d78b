/** Looks whether ports are free before somebody needs them, to name the one that is not. */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { ConferenceError } from '@plenum/protocol';

/** Ports in a row on some addresses, such as those of all media workers. */
export interface PortBlock {
  readonly base: number;
  readonly count: number;
  readonly ips: readonly string[];
}

/** The ports private to programs of this machine, below those that Linux hands out by itself from 32768 on. */
const privateRange = { from: 20_000, to: 32_000 };
const attempts = 50;

/**
 * The base port, its whole block free; 0 looks for one.
 * @throws ConferenceError `invalid-config` naming the port that is taken.
 */
export async function reserveMediaPorts(ports: PortBlock): Promise<number> {
  if (ports.base !== 0) {
    const taken = await findTaken(ports);
    if (taken === undefined) return ports.base;
    throw portTaken(taken, '--media-base-port');
  }
  const found = await findFreePorts(ports);
  if (found !== undefined) return found;
  throw new ConferenceError('invalid-config', 'No free ports were found for media; use --media-base-port N.');
}

/** The first of so many ports in a row that are free now; undefined where none were found. */
export async function findFreePorts(ports: Pick<PortBlock, 'count' | 'ips'>): Promise<number | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const span = privateRange.to - privateRange.from - ports.count;
    const base = privateRange.from + Math.floor(Math.random() * span);
    if ((await findTaken({ ...ports, base })) === undefined) return base;
  }
  return undefined;
}

/** @throws ConferenceError `invalid-config` if the port to serve on is taken. */
export async function checkServePort(host: string, port: number): Promise<void> {
  if (port !== 0 && !(await canListenTcp(host, port))) throw portTaken(`port ${port}`, '--port');
}

/** Whether an address is one of this machine's now: those of IPv6 come and go. */
export async function isOwnAddress(ip: string): Promise<boolean> {
  try {
    return await canBindUdp(ip, 0);
  } catch {
    // Refused as `unusable`.
    return false;
  }
}

function portTaken(port: string, flag: string): ConferenceError {
  const [first = '', ...rest] = port;
  const sentence = `${first.toUpperCase()}${rest.join('')} is in use by another program; use ${flag} N.`;
  return new ConferenceError('invalid-config', sentence, { details: { flag } });
}

/** Names the first that is taken, for UDP or for TCP. @throws ConferenceError `invalid-config` for an address that is not ours. */
export async function findTaken({ base, count, ips }: PortBlock): Promise<string | undefined> {
  for (let port = base; port < base + count; port += 1) {
    for (const ip of ips) {
      if (!(await canBindUdp(ip, port))) return `UDP port ${port} on ${ip}`;
      if (!(await canListenTcp(ip, port))) return `TCP port ${port} on ${ip}`;
    }
  }
  return undefined;
}

function canBindUdp(ip: string, port: number): Promise<boolean> {
  const socket = createSocket(ip.includes(':') ? { type: 'udp6', ipv6Only: true } : { type: 'udp4' });
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  socket.once('error', (error) => (isInUse(error) ? resolve(false) : reject(unusable(ip, error))));
  socket.bind(port, ip, () => resolve(true));
  return promise.finally(() => socket.close());
}

function canListenTcp(host: string, port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  server.once('error', (error) => (isInUse(error) ? resolve(false) : reject(unusable(host, error))));
  server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

function isInUse(error: Error): boolean {
  return 'code' in error && error.code === 'EADDRINUSE';
}

function unusable(address: string, cause: Error): ConferenceError {
  return new ConferenceError('invalid-config', `Cannot listen on ${address}: ${cause.message}.`, { cause });
}
