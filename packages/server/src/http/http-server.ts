/** HTTP: the meeting app, health and metrics. The WebSocket upgrade goes its own way. */
import fastifyStatic from '@fastify/static';
import type { Logger } from '@plenum/hyperty';
import { isRoomName, toConferenceError } from '@plenum/protocol';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type Catalogue, registerCatalogue } from '../deploy/index.ts';
import type { OriginPolicy } from '../network/origin-check.ts';
import { type AppFiles, cacheControlOf } from './app-files.ts';
import type { Health } from './health.ts';
import { type LivePages, serveLive } from './live.ts';
import type { MetricsPage } from './metrics.ts';
import type { OpenOfferedLink } from './offered/offered-link.ts';
import { serveOfferedLinks } from './offered/routes.ts';
import { type RecordingPages, serveRecordings } from './recordings.ts';
import { type SecurityContext, securityHeaders } from './security-headers.ts';

export interface HttpOptions {
  readonly basePath: string;
  /** Where people reach us, if it is configured; otherwise each request tells. */
  readonly publicPlace: SecurityContext | undefined;
  /** Undefined where the app was not built; everything else works without it. */
  readonly app: AppFiles | undefined;
  /** Descriptors of hyperties and schemas. */
  readonly catalogue: Catalogue;
  /** Undefined where nothing is recorded. */
  readonly recordings: RecordingPages | undefined;
  /** Undefined where nothing is broadcast. */
  readonly live: LivePages | undefined;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly isTrustedProxy: (address: string) => boolean;
  readonly checkHealth: () => Promise<Health>;
  readonly metrics: MetricsPage;
  /** Whose pages may offer links from outside. */
  readonly origins: OriginPolicy;
  /** Brings an outside encoder into a room. */
  readonly openEncoder: OpenOfferedLink;
  /** Lets somebody look on at a broadcast. */
  readonly openViewer: OpenOfferedLink;
  readonly logger: Logger;
}

/** Waits for nothing and listens to nothing yet. */
export async function createHttpServer(options: HttpOptions): Promise<FastifyInstance> {
  const server = construct(options);
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders(options.publicPlace ?? placeSeenBy(request)));
    done();
  });
  server.setErrorHandler((thrown, _request, reply) => handleError(thrown, reply, options.logger));
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).type('text/plain').send('There is no such page.\n'),
  );
  for (const prefix of new Set(['', options.basePath])) serveStatus(server, prefix, options);
  registerCatalogue(server, options);
  const { basePath, openEncoder, openViewer, origins, logger } = options;
  await server.register(serveOfferedLinks, { path: `${basePath}/whip`, open: openEncoder, origins, logger });
  await server.register(serveOfferedLinks, { path: `${basePath}/whep`, open: openViewer, origins, logger });
  if (options.recordings !== undefined) await serveRecordings(server, options.basePath, options.recordings);
  if (options.live !== undefined) await server.register(serveLive, { basePath, ...options.live });
  if (options.app === undefined) serveNotice(server, options.basePath);
  else await serveApp(server, options.basePath, options.app);
  return server;
}

function placeSeenBy({ protocol, host }: FastifyRequest): SecurityContext {
  return { isSecure: protocol === 'https', host };
}

function construct({ tls, isTrustedProxy }: HttpOptions): FastifyInstance {
  const common = {
    trustProxy: isTrustedProxy,
    routerOptions: { ignoreTrailingSlash: true },
    // Requests are small: nothing is uploaded.
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    forceCloseConnections: true,
  };
  // Its types tell HTTP and HTTPS apart; whoever uses it here need not.
  return tls === undefined
    ? Fastify(common)
    : (Fastify({ ...common, https: tls }) as unknown as FastifyInstance);
}

/** At the root also where there is a base path: monitors need not go through the proxy. */
function serveStatus(server: FastifyInstance, prefix: string, { checkHealth, metrics }: HttpOptions): void {
  server.get(`${prefix}/healthz`, async (_request, reply) => {
    const { reasons } = await checkHealth();
    const status = reasons.length === 0 ? 'ok' : 'unavailable';
    return reply
      .code(reasons.length === 0 ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status, reasons });
  });
  server.get(`${prefix}/metrics`, async (_request, reply) =>
    reply
      .type(metrics.contentType)
      .header('cache-control', 'no-store')
      .send(await metrics.render()),
  );
}

async function serveApp(
  server: FastifyInstance,
  basePath: string,
  { folder, page }: AppFiles,
): Promise<void> {
  await server.register(fastifyStatic, {
    root: folder,
    prefix: `${basePath}/`,
    // Only what is there now: no request looks for a file by a name of its own.
    wildcard: false,
    index: false,
    cacheControl: false,
    globIgnore: ['**/index.html'],
    setHeaders: (reply, path) => void reply.header('cache-control', cacheControlOf(path)),
  });
  const sendPage = (reply: FastifyReply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  server.get(`${basePath}/`, (_request, reply) => sendPage(reply));
  for (const path of [`${basePath}/:room`, `${basePath}/:room/live`]) {
    server.get<{ Params: { room: string } }>(path, (request, reply) =>
      // The app says in words what is wrong with the name, and leads to a new room.
      sendPage(isRoomName(request.params.room) ? reply : reply.code(404)),
    );
  }
}

function serveNotice(server: FastifyInstance, basePath: string): void {
  server.get(`${basePath}/`, (_request, reply) =>
    reply
      .code(503)
      .type('text/plain')
      .send('The meeting app is not built: run ./start, or npm run build -w apps/meet.\n'),
  );
}

function handleError(thrown: unknown, reply: FastifyReply, logger: Logger): FastifyReply {
  const status = statusOf(thrown);
  if (status >= 500) logger.error('a request failed', { thrown });
  const text = status >= 500 ? toConferenceError(undefined).message : 'The request is not valid.';
  return reply.code(status).type('text/plain').send(`${text}\n`);
}

/** fastify's own errors carry the status that fits. */
function statusOf(thrown: unknown): number {
  return thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number'
    ? thrown.statusCode
    : 500;
}
