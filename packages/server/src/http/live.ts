/**
 * Broadcasts over HTTP, as low-latency HLS (draft-pantos-hls-rfc8216bis), for whoever knows the room's name, or for whoever has the key
 * too (`?key=`), as they were begun. Without it there is nothing, as where nothing is broadcast.
 *
 * - `/live/<room>/status`: whether there is one, and how many look on, for pages that show it.
 * - `/live/<room>/index.m3u8`: what players begin with. It leads each to a playlist with a word of its own in the address, by which
 *   the audience is counted: behind a proxy, or one address of many people, nothing else tells two players apart.
 * - `/live/<room>/<stream>/…`: playlists and media. Media has the same address for all, for caches.
 */
import type { Waiter } from '@plenum/mixer/live';
import { randomWord, roomIdSchema } from '@plenum/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { LiveStation, LiveStream } from '../live/live-station.ts';
import { limitKeyOf } from '../network/client-address.ts';
import { plainAddress } from '../network/subnets.ts';

export interface LivePages {
  readonly station: Pick<LiveStation, 'at' | 'find'>;
  /**
   * Pages of other sites that may read it. Not those of all: what this server shows may be for those only who reach it, and a page
   * could read it with the browser of one of them.
   */
  readonly allowedOrigins: readonly string[];
}

const roomParams = v.object({ room: roomIdSchema });
const fileParams = v.object({
  ...roomParams.entries,
  stream: v.pipe(v.string(), v.regex(/^[0-9a-v]{10}$/)),
  file: v.pipe(v.string(), v.maxLength(64)),
});
const viewerSchema = v.pipe(v.string(), v.regex(/^[0-9a-v]{10}$/));

type Query = { Querystring: Readonly<Record<string, string | readonly string[] | undefined>> };

/** Seconds: a page asks every few. */
const statusKeptFor = 1;

/** To be registered with fastify, which keeps what is set here from all other routes. */
export function serveLive(
  scope: FastifyInstance,
  { basePath, station, allowedOrigins }: LivePages & { readonly basePath: string },
  done: () => void,
): void {
  scope.addHook('onRequest', async (request, reply) => allowOrigin(request, reply, allowedOrigins));
  const path = `${basePath}/live/:room`;

  scope.get<Query>(`${path}/status`, (request, reply) => {
    const stream = streamOf(station, request);
    const isLive = stream?.store.hasBegun === true;
    reply.header('cache-control', `max-age=${statusKeptFor}`);
    return reply.send({ isLive, audience: isLive ? stream.audience.size : 0 });
  });

  scope.get<Query>(`${path}/index.m3u8`, (request, reply) => {
    const stream = streamOf(station, request);
    if (stream === undefined) return sendNothing(reply);
    return send(reply, stream.store.readMultivariant(`${stream.id}/live.m3u8?viewer=${randomWord(10)}`));
  });

  scope.get<Query>(`${path}/:stream/:file`, async (request, reply) => {
    const params = v.safeParse(fileParams, request.params);
    if (!params.success) return sendNothing(reply);
    const { room, stream: id, file } = params.output;
    const stream = station.find(room, id);
    if (stream === undefined) return sendNothing(reply);
    if (file.endsWith('.m3u8')) stream.audience.note(viewerOf(request));
    return send(reply, await stream.store.read(file, queryOf(request.query), waiterOf(request)));
  });
  done();
}

function streamOf(station: LivePages['station'], request: FastifyRequest<Query>): LiveStream | undefined {
  const parsed = v.safeParse(roomParams, request.params);
  return parsed.success
    ? station.at(parsed.output.room, queryOf(request.query).get('key') ?? undefined)
    : undefined;
}

/** Who came to the playlist by themselves is known by their address and their player. */
function viewerOf(request: FastifyRequest<Query>): string {
  const viewer = v.safeParse(viewerSchema, request.query['viewer']);
  if (viewer.success) return viewer.output;
  const player = request.headers['user-agent'] ?? '';
  return `${limitKeyOf(plainAddress(request.ip))} ${player.slice(0, 200)}`;
}

/**
 * By address, as far as proxies say it: a connection, or a player, is made anew at will. The end of the connection ends also requests
 * that are not even being answered, since others came before them in it.
 */
function waiterOf({ ip, raw }: FastifyRequest<Query>): Waiter {
  const going = new AbortController();
  raw.once('close', () => going.abort());
  return { client: limitKeyOf(plainAddress(ip)), gone: going.signal };
}

/** Of what is given twice the first counts. */
function queryOf(query: Query['Querystring']): URLSearchParams {
  const entries = Object.entries(query).map(([name, value]) => [name, [value].flat()[0] ?? '']);
  return new URLSearchParams(Object.fromEntries(entries));
}

function allowOrigin({ headers }: FastifyRequest, reply: FastifyReply, allowed: readonly string[]): void {
  if (allowed.length === 0) return;
  // Caches are not to answer one page with what another got.
  reply.header('vary', 'origin');
  const { origin } = headers;
  if (origin !== undefined && allowed.includes(origin)) reply.header('access-control-allow-origin', origin);
}

function send(reply: FastifyReply, response: Awaited<ReturnType<LiveStream['store']['read']>>): FastifyReply {
  const { status, headers, body } = response;
  return reply.code(status).headers(headers).send(body);
}

function sendNothing(reply: FastifyReply): FastifyReply {
  return reply.code(404).header('cache-control', 'max-age=1').send();
}
