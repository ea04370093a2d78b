/** What is promised of browsers: three layers, slots without negotiation, strong encryption, an end that is noticed. */
import type { Source } from '@plenum/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { MediaConnection, MediaRouter, MediaServer } from '../media-server.ts';
import { openChromium, openFirefox, type PeerPage } from '../testing/browsers.ts';
import { outerAddress, startRealServer } from '../testing/real-server.ts';

describe('Chromium', () => describeBrowser('chromium', openChromium, '127.0.0.1'));

// Firefox connects to no candidate of the loopback alone.
const outer = outerAddress();
describe.skipIf(outer === undefined)('Firefox', () => describeBrowser('firefox', openFirefox, outer));

// A machine that encodes and decodes for three on two busy cores takes its time.
const slow = { timeout: 30_000 };

interface Received {
  readonly ssrc: number;
  readonly width: number;
}

function describeBrowser(
  browser: 'chromium' | 'firefox',
  open: () => Promise<PeerPage>,
  ip: string | undefined,
): void {
  let page: PeerPage;
  let server: MediaServer;
  let router: MediaRouter;

  beforeAll(async () => {
    page = await open();
    await page.call('capture');
    ({ server } = await startRealServer(ip));
    router = await server.createRouter({ onSpeakers: () => undefined, onClosed: () => undefined });
  }, 120_000);

  afterAll(async () => {
    await page.close();
    await server.close();
  });

  async function join(id: string, sources: readonly Source[], video: number): Promise<MediaConnection> {
    const slots = { audio: 1, video };
    const connection = await router.createConnection({ sources, slots, onStatus: () => undefined });
    const mids = [...connection.publishOn];
    const publications = mids.map(([source, mid]) => ({ source, mid, hasTrack: true }));
    await connection.answer(await page.call<string>('answer', id, connection.offer, publications));
    for (const source of sources) await connection.setPublishing(source, true);
    return connection;
  }

  const received = (mid: string) => page.call<Received>('receives', 'cleo', mid);

  test('sends three layers, shows two people and exchanges them, all after one offer', async () => {
    const ann = await join('ann', ['camera', 'microphone'], 0);
    const bob = await join('bob', ['camera'], 0);
    const cleo = await join('cleo', [], 2);
    const [large = '', small = ''] = cleo.slots.filter(({ kind }) => kind === 'video').map(({ mid }) => mid);
    const show = (mid: string, connection: MediaConnection, maxLayer: number) =>
      cleo.fillSlot(mid, { connection, source: 'camera', maxLayer, priority: 1 });

    await show(large, ann, 2);
    await show(small, bob, 0);
    const [ofAnn, ofBob] = await Promise.all([received(large), received(small)]);
    const leastBytes = async () => Math.min(...(await ann.layerBytes('camera')));
    await vi.waitFor(async () => expect(await leastBytes()).toBeGreaterThan(0), slow);
    // Either may begin with whichever layer is there first; a browser that lacks time makes its pictures smaller.
    await vi.waitFor(async () => {
      const [ann, bob] = await Promise.all([received(large), received(small)]);
      expect(ann.width).toBeGreaterThan(bob.width);
    }, slow);

    await Promise.all([show(large, bob, 0), show(small, ann, 0)]);
    // What was on its way when they were exchanged may still be decoded.
    await vi.waitFor(async () => expect((await received(large)).ssrc).not.toBe(ofAnn.ssrc), slow);
    await vi.waitFor(async () => expect((await received(small)).ssrc).not.toBe(ofBob.ssrc), slow);

    expect(await page.call('offersTaken', 'cleo')).toBe(1);
    const { srtpCipher } = await page.call<{ srtpCipher?: string }>('transportStats', 'cleo');
    // Firefox tells only in its later versions.
    if (browser === 'chromium' || srtpCipher !== undefined) expect(srtpCipher).toMatch(/AEAD_AES_\d+_GCM/);
    expect(await server.dump()).toMatchObject({ transports: 3, producers: 3, consumers: 2 });
  });

  test('that leaves is noticed at once', async () => {
    const seen: string[] = [];
    const options = { sources: [], slots: { audio: 1, video: 0 } };
    const connection = await router.createConnection({ ...options, onStatus: (status) => seen.push(status) });
    await connection.answer(await page.call<string>('answer', 'dan', connection.offer, []));
    await vi.waitFor(() => expect(seen).toContain('connected'), slow);
    await page.call('connected', 'dan');
    await page.call('close', 'dan');
    await vi.waitFor(() => expect(seen.at(-1)).toBe('closed'), slow);
  });
}
