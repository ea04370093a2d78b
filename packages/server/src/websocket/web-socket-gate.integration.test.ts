import { once } from 'node:events';
import { HypertyRuntime, openWebSocketLink } from '@plenum/hyperty';
import { messageLimits } from '@plenum/protocol';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { RunningServer } from '../start.ts';
import { aServer } from '../testing/running-server.ts';

function socketUrl({ url }: RunningServer): string {
  return new URL('ws', url).href.replace(/^http/, 'ws');
}

async function aSocket(server: RunningServer, options: ClientOptions = {}): Promise<WebSocket> {
  const socket = new WebSocket(socketUrl(server), options);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

/** The status with which an upgrade is refused. */
async function refusalOf(url: string, options: ClientOptions): Promise<number | undefined> {
  const socket = new WebSocket(url, options);
  socket.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
  socket.once('open', () => resolve(undefined));
  const status = await promise;
  socket.terminate();
  return status;
}

async function answerTo(socket: WebSocket, data: string | Buffer): Promise<unknown> {
  const answered = once(socket, 'message');
  socket.send(data);
  const [answer] = await answered;
  return JSON.parse(String(answer));
}

async function gauge({ url }: RunningServer, name: string): Promise<number> {
  const text = await (await fetch(`${url}metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

async function isHealthy({ url }: RunningServer): Promise<boolean> {
  return (await fetch(`${url}healthz`)).ok;
}

async function aRuntime(server: RunningServer): Promise<HypertyRuntime> {
  const openLink = openWebSocketLink({ url: socketUrl(server) });
  const runtime = new HypertyRuntime({ domain: 'localhost', openLink });
  onTestFinished(() => runtime.close());
  await runtime.opened;
  return runtime;
}

describe('who may open a socket', () => {
  test('a page of another origin is refused before the upgrade', async () => {
    const server = await aServer();
    expect(await refusalOf(socketUrl(server), { origin: 'https://evil.example' })).toBe(403);
  });

  test('our own page and programs may', async () => {
    const server = await aServer();
    await aSocket(server, { origin: `http://localhost:${server.port}` });
    await aSocket(server);
  });

  test('there is no socket elsewhere', async () => {
    const server = await aServer();
    expect(await refusalOf(socketUrl(server).replace(/ws$/, 'other'), {})).toBe(404);
  });
});

describe('what a socket may say', () => {
  test('a session opens over it, and ends with it', async () => {
    const server = await aServer();
    const runtime = await aRuntime(server);
    expect(await gauge(server, 'plenum_sessions')).toBe(1);
    runtime.close();
    await expect.poll(() => gauge(server, 'plenum_sessions')).toBe(0);
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['no message', '{"id":1}'],
    ['a binary frame that is no text', Buffer.from([0xff, 0xfe, 0x00])],
    ['nothing at all', ''],
  ])('%s is answered with a code', async (_what, data) => {
    const server = await aServer();
    const socket = await aSocket(server);
    expect(await answerTo(socket, data)).toMatchObject({ type: 'response', body: { code: 400 } });
    expect(await isHealthy(server)).toBe(true);
  });

  test('a message that is too long is answered with a code', async () => {
    const server = await aServer();
    const socket = await aSocket(server);
    const tooLong = 'x'.repeat(messageLimits.maxLength + 1);
    expect(await answerTo(socket, tooLong)).toMatchObject({ body: { code: 413 } });
  });

  test('one that is far too long ends the socket, and nothing else', async () => {
    const server = await aServer();
    const socket = await aSocket(server);
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.send('x'.repeat(messageLimits.maxLength * 4 + 1));
    const [code] = await closed;
    expect(code).toBe(1009);
    expect(await isHealthy(server)).toBe(true);
  });

  test('more sockets than one address may have are refused with a code', async () => {
    const limits = { sessionsPerAddress: 1 };
    const server = await aServer({ limits });
    await aSocket(server);
    await aSocket(server);
    const socket = new WebSocket(socketUrl(server));
    const [code, reason] = await once(socket, 'close');
    expect([code, String(reason)]).toEqual([4503, 'capacity-exceeded']);
  });
});

test('who is connected is told that the server stops', async () => {
  const server = await aServer();
  const socket = await aSocket(server);
  const closed = once(socket, 'close');
  await server.close();
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([4503, 'shutting-down']);
});
