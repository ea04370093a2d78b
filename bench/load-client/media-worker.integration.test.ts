// The native peer against the real media worker, by a real offer: simulcast in, a slot filled without renegotiation.
import { createWorker } from 'mediasoup';
import type { Router, RtpParameters, WebRtcTransport, Worker } from 'mediasoup/types';
import { type MediaDescription, parse } from 'sdp-transform';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { resolveMediaWorker } from '../../native/media-worker/resolve.ts';
import { LoadClient } from './load-client.ts';
import type { NativePeer, ReceivedStats } from './native-peer.ts';

let client: LoadClient;
let worker: Worker;
let router: Router;

beforeEach(async () => {
  const { path } = await resolveMediaWorker();
  worker = await createWorker({ ...(path === undefined ? {} : { workerBin: path }), logLevel: 'error' });
  router = await worker.createRouter({
    mediaCodecs: [
      { kind: 'audio', mimeType: 'audio/opus', clockRate: 48_000, channels: 2, preferredPayloadType: 100 },
      { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, preferredPayloadType: 101 },
    ],
  });
  client = await LoadClient.start();
});

afterEach(async () => {
  await client.close();
  worker.close();
});

async function aTransport(): Promise<WebRtcTransport> {
  return router.createWebRtcTransport({
    listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }],
    initialAvailableOutgoingBitrate: 5_000_000,
  });
}

/** The offer at join: a camera line with three rids to publish on, and one video slot without SSRC. */
function offerOf(transport: WebRtcTransport): string {
  const [candidate] = transport.iceCandidates;
  const fingerprint = transport.dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  const extensions = (router.rtpCapabilities.headerExtensions ?? [])
    .filter(({ kind }) => kind === 'video')
    .map(({ preferredId, uri }) => `a=extmap:${preferredId} ${uri}`);
  const common = [
    'c=IN IP4 127.0.0.1',
    'a=rtpmap:101 VP8/90000',
    'a=rtpmap:102 rtx/90000',
    'a=fmtp:102 apt=101',
    'a=rtcp-fb:101 nack',
    'a=rtcp-fb:101 nack pli',
    'a=rtcp-fb:101 transport-cc',
    ...extensions,
    `a=ice-ufrag:${transport.iceParameters.usernameFragment}`,
    `a=ice-pwd:${transport.iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    `a=candidate:1 1 udp ${candidate?.priority} ${candidate?.address} ${candidate?.port} typ host`,
    'a=setup:actpass',
    'a=rtcp-mux',
  ];
  const line = 'm=video 7 UDP/TLS/RTP/SAVPF 101 102';
  const rids = ['a=rid:l recv', 'a=rid:m recv', 'a=rid:h recv', 'a=simulcast:recv l;m;h'];
  const session = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE cam slot',
  ];
  return [
    ...session,
    line,
    'a=mid:cam',
    'a=recvonly',
    ...rids,
    ...common,
    line,
    'a=mid:slot',
    'a=sendonly',
    ...common,
    '',
  ].join('\r\n');
}

async function join(
  publishes: boolean,
): Promise<{ peer: NativePeer; transport: WebRtcTransport; answer: string }> {
  const transport = await aTransport();
  const peer = client.createPeer();
  const publish = publishes ? [{ kind: 'video', simulcast: true, tag: 42 } as const] : [];
  const answer = await peer.answerOffer(offerOf(transport), { publish, decrypt: true, timestamps: true });
  await transport.connect({
    dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: client.fingerprint }] },
  });
  await peer.waitFor('connected');
  return { peer, transport, answer };
}

function producedBy(answer: string): RtpParameters {
  const media: MediaDescription | undefined = parse(answer).media.find(({ mid }) => mid === 'cam');
  const rids = (media?.rids ?? []).map(({ id }) => ({ rid: String(id) }));
  return {
    mid: 'cam',
    codecs: [
      {
        mimeType: 'video/VP8',
        payloadType: 101,
        clockRate: 90_000,
        rtcpFeedback: [{ type: 'nack', parameter: 'pli' }, { type: 'transport-cc' }],
      },
      { mimeType: 'video/rtx', payloadType: 102, clockRate: 90_000, parameters: { apt: 101 } },
    ],
    headerExtensions: (media?.ext ?? []).map(({ value, uri }) => ({ id: value, uri })) as NonNullable<
      RtpParameters['headerExtensions']
    >,
    encodings: rids,
  };
}

async function slotOf(peer: NativePeer): Promise<ReceivedStats | undefined> {
  return (await peer.stats()).received.find((stream) => stream.mid === 'slot' && !stream.isRepair);
}

test('a simulcast publisher reaches a slot, layer by layer, with no further offer', async () => {
  const publisher = await join(true);
  const viewer = await join(false);
  const producer = await publisher.transport.produce({
    kind: 'video',
    rtpParameters: producedBy(publisher.answer),
  });
  const consumer = await viewer.transport.consume({
    producerId: producer.id,
    rtpCapabilities: router.rtpCapabilities,
    mid: 'slot',
  });
  await consumer.setPreferredLayers({ spatialLayer: 0 });
  await expect.poll(async () => (await slotOf(viewer.peer))?.width, { timeout: 10_000 }).toBe(320);
  await consumer.setPreferredLayers({ spatialLayer: 2 });
  await expect.poll(async () => (await slotOf(viewer.peer))?.width, { timeout: 20_000 }).toBe(1280);
  expect(await slotOf(viewer.peer)).toMatchObject({ tag: 42, lost: 0, unreadable: 0 });
  expect((await publisher.peer.stats()).feedbackReceived).toBeGreaterThan(0);
}, 40_000);

test('an ICE restart by a new offer keeps media flowing on the same DTLS association', async () => {
  const publisher = await join(true);
  const viewer = await join(false);
  const producer = await publisher.transport.produce({
    kind: 'video',
    rtpParameters: producedBy(publisher.answer),
  });
  await viewer.transport.consume({
    producerId: producer.id,
    rtpCapabilities: router.rtpCapabilities,
    mid: 'slot',
  });
  await expect.poll(async () => (await slotOf(viewer.peer))?.frames ?? 0).toBeGreaterThan(2);
  await viewer.transport.restartIce();
  await viewer.peer.answerOffer(offerOf(viewer.transport), { decrypt: true });
  await expect.poll(async () => (await viewer.peer.stats()).consentAgeMs).toBeLessThan(500);
  const before = (await slotOf(viewer.peer))?.frames ?? 0;
  await expect.poll(async () => (await slotOf(viewer.peer))?.frames ?? 0).toBeGreaterThan(before + 10);
  expect(viewer.peer.state).toBe('connected');
});
