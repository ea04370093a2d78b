/** Composition: the only place that constructs adapters and joins them. */
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Logger, type Policy, parsePolicy, systemClock } from '@plenum/hyperty';
import type { MediaServer, Mixer } from '@plenum/media';
import { createMediasoupServer } from '@plenum/media/mediasoup';
import { createTokenService, type TokenService } from '@plenum/messaging-node/tokens';
import { MixerProcess } from '@plenum/mixer/process';
import { ConferenceError } from '@plenum/protocol';
import type { FastifyInstance } from 'fastify';
import { resolveMediaWorker } from '../../../native/media-worker/resolve.ts';
import type { StartFacts } from './announcement.ts';
import { CallPlane, type CallPlaneOptions } from './call-plane.ts';
import { readMixerFont } from './config/mixer-font.ts';
import type { Config } from './config/schema.ts';
import type { StoreKeys } from './config/store-keys.ts';
import { type Catalogue, describeCatalogue } from './deploy/index.ts';
import { type AppFiles, basePathOf, readAppFiles } from './http/app-files.ts';
import { createHttpServer } from './http/http-server.ts';
import { createMetricsPage } from './http/metrics.ts';
import { LiveStation } from './live/live-station.ts';
import { createLogger } from './logging/pino-logger.ts';
import { listenAddresses, type MediaAddress } from './network/listen-addresses.ts';
import { checkServePort, reserveMediaPorts } from './network/ports.ts';
import { defaultDomain, localUrl } from './network/public-address.ts';
import { insecurityNotice, isReachableFromElsewhere } from './network/reachability.ts';
import { createSubnetTest } from './network/subnets.ts';
import { openRecordings, type Recordings } from './recordings/open-recordings.ts';
import { type Relay, startRelay } from './relay/relay.ts';
import { lockDataFolder } from './storage/folder-lock.ts';
import { openSqliteRoomStore } from './storage/sqlite-room-store.ts';
import { readTokenKey } from './token/key-file.ts';
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
  /** Of the store of recordings, where `recordingKeyFile` does not hold them. */
  readonly storeKeys?: StoreKeys | undefined;
}

const builtApp = fileURLToPath(new URL('../../../apps/meet/dist', import.meta.url));

/**
 * Starts everything and resolves when it can hold a call.
 * @throws ConferenceError `invalid-config` for what cannot be had here: a taken port, a missing file or worker.
 */
export async function startServer(config: Config, options: StartOptions = {}): Promise<RunningServer> {
  const logger = options.logger ?? createLogger({ level: config.logLevel, format: config.logFormat });
  await checkServePort(config.host, config.port);
  // Whatever was begun is ended in reverse, at the end as well as when something that comes after fails.
  const begun = new AsyncDisposableStack();
  try {
    return await startParts(config, { ...options, logger }, begun);
  } catch (thrown) {
    await begun.disposeAsync();
    throw thrown;
  }
}

async function startParts(
  config: Config,
  { appFolder = builtApp, storeKeys, logger }: StartOptions & { readonly logger: Logger },
  begun: AsyncDisposableStack,
): Promise<RunningServer> {
  // Also makes the folder, so that what is in it belongs to this user alone.
  const tokenKey = readTokenKey(config.data);
  const lock = lockDataFolder(config.data);
  begun.defer(() => lock.release());
  const tokens = createTokenService({ key: tokenKey, domain: domainOf(config), now: () => Date.now() });
  const recordings = await openRecordings({
    config,
    storeKeys,
    tokens,
    clock: systemClock,
    logger: logger.child({ part: 'recordings' }),
  });
  begun.defer(() => recordings?.close());
  const broadcasts = openBroadcasts(config);
  begun.defer(() => broadcasts?.close());
  const mixer = new MixerProcess({
    logger: logger.child({ part: 'mixer' }),
    budget: config.mixerBudget,
    fontFile: readMixerFont(config.mixerFont),
  });
  begun.defer(() => mixer.close());
  const media = await startMedia(config, mixer, logger);
  begun.defer(() => media.server.close());
  const tls = readTls(config);
  const relay = await startRelay({
    config,
    addresses: media.addresses,
    certificate: tls?.cert,
    realm: domainOf(config),
    clock: systemClock,
    logger: logger.child({ part: 'relay' }),
  });
  begun.defer(() => relay.close());
  const catalogue = describeCatalogue();
  const plane = createPlane({
    config,
    tokens,
    recordings: recordings?.archive,
    broadcasts,
    mediaServer: media.server,
    relay,
    catalogue,
    logger,
  });
  begun.defer(() => plane.stop());
  const app = readAppFiles(appFolder, basePathOf(config.publicUrl));
  const front = await createFront({
    config,
    plane,
    relay,
    app,
    catalogue,
    tokens,
    recordings,
    broadcasts,
    tls,
    logger,
  });
  begun.defer(() => stop(front, plane, logger));
  await plane.start();
  await front.http.listen({ host: config.host, port: config.port });
  return describe(
    config,
    { media, relay, recordings, front },
    onceOnly(() => begun.disposeAsync()),
  );
}

type PlaneParts = Pick<
  CallPlaneOptions,
  'mediaServer' | 'catalogue' | 'tokens' | 'recordings' | 'broadcasts' | 'logger'
> & {
  readonly config: Config;
  readonly relay: Relay;
};

function openBroadcasts({ broadcasts, limits }: Config): LiveStation | undefined {
  const { waitsPerAddress } = limits;
  return broadcasts === 'on' ? new LiveStation({ clock: systemClock, waitsPerAddress }) : undefined;
}

function domainOf({ domain, publicUrl }: Config): string {
  return domain ?? defaultDomain(publicUrl);
}

function createPlane({ config, relay, logger, ...parts }: PlaneParts): CallPlane {
  const domain = domainOf(config);
  const policies = readPolicies(config.policyFile);
  return new CallPlane({
    domain,
    config,
    ...parts,
    issueIceServers: relay.issueIceServers,
    store: openSqliteRoomStore({
      path: join(config.data, 'rooms.sqlite'),
      logger: logger.child({ part: 'storage' }),
    }),
    policies,
    clock: systemClock,
    logger,
  });
}

function readPolicies(file: string | undefined): readonly Policy[] {
  if (file === undefined) return [];
  try {
    return [parsePolicy(JSON.parse(readFileSync(file, 'utf8')))];
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConferenceError('invalid-config', `policyFile: ${file} holds no policy: ${reason}`, { cause });
  }
}

interface Media {
  readonly server: MediaServer;
  readonly addresses: readonly MediaAddress[];
  readonly basePort: number;
  readonly workerDescription: string;
}

async function startMedia(config: Config, mixer: Mixer, logger: Logger): Promise<Media> {
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
    mixer,
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

interface FrontParts {
  readonly config: Config;
  readonly plane: CallPlane;
  readonly relay: Relay;
  readonly app: AppFiles | undefined;
  readonly catalogue: Catalogue;
  readonly tokens: TokenService;
  readonly recordings: Recordings | undefined;
  readonly broadcasts: LiveStation | undefined;
  readonly tls: Tls | undefined;
  readonly logger: Logger;
}

async function createFront(parts: FrontParts): Promise<Front> {
  const { config, plane, relay, app, catalogue, tokens, recordings, broadcasts, tls, logger } = parts;
  const { publicUrl } = config;
  const basePath = basePathOf(publicUrl);
  const isTrustedProxy = createSubnetTest(config.trustedProxies);
  const http = await createHttpServer({
    basePath,
    publicPlace:
      publicUrl === undefined
        ? undefined
        : { isSecure: publicUrl.startsWith('https:'), host: new URL(publicUrl).host },
    app,
    catalogue,
    recordings: recordings && {
      files: recordings.files,
      list: (roomId) => recordings.archive.list(roomId),
      tokens,
    },
    live: broadcasts && { station: broadcasts, allowedOrigins: config.allowedOrigins },
    tls,
    isTrustedProxy,
    checkHealth: () => plane.checkHealth(),
    metrics: createMetricsPage({
      takeInventory: () => plane.takeInventory(),
      refusals: () => plane.refusals,
      onConnected: (listener) => plane.onConnected(listener),
      onConnectFailed: (listener) => plane.onConnectFailed(listener),
      isRelayUp: () => relay.isUp(),
      storeState: () => recordings?.store?.state(),
    }),
    origins: config,
    openEncoder: (request) => plane.openEncoder(request),
    openViewer: (request) => plane.openViewer(request),
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

interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

function readTls({ tlsCert, tlsKey }: Config): Tls | undefined {
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

interface Parts {
  readonly media: Media;
  readonly relay: Relay;
  readonly recordings: Recordings | undefined;
  readonly front: Front;
}

function describe(
  config: Config,
  { media, relay, recordings, front }: Parts,
  close: () => Promise<void>,
): RunningServer {
  const { port } = front.http.server.address() as AddressInfo;
  const isSecure = config.tlsCert !== undefined;
  const url = localUrl({ host: config.host, port, isSecure, basePath: front.basePath });
  const notices = [insecurityNotice(config), relay.notice, recordings?.store?.notice()];
  const facts = {
    url: config.publicUrl ?? url,
    workerDescription: media.workerDescription,
    media: media.addresses,
    mediaPorts: { from: media.basePort, to: media.basePort + config.mediaWorkers - 1 },
    relay: relay.description,
    recordings: recordings?.store?.description,
    notices: notices.filter((notice) => notice !== undefined),
  };
  return { url, port, facts, close };
}
