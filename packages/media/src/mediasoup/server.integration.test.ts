/** The adapter with a real worker and a real browser. */
import type { Source } from '@plenum/protocol';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { resolveMediaWorker } from '../../../../native/media-worker/resolve.ts';
import { describeMediaServer, type MediaPeer, type MediaStage } from '../contract.ts';
import type { Logger } from '../logger.ts';
import type { MediaConnection, MediaRouter, MediaServer } from '../media-server.ts';
import { openChromium, type PeerPage } from '../testing/browsers.ts';
import { freePort } from '../testing/free-port.ts';
import { createMediasoupServer } from './server.ts';

let page: PeerPage;
let peers = 0;

beforeAll(async () => {
  page = await openChromium();
  await page.call('capture');
});

afterAll(async () => {
  await page.close();
});

interface TestServer {
  readonly server: MediaServer;
  /** Of the worker that started last. */
  workerPid(): number;
}

async function aServer(): Promise<TestServer> {
  const { path } = await resolveMediaWorker({ workerBin: process.env['MEDIASOUP_WORKER_BIN'] });
  let pid = 0;
  const ignore = () => undefined;
  const logger: Logger = {
    debug: ignore,
    info: (_message, fields) => {
      if (typeof fields?.['pid'] === 'number') pid = fields['pid'];
    },
    warn: ignore,
    error: ignore,
  };
  const listen = [{ ip: '127.0.0.1' }];
  const server = await createMediasoupServer({
    listen,
    basePort: await freePort(),
    workers: 1,
    workerBin: path,
    logger,
  });
  return { server, workerPid: () => pid };
}

describeMediaServer('the media server over mediasoup', async (): Promise<MediaStage> => {
  const { server, workerPid } = await aServer();
  const created: MediaPeer[] = [];
  return {
    server,
    createPeer: () => {
      const peer = aPeer();
      created.push(peer);
      return peer;
    },
    crash: () => process.kill(workerPid(), 'SIGKILL'),
    close: async () => {
      await Promise.all(created.map((peer) => peer.close()));
      await server.close();
    },
  };
});

function aPeer(id = `peer-${peers++}`): MediaPeer {
  return {
    answer: (offer, publishMids) => {
      const publications = publishMids.map((mid) => ({ source: sourceOn(offer, mid), mid, hasTrack: true }));
      return page.call('answer', id, offer, publications);
    },
    receives: (mid) => page.call('receives', id, mid),
    hearsNothing: (mid) => page.call('silent', id, mid, 300),
    // What the page sends is a tone without an end.
    speak: () => undefined,
    close: () => page.call('close', id),
  };
}

/** Which track to send: any of the right kind will do. */
function sourceOn(offer: string, mid: string): Source {
  const section = offer.split(/(?=^m=)/m).find((each) => each.includes(`a=mid:${mid}\r\n`));
  return section?.startsWith('m=audio') ? 'microphone' : 'camera';
}

describe('a browser', () => {
  let server: MediaServer;
  let router: MediaRouter;

  beforeAll(async () => {
    ({ server } = await aServer());
    router = await server.createRouter({ onSpeakers: () => undefined, onClosed: () => undefined });
  });

  afterAll(async () => {
    await server.close();
  });

  async function join(id: string, sources: readonly Source[], video: number): Promise<MediaConnection> {
    const slots = { audio: 1, video };
    const connection = await router.createConnection({ sources, slots, onStatus: () => undefined });
    const publications = Array.from(connection.publishOn, ([source, mid]) => ({
      source,
      mid,
      hasTrack: true,
    }));
    await connection.answer(await page.call<string>('answer', id, connection.offer, publications));
    for (const source of sources) await connection.setPublishing(source, true);
    return connection;
  }

  test('sends three layers, another shows them and changes slots, each after one offer', async () => {
    const ann = await join('ann', ['camera', 'microphone'], 0);
    const bob = await join('bob', ['camera'], 0);
    const cleo = await join('cleo', [], 2);
    const [first = '', second = ''] = cleo.slots
      .filter((slot) => slot.kind === 'video')
      .map((slot) => slot.mid);
    const show = (mid: string, connection: MediaConnection, maxLayer: number) =>
      cleo.fillSlot(mid, { connection, source: 'camera', maxLayer, priority: 1 });

    await show(first, ann, 2);
    await show(second, bob, 0);
    const [ofAnn, ofBob] = await Promise.all([receives('cleo', first), receives('cleo', second)]);
    await vi.waitFor(
      async () => expect(Math.min(...(await ann.layerBytes('camera')))).toBeGreaterThan(0),
      slow,
    );
    // Either may begin with whichever layer is there first.
    await vi.waitFor(async () => expect(await receives('cleo', first)).toMatchObject({ width: 1280 }), slow);
    await vi.waitFor(async () => expect(await receives('cleo', second)).toMatchObject({ width: 320 }), slow);

    await Promise.all([show(first, bob, 0), show(second, ann, 0)]);
    const [nowBob, nowAnn] = await Promise.all([receives('cleo', first), receives('cleo', second)]);
    expect(nowBob.ssrc).not.toBe(ofAnn.ssrc);
    expect(nowAnn.ssrc).not.toBe(ofBob.ssrc);

    expect(await page.call('offersTaken', 'cleo')).toBe(1);
    expect(await page.call('transportStats', 'cleo')).toMatchObject({
      dtlsState: 'connected',
      srtpCipher: expect.stringMatching(/AEAD_AES_\d+_GCM/),
    });
    expect(await server.dump()).toMatchObject({ transports: 3, producers: 3, consumers: 2 });
  });

  test('that leaves is noticed at once', async () => {
    const seen: string[] = [];
    const options = { sources: [], slots: { audio: 1, video: 0 } };
    const connection = await router.createConnection({ ...options, onStatus: (status) => seen.push(status) });
    await connection.answer(await page.call<string>('answer', 'dan', connection.offer, []));
    await page.call('connected', 'dan');
    await vi.waitFor(() => expect(seen).toContain('connected'));
    await page.call('close', 'dan');
    await vi.waitFor(() => expect(seen.at(-1)).toBe('closed'), { timeout: 5_000 });
  });
});

const slow = { timeout: 20_000 };

interface Received {
  readonly ssrc: number;
  readonly width: number;
}

function receives(id: string, mid: string): Promise<Received> {
  return page.call('receives', id, mid);
}
