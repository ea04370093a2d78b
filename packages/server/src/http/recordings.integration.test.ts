import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTokenService } from '@plenum/messaging-node/tokens';
import { type AccessGrant, parseRoomId } from '@plenum/protocol';
import { describe, expect, test } from 'vitest';
import { aFolder, aServer } from '../testing/running-server.ts';
import { readTokenKey } from '../token/key-file.ts';

const id = '20260102T030405678Z';
const index = [
  { type: 'recording-started', version: 1, roomId: 'zürich', startedAt: '2026-01-02T03:04:05.678Z' },
  { type: 'part-started', file: 'part-1.webm', participantId: '', atMs: 0 },
  { type: 'part-ended', file: 'part-1.webm', atMs: 900 },
  { type: 'recording-ended', atMs: 1_000 },
];

/** A server with one recording of the room `zürich`. */
async function aServerWithRecording() {
  const data = aFolder();
  const folder = join(data, 'recordings', 'zürich', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'index.json'),
    `[\n${index.map((entry) => JSON.stringify(entry)).join(',\n')}\n]\n`,
  );
  writeFileSync(join(folder, 'part-1.webm'), 'abcdefghij');
  const { url } = await aServer({ data });
  const tokens = createTokenService({ key: readTokenKey(data), domain: 'localhost', now: () => Date.now() });
  const expires = Date.now() + 60_000;
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(new URL(path, url), { headers, method });
  const as = async (grant: AccessGrant) => ({
    authorization: `Bearer ${await tokens.mintAccess({ user: 'ann', grant, expires })}`,
  });
  const pass = (recordings: readonly string[], room = 'zürich') =>
    tokens.mintRecordingPass({ roomId: parseRoomId(room), recordings, expires });
  return { get, as, pass };
}

const file = `recordings/zürich/${id}/part-1.webm`;

describe('[C61] recordings over HTTP', () => {
  test('who moderates has the list, and the files in pieces', async () => {
    const { get, as } = await aServerWithRecording();
    const owner = await as({ role: 'owner' });
    const listed = await get('recordings/Zürich', owner);
    expect(listed.status).toBe(200);
    expect(await listed.json()).toMatchObject({
      recordings: [{ id, durationMs: 1_000, isEnded: true, files: [{ name: 'part-1.webm', bytes: 10 }] }],
    });
    const whole = await get(file, owner);
    expect(whole.headers.get('content-type')).toBe('video/webm');
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    expect(whole.headers.get('cache-control')).toBe('private, no-cache');
    expect(await whole.text()).toBe('abcdefghij');
    const piece = await get(file, { ...owner, range: 'bytes=2-4' });
    expect(piece.status).toBe(206);
    expect(piece.headers.get('content-range')).toBe('bytes 2-4/10');
    expect(await piece.text()).toBe('cde');
    const beyond = await get(file, { ...owner, range: 'bytes=90-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */10']);
    const etag = whole.headers.get('etag') ?? '';
    expect((await get(file, { ...owner, 'if-none-match': etag })).status).toBe(304);
    const range = 'bytes=2-4';
    expect((await get(file, { ...owner, range, 'if-range': etag })).status).toBe(206);
    expect((await get(file, { ...owner, range, 'if-range': '"another"' })).status).toBe(200);
    expect((await get(`recordings/zürich/${id}/index.json`, owner)).status).toBe(200);
  });

  test('who asks only how long a file is has no octet of it', async () => {
    const { get, as } = await aServerWithRecording();
    const head = await get(file, await as({ role: 'owner' }), 'HEAD');
    expect([head.status, head.headers.get('content-length'), head.headers.get('content-type')]).toEqual([
      200,
      '10',
      'video/webm',
    ]);
    expect(await head.text()).toBe('');
    expect((await get(file, {}, 'HEAD')).status).toBe(401);
  });

  test('nobody else has anything', async () => {
    const { get, as, pass } = await aServerWithRecording();
    const refused: readonly [Record<string, string>, number][] = [
      [{}, 401],
      [{ authorization: 'Bearer nonsense' }, 401],
      [await as({}), 403],
      [await as({ role: 'participant' }), 403],
      [await as({ role: 'owner', moderate: false }), 403],
      [await as({ role: 'owner', room: parseRoomId('other') }), 403],
    ];
    for (const [headers, status] of refused) {
      expect((await get('recordings/zürich', headers)).status).toBe(status);
      expect((await get(file, headers)).status).toBe(status);
    }
    // A pass is no access token, and an access token is none in a URL.
    const token = await pass([id]);
    expect((await get(file, { authorization: `Bearer ${token}` })).status).toBe(401);
    const [, access = ''] = (await as({ role: 'owner' })).authorization.split(' ');
    expect((await get(`${file}?token=${access}`)).status).toBe(401);
    expect((await get(`${file}?token=${token}&token=${token}`)).status).toBe(401);
  });

  test('a pass opens what it names', async () => {
    const { get, pass } = await aServerWithRecording();
    expect((await get(`${file}?token=${await pass([id])}`)).status).toBe(200);
    expect((await get(`${file}?token=${await pass(['another'])}`)).status).toBe(403);
    expect((await get(`${file}?token=${await pass([id], 'other')}`)).status).toBe(403);
    const none = await get(`recordings/zürich?token=${await pass(['another'])}`);
    expect(await none.json()).toEqual({ recordings: [] });
  });

  test.each([
    'recordings/-bad',
    `recordings/zürich/${id}/..%2f..%2f..%2ftokens.key`,
    `recordings/zürich/..%2f..%2f/part-1.webm`,
    `recordings/zürich/${id}/part-9.webm`,
    `recordings/zürich/${id}/.hidden.webm`,
    `recordings/zürich/${id}/`,
  ])('%s is not found', async (path) => {
    const { get, as } = await aServerWithRecording();
    expect((await get(path, await as({ role: 'owner' }))).status).toBe(404);
  });
});

test('[C61] where recording is off there is nothing to ask for', async () => {
  const { url } = await aServer({ recordings: 'off' });
  expect((await fetch(new URL('recordings/standup', url))).status).toBe(404);
});
