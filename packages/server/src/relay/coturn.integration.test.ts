/** The real coturn on loopback: what it lets through, what not, and what becomes of it when it cannot run. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Logger, systemClock } from '@plenum/hyperty';
import { FakeClock } from '@plenum/testkit';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findFreePorts, isOwnAddress } from '../network/ports.ts';
import { aCertificate } from '../testing/certificate.ts';
import { aFolder } from '../testing/running-server.ts';
import { type Place, TurnClient, type TurnTransport } from '../testing/turn-client.ts';
import { Coturn, type CoturnOptions } from './coturn.ts';
import type { CoturnSettings } from './coturn-config.ts';
import { issueCredentials } from './credentials.ts';

const address = '127.0.0.1';
const secret = 'a secret that nobody guesses';
const hourMs = 3_600_000;
const hasIpv6 = await isOwnAddress('::1');

interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

async function aRelay(changes: Partial<CoturnSettings> = {}, options: Partial<CoturnOptions> = {}) {
  const log: LogLine[] = [];
  const settings: CoturnSettings = {
    addresses: [{ ip: address }],
    port: await aFreePort(),
    tls: undefined,
    minPort: 49_152,
    maxPort: 65_535,
    allowedPeers: [],
    realm: 'acme.test',
    secret,
    folder: join(aFolder(), 'relay'),
    ...changes,
  };
  const coturn = new Coturn({ settings, clock: systemClock, logger: loggerTo(log), ...options });
  onTestFinished(() => coturn.close());
  await coturn.start();
  const pid = () => Number(log.findLast(({ message }) => message === 'relay is up')?.fields['pid']);
  const problems = () => log.filter(({ level }) => level === 'error').map(({ fields }) => fields['code']);
  return { coturn, settings, log, pid, problems };
}

function loggerTo(log: LogLine[]): Logger {
  const at =
    (level: string): Logger['info'] =>
    (message, fields = {}) =>
      void log.push({ level, message, fields });
  const logger: Logger = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: () => logger,
  };
  return logger;
}

async function aFreePort(ip = address): Promise<number> {
  const port = await findFreePorts({ count: 1, ips: [ip] });
  if (port === undefined) throw new Error('there is no free port');
  return port;
}

async function aClient(
  port: number,
  options: { until?: number; by?: string; transport?: TurnTransport; at?: string } = {},
) {
  const { until = Date.now() + hourMs, by = secret, transport = 'udp', at = address } = options;
  const client = await TurnClient.open(transport, { address: at, port }, issueCredentials(by, 'ann', until));
  onTestFinished(() => client.close());
  return client;
}

/** Answers what it gets. */
async function anEcho(): Promise<Place> {
  const socket = createSocket('udp4');
  socket.on('message', (text, { address: to, port }) => socket.send(`${text} back`, port, to));
  socket.bind(0, address);
  onTestFinished(() => void socket.close());
  await once(socket, 'listening');
  return socket.address();
}

describe('who has credentials', () => {
  test.each(['udp', 'tcp', 'tls'] as const)('gets through by %s', async (transport) => {
    const tls = { port: await aFreePort(), ...aCertificate('localhost') };
    const { settings } = await aRelay({ tls });
    const client = await aClient(transport === 'tls' ? tls.port : settings.port, { transport });
    const echo = await anEcho();
    expect(await client.allocate()).toMatchObject({ address });
    await client.permit(echo.address);
    client.send(echo, 'hello');
    await expect.poll(() => client.received).toEqual(['hello back']);
  });

  test('keeps what was allocated when they have ended', async () => {
    const { settings } = await aRelay();
    const until = Date.now() + 2_000;
    const client = await aClient(settings.port, { until });
    await client.allocate();
    const isRefused = async () => {
      const late = await aClient(settings.port, { until });
      return late.allocate().then(
        () => 'allowed',
        ({ code }) => code,
      );
    };
    await expect.poll(isRefused, { timeout: 10_000 }).toBe(401);
    await client.refresh();
  });

  test('two meet through it, each by what was allocated to them', async () => {
    const { settings } = await aRelay();
    const [ann, bob] = [await aClient(settings.port), await aClient(settings.port)];
    const [ofAnn, ofBob] = [await ann.allocate(), await bob.allocate()];
    await Promise.all([ann.permit(ofBob.address), bob.permit(ofAnn.address)]);
    ann.send(ofBob, 'hello');
    await expect.poll(() => bob.received).toEqual(['hello']);
  });
});

describe('[ICE5] nobody else is served', () => {
  test.each([
    ['a wrong password', { by: 'another secret' }],
    ['credentials that have ended', { until: Date.now() - 1_000 }],
  ])('%s', async (_what, options) => {
    const { settings } = await aRelay();
    const client = await aClient(settings.port, options);
    await expect(client.allocate()).rejects.toMatchObject({ code: 401 });
  });

  test('but everybody may ask where they are seen', async () => {
    const { settings } = await aRelay();
    const client = await TurnClient.open('udp', { address, port: settings.port });
    onTestFinished(() => client.close());
    expect(await client.bind()).toMatchObject({ address });
  });
});

describe('[ICE5] nothing is sent to private networks', () => {
  test.each(['10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '127.0.0.2', '0.0.0.0'])(
    '%s',
    async (peer) => {
      const { settings } = await aRelay();
      const client = await aClient(settings.port);
      await client.allocate();
      await expect(client.permit(peer)).rejects.toMatchObject({ code: 403 });
    },
  );

  test('but to the public network, where the others are', async () => {
    const { settings } = await aRelay();
    const client = await aClient(settings.port);
    await client.allocate();
    await client.permit('8.8.8.8');
  });

  describe.skipIf(!hasIpv6)('over IPv6', () => {
    async function anAllocation() {
      const { settings } = await aRelay({ addresses: [{ ip: '::1' }], port: await aFreePort('::1') });
      const client = await aClient(settings.port, { at: '::1' });
      expect(await client.allocate()).toMatchObject({ address: '0:0:0:0:0:0:0:1' });
      return client;
    }

    test('neither', async () => {
      const client = await anAllocation();
      for (const peer of ['::', 'fd00::2', 'fe80::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::']) {
        await expect(client.permit(peer), peer).rejects.toMatchObject({ code: 403 });
      }
    });

    test('and to the public network it is', async () => {
      await (await anAllocation()).permit('2606:4700::1111');
    });
  });

  test('but to those that are allowed', async () => {
    const { settings } = await aRelay({ allowedPeers: ['10.1.2.0/24'] });
    const client = await aClient(settings.port);
    await client.allocate();
    await client.permit('10.1.2.3');
    await expect(client.permit('10.1.3.3')).rejects.toMatchObject({ code: 403 });
  });
});

test('its secret is for its own user only, and nowhere in what it is started with or says', async () => {
  const { settings, log, pid } = await aRelay();
  await (await aClient(settings.port)).allocate();
  expect(statSync(settings.folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(settings.folder, 'turnserver.conf')).mode & 0o777).toBe(0o600);
  expect(readFileSync(`/proc/${pid()}/cmdline`, 'utf8')).not.toContain(secret);
  expect(JSON.stringify(log)).not.toContain(secret);
});

describe('[ICE4] what keeps it from running is said once, and it comes back by itself', () => {
  test('where it is not installed', async () => {
    const { coturn, problems } = await aRelay({}, { program: 'no-such-turnserver' });
    expect(coturn.isUp).toBe(false);
    expect(problems()).toEqual(['relay-missing']);
  });

  test('ever later', async () => {
    const clock = new FakeClock();
    const { log } = await aRelay({}, { program: 'no-such-turnserver', clock });
    const failures = () => log.filter(({ message }) => message === 'relay is down');
    for (const [tries, retryInMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      await expect.poll(() => failures()[tries]?.fields['retryInMs']).toBe(retryInMs);
      clock.advance(retryInMs);
    }
    expect(failures().map(({ level }) => level)).toEqual(['error', ...Array(6).fill('debug')]);
  });

  test.each(['udp', 'tcp'] as const)('while its port is taken for %s', async (transport) => {
    const port = await aFreePort();
    const release = await takePort(transport, port);
    const { coturn, problems } = await aRelay({ port });
    expect(coturn.isUp).toBe(false);
    expect(problems()).toEqual(['relay-port-taken']);
    expect(coturn.problem?.reason).toContain(`port ${port}`);
    release();
    await expect.poll(() => coturn.isUp, { timeout: 20_000 }).toBe(true);
    expect(coturn.problem).toBeUndefined();
  });

  test('where an address is not there any more, on the others', async () => {
    const { settings } = await aRelay({ addresses: [{ ip: '192.0.2.1' }, { ip: address }] });
    expect(await (await aClient(settings.port)).allocate()).toMatchObject({ address });
    const { problems } = await aRelay({ addresses: [{ ip: '192.0.2.1' }] });
    expect(problems()).toEqual(['relay-unusable']);
  });

  test('when it is killed', async () => {
    const { coturn, settings, pid, problems } = await aRelay();
    const before = pid();
    process.kill(before, 'SIGKILL');
    await expect.poll(() => coturn.isUp).toBe(false);
    await expect.poll(() => coturn.isUp, { timeout: 20_000 }).toBe(true);
    expect(pid()).not.toBe(before);
    expect(problems()).toEqual(['relay-ended']);
    expect(await (await aClient(settings.port)).allocate()).toMatchObject({ address });
  });
});

test('closing it ends it, and takes its secret away', async () => {
  const { coturn, settings, pid, problems } = await aRelay();
  const running = pid();
  await coturn.close();
  await coturn.close();
  expect(() => process.kill(running, 0)).toThrow('ESRCH');
  expect(() => statSync(settings.folder)).toThrow('ENOENT');
  expect(problems()).toEqual([]);
});

async function takePort(transport: 'udp' | 'tcp', port: number): Promise<() => void> {
  if (transport === 'udp') {
    const socket = createSocket('udp4').bind(port, address);
    await once(socket, 'listening');
    return () => socket.close();
  }
  const server = createServer().listen(port, address);
  await once(server, 'listening');
  return () => server.close();
}
