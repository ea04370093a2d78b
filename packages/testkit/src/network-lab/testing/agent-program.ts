// A machine's part in a test of networks: a UDP socket on the given address, and TCP as told. Answers each order, in JSON.
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Burst, Order, Report } from './network-agent.ts';

const socket = createSocket('udp4');
const packets: Report['packets'][number][] = [];
const connections: string[] = [];
let bytes = 0;

socket.on('message', (message, { address, port }) => {
  bytes += message.length;
  packets.push({ from: `${address}:${port}`, text: message.toString().trimEnd() });
});
await new Promise<void>((resolve) => socket.bind(0, process.argv[2], resolve));

function parseEndpoint(endpoint: string): { host: string; port: number } {
  const [host = '', port] = endpoint.split(':');
  return { host, port: Number(port) };
}

async function send({ to, text, count, bytesEach }: Burst): Promise<void> {
  const { host, port } = parseEndpoint(to);
  const message = text.padEnd(bytesEach);
  // Whether the network takes it is what the tests find out.
  const sendOne = () => new Promise<void>((resolve) => socket.send(message, port, host, () => resolve()));
  await Promise.all(Array.from({ length: count }, sendOne));
}

function listen(endpoint: string): Promise<void> {
  const { host, port } = parseEndpoint(endpoint);
  const server = createServer((stream) => stream.end());
  return new Promise((resolve) => server.listen(port, host, resolve));
}

/** A firewall gives no answer. */
function open(endpoint: string): void {
  connect(parseEndpoint(endpoint))
    .on('connect', () => connections.push(endpoint))
    .on('error', () => undefined);
}

async function obey(order: Order): Promise<void> {
  if (order.do === 'send') await send(order);
  if (order.do === 'listen') await listen(order.on);
  if (order.do === 'connect') open(order.to);
}

for await (const line of createInterface({ input: process.stdin })) {
  await obey(JSON.parse(line));
  const report: Report = { port: socket.address().port, packets, bytes, connections };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
process.exit();
