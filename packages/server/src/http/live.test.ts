import { type AddressInfo, connect } from 'node:net';
import { parseRoomId } from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import Fastify from 'fastify';
import { expect, onTestFinished, test, vi } from 'vitest';
import { LiveStation } from '../live/live-station.ts';
import { serveLive } from './live.ts';

/** As little of an initialization section as is read. */
const init = new Uint8Array(100);
init.set(new TextEncoder().encode('avc1'), 10);
init.set([0x05, 0x00, 0x02, 0xd0], 10 + 28);
init.set(new TextEncoder().encode('avcC'), 60);
init.set([1, 0x42, 0xc0, 0x1f], 64);

const room = 'standup';

async function aStage({ allowedOrigins = [] as readonly string[], waitsPerAddress = 100 } = {}) {
  const clock = new FakeClock();
  const station = new LiveStation({ clock, waitsPerAddress });
  const server = Fastify({ trustProxy: '127.0.0.1' });
  await server.register(serveLive, { basePath: '/meet', station, allowedOrigins });
  onTestFinished(async () => {
    station.close();
    await server.close();
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    server.inject({ method: 'GET', url: `/meet/live/${path}`, headers });
  const begin = (key?: string) => {
    const channel = station.begin(parseRoomId(room), key);
    channel.handle({ type: 'stream-began', init });
    channel.handle({ type: 'segment-began', wallMs: 0 });
    const part = (isLast: boolean, data: string) =>
      channel.handle({
        type: 'part-finished',
        durationMs: 320,
        isIndependent: true,
        isLast,
        data: new TextEncoder().encode(data),
      });
    return { channel, part };
  };
  /** Where its playlist is. */
  const playlist = async () => {
    const { body } = await get(`${room}/index.m3u8`);
    return `${room}/${body.split('\n').at(-2) ?? ''}`;
  };
  const status = async () => (await get(`${room}/status`)).json() as unknown;
  /** By a real connection, one after the other without waiting, through a proxy that says for whom it asks. */
  const overSocket = async (from: string, ...paths: readonly string[]) => {
    if (!server.server.listening) await server.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
    });
    for (const path of paths)
      socket.write(`GET /meet/live/${path} HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: ${from}\r\n\r\n`);
    const statuses = () => [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status));
    return { statuses, end: () => socket.destroy() };
  };
  return { clock, station, get, begin, playlist, status, overSocket };
}

test('[C69] where nothing is broadcast there is nothing, and the status says so', async () => {
  const { get, status } = await aStage();
  expect(await status()).toEqual({ isLive: false, audience: 0 });
  for (const path of ['index.m3u8', '0123456789/live.m3u8', '0123456789/init-1.mp4', 'x/live.m3u8'])
    expect((await get(`${room}/${path}`)).statusCode).toBe(404);
  expect((await get('two%20words/index.m3u8')).statusCode).toBe(404);
  expect((await get('two%20words/status')).json()).toEqual({ isLive: false, audience: 0 });
});

test('[C69] players are led from one playlist to the other, and to media that caches may keep', async () => {
  const { get, begin, playlist, status } = await aStage();
  const { part } = begin();
  expect((await get(`${room}/index.m3u8`)).statusCode).toBe(404);
  part(true, 'first');
  expect(await status()).toEqual({ isLive: true, audience: 0 });
  const index = await get('Standup/index.m3u8');
  expect(index.headers).toMatchObject({
    'content-type': 'application/vnd.apple.mpegurl',
    'cache-control': 'no-store',
  });
  expect(index.body).toContain('CODECS="avc1.42c01f,mp4a.40.2",RESOLUTION=1280x720');
  const path = await playlist();
  const media = await get(path);
  expect(media.headers).toMatchObject({ 'cache-control': 'max-age=1' });
  expect(media.body).toContain('CAN-BLOCK-RELOAD=YES');
  const part0 = await get(path.replace(/live\.m3u8.*/, 'part-0-0.m4s'));
  expect(part0.headers).toMatchObject({ 'content-type': 'video/mp4', 'cache-control': 'max-age=12' });
  expect(part0.body).toBe('first');
  expect((await get(path.replace(/live\.m3u8.*/, 'init-1.mp4'))).rawPayload).toEqual(Buffer.from(init));
  expect((await get(path.replace(/live\.m3u8.*/, 'segment-9.m4s'))).statusCode).toBe(404);
});

test('[C69] a playlist that is not there yet is waited for, but not for long', async () => {
  const { clock, get, begin, playlist } = await aStage();
  const { part } = begin();
  part(true, 'first');
  const path = await playlist();
  const reload = (number: number, at: number) => get(`${path}&_HLS_msn=${number}&_HLS_part=${at}`);
  const waiting = reload(1, 0);
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  await asked;
  clock.advance(6_000);
  const late = await waiting;
  expect([late.statusCode, late.headers['retry-after']]).toEqual([503, '1']);
  expect((await reload(7, 0)).statusCode).toBe(400);
  expect((await get(`${path}&_HLS_part=1`)).statusCode).toBe(400);
});

test('[C76] of one address only so many requests wait, which their connection ends', async () => {
  const { station, begin, playlist, overSocket } = await aStage({ waitsPerAddress: 2 });
  const { channel, part } = begin();
  part(true, 'first');
  const next = `${await playlist()}&_HLS_msn=1&_HLS_part=0`;
  const untilWaiting = (count: number) =>
    vi.waitFor(() => expect(station.at(parseRoomId(room), undefined)?.store.waits).toBe(count));
  const [ann, ben] = ['198.51.100.1', '198.51.100.2'];
  const many = await overSocket(ann, next, next, next);
  await untilWaiting(2);
  const more = await overSocket(ann, next);
  await vi.waitFor(() => expect(more.statuses()).toEqual([503]));
  const other = await overSocket(ben, next);
  await untilWaiting(3);
  many.end();
  await untilWaiting(1);
  const again = await overSocket(ann, next);
  await untilWaiting(2);
  channel.handle({ type: 'segment-began', wallMs: 320 });
  part(false, 'second');
  await vi.waitFor(() => expect([again.statuses(), other.statuses()]).toEqual([[200], [200]]));
});

test('[C67] the audience is who asked for the playlist in the last seconds, each player once', async () => {
  const { clock, get, begin, playlist, status } = await aStage();
  const { channel, part } = begin();
  part(true, 'first');
  const [ann, ben] = [await playlist(), await playlist()];
  expect(ann).not.toBe(ben);
  for (const path of [ann, ann, ben]) await get(path);
  expect(channel.audience).toBe(2);
  expect(await status()).toEqual({ isLive: true, audience: 2 });
  // Those who have no word of their own are told apart by address and player, also behind a proxy.
  const plain = ann.replace(/\?.*/, '');
  for (const from of ['198.51.100.1', '198.51.100.2', '198.51.100.1'])
    await get(plain, { 'x-forwarded-for': from, 'user-agent': 'player' });
  expect(channel.audience).toBe(4);
  clock.advance(9_000);
  await get(ben);
  clock.advance(2_000);
  expect(channel.audience).toBe(1);
});

test('[C68] who looks on sees the end of it, and who comes then finds nothing', async () => {
  const { clock, station, get, begin, playlist, status } = await aStage();
  const { channel, part } = begin();
  part(true, 'first');
  const path = await playlist();
  channel.close();
  channel.close();
  expect((await get(path)).body).toContain('#EXT-X-ENDLIST');
  expect((await get(`${room}/index.m3u8`)).statusCode).toBe(404);
  expect(await status()).toEqual({ isLive: false, audience: 0 });
  expect(station.dump()).toEqual({ broadcasts: 0, viewers: 0 });
  clock.advance(30_000);
  expect((await get(path)).statusCode).toBe(404);
});

test('[C68] a broadcast that is begun anew has other addresses, and who looked on at the one before sees its end', async () => {
  const { clock, station, get, begin, playlist } = await aStage();
  const first = begin();
  first.part(true, 'first');
  const before = await playlist();
  const waiting = get(`${before}&_HLS_msn=1&_HLS_part=0`);
  first.channel.close();
  const second = begin();
  second.part(true, 'second');
  for (const { body } of [await waiting, await get(before)]) {
    expect(body).toContain('segment-0.m4s');
    expect(body).toContain('#EXT-X-ENDLIST');
  }
  const segmentOf = async (path: string) => (await get(path.replace(/live\.m3u8.*/, 'segment-0.m4s'))).body;
  const now = await playlist();
  expect([await segmentOf(before), await segmentOf(now)]).toEqual(['first', 'second']);
  expect(station.dump()).toEqual({ broadcasts: 1, viewers: 0 });
  // What comes late of the one before changes nothing.
  first.part(true, 'late');
  first.channel.close();
  expect((await get(now)).body).not.toContain('#EXT-X-ENDLIST');
  clock.advance(30_000);
  expect((await get(before)).statusCode).toBe(404);
  expect((await get(now)).statusCode).toBe(200);
  expect((await get(now.replace(room, 'garden'))).statusCode).toBe(404);
});

test('[C68] a broadcast in the place of one that was not ended ends it', async () => {
  const { get, begin, playlist } = await aStage();
  begin().part(true, 'first');
  const before = await playlist();
  begin().part(true, 'second');
  expect((await get(before)).body).toContain('#EXT-X-ENDLIST');
});

test('[C87] who has not the key of a broadcast that has one finds nothing, as where nothing is broadcast', async () => {
  const key = '0123456789abcdefghijklmnop';
  const { get, begin, status } = await aStage();
  begin(key).part(true, 'first');
  for (const query of ['', '?key=', `?key=${key}x`, `?key=wrong&key=${key}`]) {
    expect((await get(`${room}/index.m3u8${query}`)).statusCode).toBe(404);
    expect((await get(`${room}/status${query}`)).json()).toEqual({ isLive: false, audience: 0 });
  }
  expect(await status()).toEqual({ isLive: false, audience: 0 });
  expect((await get(`${room}/status?key=${key}`)).json()).toEqual({ isLive: true, audience: 0 });
  const { statusCode, body } = await get(`${room}/index.m3u8?key=${key}`);
  expect(statusCode).toBe(200);
  // From there on the stream's own name cannot be guessed, and caches keep the same for all.
  expect(body).not.toContain(key);
  expect((await get(`${room}/${body.split('\n').at(-2)}`)).body).toContain('part-0-0.m4s');
});

test('[C87] who brings a key where none is needed looks on', async () => {
  const { get, begin } = await aStage();
  begin().part(true, 'first');
  expect((await get(`${room}/index.m3u8?key=any`)).statusCode).toBe(200);
});

test('[C69] pages of other sites read it only where the operator named them', async () => {
  const { get } = await aStage({ allowedOrigins: ['https://acme.test'] });
  const from = (origin: string) => get(`${room}/status`, { origin });
  expect((await from('https://acme.test')).headers['access-control-allow-origin']).toBe('https://acme.test');
  expect((await from('https://elsewhere.test')).headers['access-control-allow-origin']).toBeUndefined();
  expect((await from('https://elsewhere.test')).headers['vary']).toBe('origin');
});
