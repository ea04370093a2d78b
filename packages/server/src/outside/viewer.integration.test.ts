/** A viewer of a broadcast at a whole server with a real media worker and mixer. Whether media flows is seen in browsers. */
import { readIceCredentials } from '@plenum/media';
import { fakeOffer, fakeView } from '@plenum/media/fake';
import { createTokenService } from '@plenum/messaging-node/tokens';
import { createBroadcastKey } from '@plenum/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { aPair } from '../testing/guest.ts';
import { aFolder, aServer } from '../testing/running-server.ts';
import { readTokenKey } from '../token/key-file.ts';

async function aBroadcast() {
  const data = aFolder();
  const { url } = await aServer({ data });
  const [ann, ben] = await aPair(url);
  for (const guest of [ann, ben]) onTestFinished(guest.close);
  const { roomId: room } = ann.participant.room.data;
  const tokens = createTokenService({ key: readTokenKey(data), domain: 'localhost', now: () => Date.now() });
  const tokenFor = async (grantedRoom: string) => {
    const grant = { room: grantedRoom };
    return `Bearer ${await tokens.mintAccess({ name: 'Cleo', grant, expires: Date.now() + 60_000 })}`;
  };
  const post = (offer: string, authorization?: string, at: string = room) =>
    fetch(new URL(`whep/${at}`, url), {
      method: 'POST',
      headers: { 'content-type': 'application/sdp', ...(authorization && { authorization }) },
      body: offer,
    });
  const start = (wish = {}) => ann.participant.execute('startBroadcast', wish);
  const stop = () => ann.participant.execute('stopBroadcast', {});
  return { url, room, ann, tokenFor, post, start, stop };
}

async function count(url: string, name: string): Promise<number> {
  const text = await (await fetch(new URL('metrics', url))).text();
  return Number(new RegExp(`^plenum_${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

async function refusal(answer: Promise<Response>): Promise<readonly [number, string]> {
  const response = await answer;
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  return [response.status, ((await response.json()) as { readonly code: string }).code];
}

const untilCount = (url: string, name: string, wanted: number) =>
  expect.poll(() => count(url, name), { timeout: 30_000 }).toBe(wanted);

test('[W5] [W6] [W7] looks on while there is a broadcast, and is counted, and is nobody in the room', async () => {
  const { url, post, start, stop } = await aBroadcast();
  expect(await refusal(post(fakeView()))).toEqual([404, 'not-broadcast']);
  expect(await refusal(post(fakeView(), undefined, 'nowhere'))).toEqual([404, 'room-not-found']);
  await start();
  // Whoever is mixed is, and the one picture is in both of its sizes.
  await untilCount(url, 'producers', 6);
  const before = await count(url, 'consumers');
  const response = await post(fakeView());
  expect(response.status).toBe(201);
  await untilCount(url, 'consumers', before + 2);
  expect(response.headers.get('etag')).toMatch(/^"\w+"$/);
  const answer = await response.text();
  const location = new URL(response.headers.get('location') ?? '', url);
  expect(location.pathname).toMatch(/^\/whep\/[^/]+\/[0-9a-v]{26}$/);
  // In the numbers of the offer.
  expect(answer.match(/^a=rtpmap:.*$/gm)).toEqual([
    'a=rtpmap:109 opus/48000/2',
    'a=rtpmap:120 VP8/90000',
    'a=rtpmap:126 H264/90000',
  ]);
  await untilCount(url, 'broadcast_viewers', 1);
  expect(await count(url, 'participants')).toBe(2);
  const patch = (ifMatch: string) =>
    fetch(location, {
      method: 'PATCH',
      headers: { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': ifMatch },
      body: 'a=ice-ufrag:another1\r\na=ice-pwd:anotheranotheranother01\r\n',
    });
  expect(await refusal(patch('"other"'))).toEqual([412, 'precondition-failed']);
  const restarted = await patch('*');
  expect(restarted.status).toBe(200);
  expect(readIceCredentials(await restarted.text())).not.toEqual(readIceCredentials(answer));
  expect((await fetch(location, { method: 'DELETE' })).status).toBe(200);
  await untilCount(url, 'broadcast_viewers', 0);
  expect((await fetch(location, { method: 'DELETE' })).status).toBe(404);

  const again = await post(fakeView());
  const second = new URL(again.headers.get('location') ?? '', url);
  await stop();
  expect((await fetch(second, { method: 'DELETE' })).status).toBe(404);
});

test('[W8] needs no token, but one that it shows has to be good, and is asked for from then on', async () => {
  const { url, ann, tokenFor, post, start } = await aBroadcast();
  await start();
  expect(await refusal(post(fakeView(), 'Bearer abc'))).toEqual([401, 'token-invalid']);
  expect(await refusal(post(fakeView(), await tokenFor('kitchen')))).toEqual([403, 'token-for-another-room']);
  const authorization = await tokenFor(ann.participant.room.data.roomId);
  const response = await post(fakeView(), authorization);
  expect(response.status).toBe(201);
  const location = new URL(response.headers.get('location') ?? '', url);
  expect(await refusal(fetch(location, { method: 'DELETE' }))).toEqual([401, 'token-required']);
  expect((await fetch(location, { method: 'DELETE', headers: { authorization } })).status).toBe(200);
});

test('[C87] [W8] looks on at a broadcast that has a key with that only', async () => {
  const { room, post, start } = await aBroadcast();
  const key = createBroadcastKey();
  await start({ key });
  const postTo = (at: string) => post(fakeView(), undefined, at);
  expect(await refusal(postTo(room))).toEqual([404, 'not-broadcast']);
  expect(await refusal(postTo(`${room}?key=${createBroadcastKey()}`))).toEqual([404, 'not-broadcast']);
  expect((await postTo(`${room}?key=${key}`)).status).toBe(201);
});

test('[W8] what is no offer to receive is refused, and leaves nothing behind', async () => {
  const { url, post, start } = await aBroadcast();
  await start();
  expect(await refusal(post('v=0\r\n'))).toEqual([400, 'invalid-offer']);
  expect(await refusal(post(fakeOffer()))).toEqual([400, 'invalid-offer']);
  expect(await refusal(post(fakeView({ codecs: ['vp8'] })))).toEqual([415, 'unsupported-media']);
  expect(await count(url, 'broadcast_viewers')).toBe(0);
  await untilCount(url, 'transports', 3);
});
