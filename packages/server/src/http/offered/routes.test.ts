/** Everything that RFC 9725 has answers for, with links that are not there. */
import { silentLogger } from '@plenum/hyperty';
import { fakeOffer } from '@plenum/media/fake';
import { ConferenceError, type ErrorCode } from '@plenum/protocol';
import Fastify from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { LinkRequest, OfferedLink } from './offered-link.ts';
import { serveOfferedLinks } from './routes.ts';

const sdp = 'application/sdp';
const fragment = 'application/trickle-ice-sdpfrag';
const answerWith = (ufrag: string) =>
  `v=0\r\na=ice-lite\r\nm=audio 9 UDP/TLS/RTP/SAVPF 109\r\na=mid:0\r\na=ice-ufrag:${ufrag}\r\n`;

interface Stage {
  readonly requests: LinkRequest[];
  readonly ended: string[];
  readonly send: (method: Method, url: string, options?: SendOptions) => ReturnType<typeof sendTo>;
}

type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE' | 'OPTIONS';

interface SendOptions {
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function sendTo(server: ReturnType<typeof Fastify>, method: Method, url: string, options: SendOptions) {
  const { body, headers = {} } = options;
  return server.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) });
}

async function aStage(refusal?: ErrorCode): Promise<Stage> {
  const server = Fastify({ bodyLimit: 64 * 1024 });
  const requests: LinkRequest[] = [];
  const ended: string[] = [];
  const open = async (request: LinkRequest): Promise<OfferedLink> => {
    requests.push(request);
    if (refusal !== undefined) throw new ConferenceError(refusal);
    let restarts = 0;
    return {
      answer: answerWith('first'),
      iceServers: [{ urls: ['stun:relay.test'] }],
      restartIce: async () => answerWith(`again${++restarts}`),
      close: async () => void ended.push(request.roomId),
    };
  };
  const origins = { publicUrl: 'https://meet.test', allowedOrigins: ['https://studio.test'] };
  await server.register(serveOfferedLinks, { path: '/whip', open, origins, logger: silentLogger });
  onTestFinished(() => server.close());
  return { requests, ended, send: (method, url, options = {}) => sendTo(server, method, url, options) };
}

const posting = (more: Readonly<Record<string, string>> = {}) => ({
  body: fakeOffer(),
  headers: { 'content-type': sdp, ...more },
});

/** Somebody who has a link. */
async function aClient(stage: Stage, token?: string) {
  const bearer = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  const { headers } = await stage.send('POST', '/whip/studio', posting(bearer));
  const [location = '', etag = ''] = [headers['location'] as string, headers['etag'] as string];
  const patch = (ifMatch: string | undefined, body: string, type = fragment) =>
    stage.send('PATCH', location, {
      body,
      headers: { 'content-type': type, ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }), ...bearer },
    });
  return { location, etag, patch };
}

const candidates = 'a=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n';
const credentials = (ufrag: string) => `a=ice-ufrag:${ufrag}\r\na=ice-pwd:encoderencoderencoder0123\r\n`;

function expectProblem(response: Awaited<ReturnType<Stage['send']>>, status: number, code: ErrorCode): void {
  expect(response.statusCode).toBe(status);
  expect(response.headers['content-type']).toContain('application/problem+json');
  expect(response.json()).toMatchObject({ status, code });
}

describe('POST', () => {
  test('[W1] an offer is answered by a resource of its own', async () => {
    const stage = await aStage();
    const response = await stage.send('POST', '/whip/Studio?name=Desk&key=abc', posting());
    expect(response.statusCode).toBe(201);
    expect(response.body).toBe(answerWith('first'));
    expect(response.headers['content-type']).toBe(sdp);
    expect(response.headers['location']).toMatch(/^\/whip\/Studio\/[0-9a-v]{26}$/);
    expect(response.headers['etag']).toMatch(/^"\w+"$/);
    expect(response.headers['link']).toBe('<stun:relay.test>; rel="ice-server"');
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
    expect(stage.requests).toMatchObject([
      {
        roomId: 'studio',
        name: 'Desk',
        key: 'abc',
        accessToken: undefined,
        origin: '127.0.0.1',
        offer: fakeOffer(),
      },
    ]);
  });

  test("the token of the request is the client's", async () => {
    const stage = await aStage();
    await stage.send('POST', '/whip/studio', posting({ authorization: 'Bearer abc' }));
    expect(stage.requests[0]?.accessToken).toBe('abc');
  });

  test.each<[string, SendOptions, number, ErrorCode]>([
    [
      'of another type',
      { body: '{}', headers: { 'content-type': 'application/json' } },
      415,
      'unsupported-type',
    ],
    ['of no type', {}, 415, 'unsupported-type'],
    ['of a fragment', { body: candidates, headers: { 'content-type': fragment } }, 415, 'unsupported-type'],
    [
      'that is too large',
      { body: 'v'.repeat(65 * 1024), headers: { 'content-type': sdp } },
      413,
      'message-too-large',
    ],
    ['with another scheme', posting({ authorization: 'Basic abc' }), 401, 'token-invalid'],
  ])('[W4] a body %s is refused', async (_what, options, status, code) => {
    const stage = await aStage();
    expectProblem(await stage.send('POST', '/whip/studio', options), status, code);
    expect(stage.requests).toEqual([]);
  });

  test('[W4] a name that no room can have is none', async () => {
    const stage = await aStage();
    expectProblem(await stage.send('POST', '/whip/two%20words', posting()), 404, 'room-not-found');
  });

  test.each<[ErrorCode, number]>([
    ['invalid-offer', 400],
    ['token-invalid', 401],
    ['token-expired', 401],
    ['not-authorized', 403],
    ['banned', 403],
    ['needs-media-server', 409],
    ['unsupported-media', 415],
    ['capacity-exceeded', 503],
    ['internal', 500],
  ])('[W4] %s is %d, as a problem document', async (code, status) => {
    const stage = await aStage(code);
    const own = { authorization: 'Bearer abc', origin: 'https://meet.test' };
    const response = await stage.send('POST', '/whip/studio', posting(own));
    expectProblem(response, status, code);
    expect(response.headers['www-authenticate'] !== undefined).toBe(status === 401);
    expect(response.headers['access-control-allow-origin']).toBe('https://meet.test');
  });

  test.each<ErrorCode>(['guests-refused', 'not-authorized'])(
    '[W4] without a token %s is 401: one might help',
    async (code) => {
      const stage = await aStage(code);
      const response = await stage.send('POST', '/whip/studio', posting());
      expectProblem(response, 401, 'token-required');
      expect(response.headers['www-authenticate']).toBe('Bearer');
    },
  );
});

describe('PATCH', () => {
  test('[W2] candidates are taken without a word', async () => {
    const { patch, etag } = await aClient(await aStage());
    const response = await patch(etag, candidates);
    expect([response.statusCode, response.body]).toEqual([204, '']);
    expect((await patch(etag, credentials('encoder0') + candidates)).statusCode).toBe(204);
    expect((await patch('*', candidates)).statusCode).toBe(204);
  });

  test('[W2] other credentials restart ICE, and the entity tag of before is of no more use', async () => {
    const { patch, etag } = await aClient(await aStage());
    const response = await patch('*', credentials('encoder1'));
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe(fragment);
    expect(response.body).toContain('a=ice-ufrag:again1');
    expect(response.body).toContain('a=ice-lite');
    const next = response.headers['etag'] as string;
    expect(next).not.toBe(etag);
    expectProblem(await patch(etag, candidates), 412, 'precondition-failed');
    expect((await patch(next, credentials('encoder1') + candidates)).statusCode).toBe(204);
    expect((await patch('*', credentials('encoder2'))).body).toContain('a=ice-ufrag:again2');
  });

  test.each<[string, string | undefined, string, string, number, ErrorCode]>([
    ['without a condition', undefined, candidates, fragment, 428, 'precondition-required'],
    ['with another entity tag', '"other"', candidates, fragment, 412, 'precondition-failed'],
    ['of no fragment', '*', 'hello', fragment, 400, 'bad-request'],
    ['of a whole description', '*', fakeOffer(), sdp, 415, 'unsupported-type'],
  ])('[W4] one %s is refused', async (_what, ifMatch, body, type, status, code) => {
    const { patch } = await aClient(await aStage());
    expectProblem(await patch(ifMatch, body, type), status, code);
  });
});

describe('DELETE', () => {
  test('[W3] ends the link, and the resource is no more', async () => {
    const stage = await aStage();
    const { location, patch } = await aClient(stage);
    expect((await stage.send('DELETE', location)).statusCode).toBe(200);
    expect(stage.ended).toEqual(['studio']);
    expectProblem(await stage.send('DELETE', location), 404, 'resource-not-found');
    expectProblem(await patch('*', candidates), 404, 'resource-not-found');
  });

  test('[W3] a link that has ended has no resource', async () => {
    const stage = await aStage();
    const { location } = await aClient(stage);
    stage.requests[0]?.onEnded();
    expectProblem(await stage.send('DELETE', location), 404, 'resource-not-found');
  });

  test("[W3] the resource is its room's, and of who made it", async () => {
    const stage = await aStage();
    const { location } = await aClient(stage, 'abc');
    expectProblem(await stage.send('DELETE', location), 401, 'token-required');
    const forged = { headers: { authorization: 'Bearer abd' } };
    expectProblem(await stage.send('DELETE', location, forged), 401, 'token-invalid');
    const elsewhere = location.replace('studio', 'kitchen');
    const own = { headers: { authorization: 'Bearer abc' } };
    expectProblem(await stage.send('DELETE', elsewhere, own), 404, 'resource-not-found');
    expect((await stage.send('DELETE', location, own)).statusCode).toBe(200);
  });
});

describe('what can be done', () => {
  test('is said to who asks, also of pages that are allowed', async () => {
    const stage = await aStage();
    const { location } = await aClient(stage);
    const other = { headers: { origin: 'https://studio.test' } };
    const endpoint = await stage.send('OPTIONS', '/whip/studio', other);
    expect(endpoint.statusCode).toBe(204);
    expect(endpoint.headers).toMatchObject({
      'accept-post': sdp,
      'access-control-allow-origin': 'https://studio.test',
      'access-control-allow-methods': 'OPTIONS, POST',
      'access-control-allow-headers': 'Authorization, Content-Type, If-Match',
    });
    const resource = await stage.send('OPTIONS', location);
    expect(resource.headers).toMatchObject({ 'accept-patch': fragment, allow: 'OPTIONS, PATCH, DELETE' });
  });

  test('[W4] is nothing for pages of other sites: they may know of rooms by the browser of somebody else', async () => {
    const stage = await aStage();
    const foreign = posting({ origin: 'https://elsewhere.test' });
    const response = await stage.send('POST', '/whip/studio', foreign);
    expectProblem(response, 403, 'not-authorized');
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
    expect(stage.requests).toEqual([]);
  });

  test.each<[Method, string]>([
    ['GET', '/whip/studio'],
    ['PUT', '/whip/studio'],
    ['DELETE', '/whip/studio'],
    ['GET', '/whip/studio/abc'],
  ])('[W4] %s of %s is none of it', async (method, url) => {
    const stage = await aStage();
    const response = await stage.send(method, url);
    expectProblem(response, 405, 'method-not-allowed');
    expect(response.headers['allow']).toContain('OPTIONS');
  });
});
