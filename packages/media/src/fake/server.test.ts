import { expect, test, vi } from 'vitest';
import { describeMediaServer, type MediaPeer, type MediaStage } from '../contract.ts';
import { fakeAnswer } from './answer.ts';
import type { FakeConnection } from './connection.ts';
import { fakeOffer } from './offer.ts';
import { createFakeMediaServer, type FakeMediaServer } from './server.ts';
import { fakeView } from './view.ts';

describeMediaServer('the fake media server', async (): Promise<MediaStage> => {
  const server = createFakeMediaServer();
  return {
    server,
    createPeer: () => aPeerOf(server),
    crash: () => server.crash(),
    close: () => server.close(),
  };
});

/** Reads off the record what a browser would see. */
function aPeerOf(server: FakeMediaServer): MediaPeer {
  let offer = '';
  const heard: { readonly channel: string; readonly bytes: readonly number[] }[] = [];
  const router = () => server.routers.find((each) => each.connections.some((other) => other.offer === offer));
  const connection = () => router()?.connections.find((each) => each.offer === offer);
  const flows = (mid: string) => {
    const shown = connection()?.shown.get(mid);
    const from = router()?.connections.find((each) => each.id === shown?.connectionId);
    const isMixed = router()?.mixes.some((mix) => mix.publishers.has(shown?.connectionId ?? ''));
    return shown !== undefined && (isMixed === true || from?.publishing.has(shown.source) === true);
  };
  return {
    answer: async (sdp, publish) => {
      offer = sdp;
      const own = connection();
      if (own !== undefined)
        own.onDelivered = (message, channel) => heard.push({ channel, bytes: [...message] });
      return fakeAnswer(sdp, { publish });
    },
    offer: async (sources) => fakeOffer({ sources }),
    view: async () => fakeView(),
    accept: async (sdp) => {
      offer = sdp;
    },
    receives: (mid) => vi.waitFor(() => expect(flows(mid)).toBe(true)),
    hearsNothing: (mid) => vi.waitFor(() => expect(flows(mid)).toBe(false)),
    send: async (channel, message) => {
      await vi.waitFor(() => expect(connection()?.status).toBe('connected'));
      connection()?.arrive(Uint8Array.from(message), channel);
    },
    received: async (channel) => heard.filter((one) => one.channel === channel).map(({ bytes }) => bytes),
    speak: () => router()?.speak(connection()?.id ?? '', -30),
    close: async () => undefined,
  };
}

const events = { onSpeakers: () => undefined, onClosed: () => undefined };

async function aConnection(
  connectsByItself: boolean,
  onStatus: (status: string) => void,
): Promise<FakeConnection> {
  const server = createFakeMediaServer({ connectsByItself });
  const router = await server.createRouter(events);
  return router.createConnection({ sources: ['camera'], slots: { audio: 1, video: 1 }, onStatus });
}

test('a test may decide when a link is connected, and that it fails', async () => {
  const seen: string[] = [];
  const connection = await aConnection(false, (status) => seen.push(status));
  await connection.answer(fakeAnswer(connection.offer));
  expect(seen).toEqual(['checking']);
  connection.setStatus('connected');
  connection.setStatus('failed');
  expect(seen).toEqual(['checking', 'connected', 'failed']);
});

test('a test reads who is in which slot, and at which size', async () => {
  const server = createFakeMediaServer();
  const router = await server.createRouter(events);
  const options = { sources: ['camera' as const], slots: { audio: 0, video: 1 }, onStatus: () => undefined };
  const speaker = await router.createConnection(options);
  const viewer = await router.createConnection(options);
  await speaker.answer(fakeAnswer(speaker.offer));
  const mid = viewer.slots[0]?.mid ?? '';
  await viewer.fillSlot(mid, { connection: speaker, source: 'camera', maxLayer: 1, priority: 7 });
  await viewer.adjustSlot(mid, { maxLayer: 2, priority: 7 });
  expect(viewer.shown.get(mid)).toEqual({
    connectionId: speaker.id,
    source: 'camera',
    maxLayer: 2,
    priority: 7,
    hasHalfFrames: false,
    isPaused: false,
  });
});

test('silence is told once nobody speaks', async () => {
  const heard: unknown[] = [];
  const server = createFakeMediaServer();
  const router = await server.createRouter({ ...events, onSpeakers: (speakers) => heard.push(speakers) });
  router.speak('a', -40);
  router.speak('b', -20);
  router.speak('a', undefined);
  router.speak('b', undefined);
  expect(heard).toEqual([
    [{ connectionId: 'a', level: -40 }],
    [
      { connectionId: 'b', level: -20 },
      { connectionId: 'a', level: -40 },
    ],
    [{ connectionId: 'b', level: -20 }],
    [],
  ]);
});
