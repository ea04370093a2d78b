import { afterEach, beforeEach, expect, test } from 'vitest';
import { LoadClient } from './load-client.ts';
import type { NativePeer, PeerStats } from './native-peer.ts';
import type { AnswerOptions } from './sdp/answer.ts';
import type { OfferOptions } from './sdp/offer.ts';

let client: LoadClient;

beforeEach(async () => {
  client = await LoadClient.start();
});
afterEach(async () => client.close());

async function aConnectedPair(
  offered: OfferOptions,
  answered: AnswerOptions,
): Promise<[NativePeer, NativePeer]> {
  const offerer = client.createPeer();
  const answerer = client.createPeer();
  const offer = await offerer.createOffer(offered);
  const answer = await answerer.answerOffer(offer, { ...answered, decrypt: true, timestamps: true });
  await offerer.acceptAnswer(answer, { ...offered, decrypt: true });
  await Promise.all([offerer.waitFor('connected'), answerer.waitFor('connected')]);
  return [offerer, answerer];
}

async function untilStats(peer: NativePeer, isReached: (stats: PeerStats) => boolean): Promise<PeerStats> {
  return expect
    .poll(async () => peer.stats(), { timeout: 5_000 })
    .toSatisfy(isReached)
    .then(() => peer.stats());
}

test('two native peers exchange audio and video over DTLS-SRTP without loss', async () => {
  const publish = [
    { kind: 'audio', tag: 7 },
    { kind: 'video', tag: 8 },
  ] as const;
  const [, receiver] = await aConnectedPair({ publish }, {});
  expect(receiver.profile).toBe('SRTP_AEAD_AES_256_GCM');
  const stats = await untilStats(
    receiver,
    ({ received }) => received.length === 2 && received.every((s) => s.frames > 10),
  );
  expect(stats.received.map((s) => [s.mid, s.tag, s.lost, s.unreadable]).sort()).toEqual([
    ['0', 7, 0, 0],
    ['1', 8, 0, 0],
  ]);
  expect(stats.received.find((s) => s.mid === '1')).toMatchObject({ keyFrames: 1, width: 1280 });
  expect(stats.feedbackSent).toBeGreaterThan(0);
  expect((await client.stats()).delay.count).toBeGreaterThan(0);
});

test('a receiver that asks for a key frame gets one', async () => {
  const [sender, receiver] = await aConnectedPair({ publish: [{ kind: 'video' }] }, {});
  const { received } = await untilStats(receiver, (stats) => (stats.received[0]?.frames ?? 0) > 2);
  await receiver.requestKeyFrame(received[0]?.ssrc ?? 0);
  await untilStats(receiver, (stats) => stats.received[0]?.keyFrames === 2);
  expect((await sender.stats()).sent[0]?.keyFrameRequests).toBe(1);
});

test('an answerer publishes the three encodings of a simulcast sender side by side', async () => {
  const [, receiver] = await aConnectedPair({ publish: [{ kind: 'video', simulcast: true }] }, {});
  const stats = await untilStats(
    receiver,
    ({ received }) => received.length === 3 && received.every((s) => s.width > 0),
  );
  expect(stats.received.map((s) => s.width).sort((a, b) => a - b)).toEqual([320, 640, 1280]);
});

test('a peer that is closed tells the other by DTLS', async () => {
  const [offerer, answerer] = await aConnectedPair({ publish: [{ kind: 'audio' }] }, {});
  await offerer.close();
  await expect.poll(() => answerer.state).toBe('closed');
});

test('closing the client ends its process and refuses further commands', async () => {
  await client.close();
  await expect(client.stats()).rejects.toThrow('closed');
  expect(() => process.kill(client.pid, 0)).toThrow();
});
