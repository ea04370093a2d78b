/**
 * A link for media that its client offers over HTTP: `POST` of an offer makes a resource, which `PATCH` and `DELETE` are for
 * (RFC 9725; draft-ietf-wish-whep has viewers do the same). What the link is for is not known here.
 */
import type { Logger } from '@plenum/hyperty';
import { ConferenceError, type ErrorCode, isRoomName, parseRoomId, type RoomId } from '@plenum/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { limitKeyOf } from '../../network/client-address.ts';
import { isOriginAllowed, type OriginPolicy } from '../../network/origin-check.ts';
import { plainAddress } from '../../network/subnets.ts';
import { challengeFor, readBearer } from '../bearer.ts';
import { problemOf, problemType, requestError } from '../problem.ts';
import { iceLinks } from './ice-links.ts';
import { LinkTable, type ResourceRef } from './link-table.ts';
import type { OpenOfferedLink } from './offered-link.ts';

export interface OfferedRoutesOptions {
  /** Such as `/whip`. */
  readonly path: string;
  readonly open: OpenOfferedLink;
  /** Whose pages may offer; programs that are no browsers may. */
  readonly origins: OriginPolicy;
  readonly logger: Logger;
}

const sdpType = 'application/sdp';
const fragmentType = 'application/trickle-ice-sdpfrag';

type AtRoom = { Params: { room: string }; Querystring: { name?: unknown; key?: unknown } };
type AtLink = { Params: { room: string; link: string } };

/** To be registered with fastify, which keeps what is set here from all other routes. */
export function serveOfferedLinks(
  scope: FastifyInstance,
  options: OfferedRoutesOptions,
  done: () => void,
): void {
  const { path, open, origins, logger } = options;
  const table = new LinkTable(open);
  readTextOnly(scope);
  scope.addHook('onRequest', async (request, reply) => checkOrigin(request, reply, origins));
  scope.setErrorHandler((thrown, _request, reply) => sendProblem(requestError(thrown), reply, logger));
  const [endpoint, resource] = [`${path}/:room`, `${path}/:room/:link`];

  scope.post<AtRoom>(endpoint, async (request, reply) => {
    checkType(request, sdpType);
    const accessToken = readBearer(request.headers.authorization);
    const { name, key } = request.query;
    const { id, etag, link } = await table
      .create({
        roomId: readRoom(request.params.room),
        offer: request.body as string,
        accessToken,
        name: textOf(name),
        key: textOf(key),
        origin: limitKeyOf(plainAddress(request.ip)),
      })
      .catch((thrown: unknown) => {
        throw accessToken === undefined ? withoutToken(thrown) : thrown;
      });
    const links = iceLinks(link.iceServers);
    return reply
      .code(201)
      .headers({
        location: `${path}/${encodeURIComponent(request.params.room)}/${id}`,
        etag,
        ...(links === undefined ? {} : { link: links }),
      })
      .type(sdpType)
      .send(link.answer);
  });

  scope.patch<AtLink>(resource, async (request, reply) => {
    const ref = refOf(request);
    checkType(request, fragmentType);
    const ifMatch = request.headers['if-match'];
    const restarted = await table.patch(ref, { ifMatch, fragment: request.body as string });
    if (restarted === undefined) return reply.code(204).send();
    return reply.header('etag', restarted.etag).type(fragmentType).send(restarted.fragment);
  });

  scope.delete<AtLink>(resource, async (request, reply) => {
    await table.delete(refOf(request));
    return reply.code(200).send();
  });

  offerOptions(scope, endpoint, { methods: 'POST', headers: { 'accept-post': sdpType } });
  offerOptions(scope, resource, { methods: 'PATCH, DELETE', headers: { 'accept-patch': fragmentType } });
  done();
}

/** Who says something twice has said nothing. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Also what is no description is read as text, and judged by its type. */
function readTextOnly(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser([sdpType, fragmentType], { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
}

/**
 * Not from any page: one on the internet could otherwise bring the browser of somebody who reads it to offer to a server that only
 * that browser reaches. @throws ConferenceError `not-authorized`.
 */
function checkOrigin(request: FastifyRequest, reply: FastifyReply, origins: OriginPolicy): void {
  const { origin } = request.headers;
  reply.headers({ 'cache-control': 'no-store', vary: 'origin' });
  if (!isOriginAllowed(origin, request.host, origins)) {
    throw new ConferenceError('not-authorized', 'Pages of this origin may not do that here.');
  }
  if (origin === undefined) return;
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'Location, ETag, Link, WWW-Authenticate',
  });
}

interface Offered {
  readonly methods: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** RFC 9725 section 4.2 has nothing for the other methods; browsers ask before they send (https://fetch.spec.whatwg.org). */
function offerOptions(scope: FastifyInstance, url: string, { methods, headers }: Offered): void {
  const allowed = `OPTIONS, ${methods}`;
  scope.options(url, async (_request, reply) =>
    reply
      .code(204)
      .headers({
        ...headers,
        allow: allowed,
        'access-control-allow-methods': allowed,
        'access-control-allow-headers': 'Authorization, Content-Type, If-Match',
        'access-control-max-age': '86400',
      })
      .send(),
  );
  const others = (['GET', 'PUT', 'POST', 'PATCH', 'DELETE'] as const).filter(
    (method) => !methods.includes(method),
  );
  scope.route({
    method: others,
    url,
    handler: async (_request, reply) => {
      reply.header('allow', allowed);
      throw new ConferenceError('method-not-allowed');
    },
  });
}

/** @throws ConferenceError `room-not-found` for what no room can be called. */
function readRoom(name: string): RoomId {
  if (!isRoomName(name)) throw new ConferenceError('room-not-found');
  return parseRoomId(name);
}

function refOf({ params, headers }: FastifyRequest<AtLink>): ResourceRef {
  const accessToken = readBearer(headers.authorization);
  return { roomId: readRoom(params.room), id: params.link, accessToken };
}

/** @throws ConferenceError `unsupported-type`. */
function checkType({ headers }: Pick<FastifyRequest, 'headers'>, type: string): void {
  const given = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (given !== type) throw new ConferenceError('unsupported-type');
}

/** With these somebody is kept out whom a token might let in. */
const liftedByToken: ReadonlySet<ErrorCode> = new Set(['guests-refused', 'not-authorized']);

function withoutToken(thrown: unknown): unknown {
  const isLifted = thrown instanceof ConferenceError && liftedByToken.has(thrown.code);
  return isLifted ? new ConferenceError('token-required', thrown.message, { cause: thrown }) : thrown;
}

function sendProblem(error: ConferenceError, reply: FastifyReply, logger: Logger): FastifyReply {
  if (error.status >= 500) logger.warn('an offered link failed', { code: error.code, thrown: error.cause });
  const challenge = challengeFor(error.code);
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  return reply
    .code(error.status)
    .type(problemType)
    .send(JSON.stringify(problemOf(error)));
}
