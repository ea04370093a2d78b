/** An outside encoder at a whole server with a real media worker. Nobody is behind the offer: whether media flows is seen in browsers. */
import { readIceCredentials } from '@plenum/media';
import { fakeAnswer, fakeOffer } from '@plenum/media/fake';
import { createTokenService } from '@plenum/messaging-node/tokens';
import { SignallingParticipant, until } from '@plenum/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { aFolder, aServer } from '../testing/running-server.ts';
import { readTokenKey } from '../token/key-file.ts';

async function aWatcher(serverUrl: string, roomId = 'studio'): Promise<SignallingParticipant> {
  const watcher = await SignallingParticipant.join({
    serverUrl,
    domain: 'localhost',
    roomId,
    name: 'Ann',
    publications: {},
    answer: async (offer) => fakeAnswer(offer, { publish: [] }),
  });
  onTestFinished(() => watcher.close());
  return watcher;
}

async function post(url: string, offer: string, room = 'studio'): Promise<Response> {
  const headers = { 'content-type': 'application/sdp' };
  return fetch(new URL(`whip/${room}?name=Desk`, url), { method: 'POST', headers, body: offer });
}

async function count(url: string, name: string): Promise<number> {
  const text = await (await fetch(new URL('metrics', url))).text();
  return Number(new RegExp(`^plenum_${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

const untilCount = (url: string, name: string, wanted: number) =>
  expect.poll(() => count(url, name), { timeout: 30_000 }).toBe(wanted);

test('[W1] [W3] is a participant with producers of its own, until it says that it goes', async () => {
  const { url } = await aServer();
  const response = await post(url, fakeOffer());
  expect(response.status).toBe(201);
  const location = new URL(response.headers.get('location') ?? '', url);
  await untilCount(url, 'participants', 1);
  await untilCount(url, 'producers', 2);
  expect((await fetch(location, { method: 'DELETE' })).status).toBe(200);
  await untilCount(url, 'participants', 0);
  await untilCount(url, 'transports', 0);
  await untilCount(url, 'sessions', 0);
  expect((await fetch(location, { method: 'DELETE' })).status).toBe(404);
});

test('[W2] gets new credentials from the media server', async () => {
  const { url } = await aServer();
  const response = await post(url, fakeOffer());
  const answer = await response.text();
  const location = new URL(response.headers.get('location') ?? '', url);
  const restarted = await fetch(location, {
    method: 'PATCH',
    headers: { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' },
    body: 'a=ice-ufrag:another1\r\na=ice-pwd:anotheranotheranother01\r\n',
  });
  expect(restarted.status).toBe(200);
  const credentials = readIceCredentials(await restarted.text());
  expect(credentials).toBeDefined();
  expect(credentials).not.toEqual(readIceCredentials(answer));
  expect(await count(url, 'participants')).toBe(1);
});

test('[W4] where guests do not come in it needs a token', async () => {
  const { url } = await aServer({ guests: 'refused' });
  const refused = await post(url, fakeOffer());
  expect(refused.status).toBe(401);
  expect(refused.headers.get('www-authenticate')).toBe('Bearer');
  expect(await refused.json()).toMatchObject({ code: 'token-required' });
  expect(await count(url, 'sessions')).toBe(0);
  expect(await count(url, 'rooms')).toBe(0);
});

test('[W3] with a token it comes in where guests do not, and goes with the same token only', async () => {
  const data = aFolder();
  const { url } = await aServer({ guests: 'refused', data });
  const tokens = createTokenService({ key: readTokenKey(data), domain: 'localhost', now: () => Date.now() });
  const expires = Date.now() + 60_000;
  const grant = { room: 'studio' };
  const authorization = `Bearer ${await tokens.mintAccess({ name: 'Camera 1', grant, expires })}`;
  const headers = { 'content-type': 'application/sdp', authorization };
  const send = (room: string) =>
    fetch(new URL(`whip/${room}`, url), { method: 'POST', headers, body: fakeOffer() });
  const elsewhere = await send('kitchen');
  expect([elsewhere.status, await elsewhere.json()]).toMatchObject([403, { code: 'token-for-another-room' }]);
  const response = await send('studio');
  expect(response.status).toBe(201);
  const location = new URL(response.headers.get('location') ?? '', url);
  expect((await fetch(location, { method: 'DELETE' })).status).toBe(401);
  expect((await fetch(location, { method: 'DELETE', headers: { authorization } })).status).toBe(200);
});

test('[W4] what is no offer is refused before there is anything of it', async () => {
  const { url } = await aServer();
  const response = await post(url, 'v=0\r\n');
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await count(url, 'sessions')).toBe(0);
});

test('[C63] others see it with its name and what it publishes', async () => {
  const { url } = await aServer();
  const watcher = await aWatcher(url);
  await post(url, fakeOffer());
  await until(() => watcher.names.includes('Desk'));
  const [desk] = Object.values(watcher.room.data.participants).filter(({ name }) => name === 'Desk');
  expect(desk).toMatchObject({ publications: { microphone: { muted: false } }, role: 'participant' });
});
