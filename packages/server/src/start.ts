/** Composition: the only place that constructs adapters and joins them. */
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type Logger, systemClock } from '@plenum/hyperty';
import type { MediaServer } from '@plenum/media';
import { createMediasoupServer } from '@plenum/media/mediasoup';
import { ConferenceError } from '@plenum/protocol';
import type { FastifyInstance } from 'fastify';
import { resolveMediaWorker } from '../../../native/media-worker/resolve.ts';
import type { StartFacts } from './announcement.ts';
import { CallPlane } from './call-plane.ts';
import type { Config } from './config/schema.ts';
import { basePathOf, readAppFiles } from './http/app-files.ts';
import { createHttpServer } from './http/http-server.ts';
import { createMetricsPage } from './http/metrics.ts';
import { createLogger } from './logging/pino-logger.ts';
import { listenAddresses, type MediaAddress } from './network/listen-addresses.ts';
import { checkServePort, reserveMediaPorts } from './network/ports.ts';
import { defaultDomain, localUrl } from './network/public-address.ts';
import { insecurityNotice, isReachableFromElsewhere } from './network/reachability.ts';
import { createSubnetTest } from './network/subnets.ts';
import { WebSocketGate } from './websocket/web-socket-gate.ts';

export interface RunningServer {
  /** The link on this machine, with a slash at its end. */
  readonly url: string;
  /** The port it serves on; of interest where the configuration asked for any. */
  readonly port: number;
  readonly facts: StartFacts;
  /** Tells everybody, then ends every socket and worker. May be called more than once. */
  close(): Promise<void>;
}

export interface StartOptions {
  /** Where the built meeting app is. */
  readonly appFolder?: string;
  readonly logger?: Logger;
}

const builtApp = fileURLToPath(new URL('../../../apps/meet/dist', import.meta.url));

/**
 * Starts everything and resolves when it can hold a call.
 * @throws ConferenceError `invalid-config` for what cannot be had here: a taken port, a missing file or worker.
 */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const logger = options.logger ?? createLogger({ level: config.logLevel, format: config.logFormat });
  await checkServePort(config.host, config.port);
  const media = await startMedia(config, logger);
  const plane = new CallPlane({
    domain: config.domain ?? defaultDomain(config.publicUrl),
    limits: config.limits,
    mediaServer: media.server,
    clock: systemClock,
    logger,
  });
  const front = await createFront(config, plane, options.appFolder ?? builtApp, logger).catch(
    async (thrown: unknown) => {
      await plane.stop();
      throw thrown;
    },
  );
  const close = onceOnly(() => stop(front, plane, logger));
  try {
    await plane.start();
    await front.http.listen({ host: config.host, port: config.port });
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return describe(config, media, front, close);
}

interface Media {
  readonly server: MediaServer;
  readonly addresses: readonly MediaAddress[];
  readonly basePort: number;
  readonly workerDescription: string;
}

async function startMedia(config: Config, logger: Logger): Promise<Media> {
  const worker = await resolveMediaWorker({ workerBin: config.workerBin });
  if (worker.path === undefined)
    throw new ConferenceError('invalid-config', `There is ${worker.description}.`);
  const hosts = await resolveHost(config.host);
  const isLocal = !isReachableFromElsewhere(config);
  const request = { hosts, isLocal, announced: config.announcedAddress };
  const addresses = listenAddresses(request, networkInterfaces());
  const basePort = await reserveMediaPorts({
    base: config.mediaBasePort,
    count: config.mediaWorkers,
    ips: addresses.map(({ ip }) => ip),
  });
  const server = await createMediasoupServer({
    listen: addresses,
    basePort,
    workers: config.mediaWorkers,
    workerBin: worker.path,
    logger: logger.child({ part: 'media' }),
  });
  return { server, addresses, basePort, workerDescription: worker.description };
}

async function resolveHost(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    throw new ConferenceError('invalid-config', `There is no host ${host} to serve on.`, { cause });
  }
}

interface Front {
  readonly http: FastifyInstance;
  readonly gate: WebSocketGate;
  readonly basePath: string;
}

async function createFront(
  config: Config,
  plane: CallPlane,
  appFolder: string,
  logger: Logger,
): Promise<Front> {
  const { publicUrl } = config;
  const basePath = basePathOf(publicUrl);
  const isTrustedProxy = createSubnetTest(config.trustedProxies);
  const http = await createHttpServer({
    basePath,
    publicPlace:
      publicUrl === undefined
        ? undefined
        : { isSecure: publicUrl.startsWith('https:'), host: new URL(publicUrl).host },
    app: readAppFiles(appFolder, basePath),
    tls: readTls(config),
    isTrustedProxy,
    checkHealth: () => plane.checkHealth(),
    metrics: createMetricsPage(() => plane.takeInventory()),
    logger: logger.child({ part: 'http' }),
  });
  const gate = new WebSocketGate({
    node: plane.node,
    path: `${basePath}/ws`,
    origins: config,
    isTrustedProxy,
    clock: systemClock,
    logger: logger.child({ part: 'websocket' }),
  });
  gate.listenOn(http.server);
  return { http, gate, basePath };
}

function readTls({ tlsCert, tlsKey }: Config): { cert: Buffer; key: Buffer } | undefined {
  if (tlsCert === undefined || tlsKey === undefined) return undefined;
  return { cert: readPem('tlsCert', tlsCert), key: readPem('tlsKey', tlsKey) };
}

function readPem(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new ConferenceError('invalid-config', `${option}: the file ${path} cannot be read.`, { cause });
  }
}

async function stop({ http, gate }: Front, plane: CallPlane, logger: Logger): Promise<void> {
  await plane.stop();
  await gate.close();
  await http.close();
  logger.info('server stopped');
}

function onceOnly(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= run();
    return running;
  };
}

function describe(config: Config, media: Media, front: Front, close: () => Promise<void>): RunningServer {
  const { port } = front.http.server.address() as AddressInfo;
  const isSecure = config.tlsCert !== undefined;
  const url = localUrl({ host: config.host, port, isSecure, basePath: front.basePath });
  const notice = insecurityNotice(config);
  const facts = {
    url: config.publicUrl ?? url,
    workerDescription: media.workerDescription,
    media: media.addresses,
    mediaPorts: { from: media.basePort, to: media.basePort + config.mediaWorkers - 1 },
    notices: notice === undefined ? [] : [notice],
  };
  return { url, port, facts, close };
}
