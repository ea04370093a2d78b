/** The contract of links that the other side offers to receive on. */
import type { ConnectionStatus } from '@plenum/protocol';
import { expect, test, vi } from 'vitest';
import type {
  AcceptOptions,
  MediaMix,
  MediaRouter,
  MixCodec,
  ViewerConnection,
  ViewerContent,
} from '../media-server.ts';
import { aRouter, connect, expectRefusal, type MediaPeer, type MediaStage } from './stage.ts';

const soon = { timeout: 10_000 };

export function describeViewers(stage: () => MediaStage): void {
  test.each<MixCodec>(['h264', 'vp8'])('is shown a mix in %s, and hears everybody', async (codec) => {
    const router = await aRouter(stage());
    const { viewer, peer, mids } = await aViewer(stage(), router);
    expect(viewer.codecs).toEqual(new Set(['h264', 'vp8']));
    await viewer.show(await contentOf(await aMix(router, codec)));
    for (const mid of mids) await peer.receives(mid);
    expect(await stage().server.dump()).toMatchObject({ routers: 1, consumers: 2 });
  });

  test('goes on with another mix, in another codec', async () => {
    const router = await aRouter(stage());
    const { viewer, peer, mids } = await aViewer(stage(), router);
    const first = await aMix(router, 'h264');
    await viewer.show(await contentOf(first));
    for (const mid of mids) await peer.receives(mid);
    for (const codec of ['vp8', 'vp8', 'h264'] as const) {
      const next = await aMix(router, codec);
      await viewer.show(await contentOf(next));
      first.close();
      for (const mid of mids) await peer.receives(mid);
    }
  });

  test('is shown nothing any more when it is told to be, or the mix ends', async () => {
    const router = await aRouter(stage());
    const { viewer } = await aViewer(stage(), router);
    const mix = await aMix(router, 'vp8');
    const content = await contentOf(mix);
    await viewer.show(content);
    await viewer.show({ sound: content.sound });
    expect(await stage().server.dump()).toMatchObject({ consumers: 1 });
    mix.close();
    await vi.waitFor(async () => expect(await stage().server.dump()).toMatchObject({ consumers: 0 }), soon);
    await viewer.show(content);
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('is answered in its own numbers, one m-line for each of its own', async () => {
    const router = await aRouter(stage());
    const { viewer, offer } = await aViewer(stage(), router);
    const offered = sectionsOf(offer);
    const answered = sectionsOf(viewer.localAnswer);
    expect(answered.map(({ mid, kind }) => [mid, kind])).toEqual(offered.map(({ mid, kind }) => [mid, kind]));
    for (const [index, { codecs, extensions }] of answered.entries()) {
      expect(codecs.length).toBeGreaterThan(0);
      expect(offered[index]?.codecs).toEqual(expect.arrayContaining([...codecs]));
      expect(offered[index]?.extensions).toEqual(expect.arrayContaining([...extensions]));
    }
  });

  test('connects, and restarts ICE with an answer that differs in nothing but its credentials', async () => {
    const seen: ConnectionStatus[] = [];
    const router = await aRouter(stage());
    const { viewer, peer, mids } = await aViewer(stage(), router, {
      onStatus: (status) => seen.push(status),
    });
    await viewer.show(await contentOf(await aMix(router, 'vp8')));
    await vi.waitFor(() => expect(seen).toEqual(['checking', 'connected']), soon);
    const before = viewer.localAnswer;
    await peer.view();
    const after = await viewer.restartIce();
    expect(after).toBe(viewer.localAnswer);
    expect(withoutCredentials(after)).toEqual(withoutCredentials(before));
    expect(after).not.toEqual(before);
    await peer.accept(after);
    for (const mid of mids) await peer.receives(mid);
  });

  test('is one of several, of whom each goes without a word to the others', async () => {
    const router = await aRouter(stage());
    const viewers = [await aViewer(stage(), router), await aViewer(stage(), router)] as const;
    const content = await contentOf(await aMix(router, 'vp8'));
    await Promise.all(viewers.map(({ viewer }) => viewer.show(content)));
    expect(await stage().server.dump()).toMatchObject({ routers: 1, consumers: 4 });
    const [first, second] = viewers;
    first.viewer.close();
    first.viewer.close();
    for (const mid of second.mids) await second.peer.receives(mid);
    second.viewer.close();
    await vi.waitFor(async () => expect(await stage().server.dump()).toMatchObject({ consumers: 0 }), soon);
    await expectRefusal(first.viewer.restartIce(), 'closed');
  });

  test('is refused where it offers nothing, or only to send, and leaves nothing behind', async () => {
    const router = await aRouter(stage());
    const onStatus = () => undefined;
    const ours = await connect(router, { sources: [], slots: { audio: 0, video: 1 } });
    const sender = await stage().createPeer().offer(['camera']);
    for (const sdp of ['', 'v=0\r\n', 'nonsense', ours.offer, sender]) {
      await expectRefusal(router.acceptViewer(sdp, { onStatus }), 'invalid-offer');
    }
    const offer = await stage().createPeer().view();
    const foreign = offer.replaceAll(/^a=rtpmap:(\d+) (VP8|H264|opus)/gm, 'a=rtpmap:$1 other');
    await expectRefusal(router.acceptViewer(foreign, { onStatus }), 'unsupported-media');
    expect(await stage().server.dump()).toMatchObject({ transports: 1, routers: 1 });
    router.close();
    await expectRefusal(router.acceptViewer(offer, { onStatus }), 'closed');
  });

  test('ends with its router', async () => {
    const router = await aRouter(stage());
    const { viewer } = await aViewer(stage(), router);
    router.close();
    await expectRefusal(viewer.restartIce(), 'closed');
    expect(await stage().server.dump()).toMatchObject({ routers: 0, transports: 0 });
  });
}

interface AViewer {
  readonly viewer: ViewerConnection;
  readonly peer: MediaPeer;
  readonly offer: string;
  readonly mids: readonly string[];
}

async function aViewer(
  stage: MediaStage,
  router: MediaRouter,
  options: Partial<AcceptOptions> = {},
): Promise<AViewer> {
  const peer = stage.createPeer();
  const offer = await peer.view();
  const viewer = await router.acceptViewer(offer, { onStatus: () => undefined, ...options });
  await peer.accept(viewer.localAnswer);
  return { viewer, peer, offer, mids: sectionsOf(offer).map(({ mid }) => mid) };
}

function aMix(router: MediaRouter, codec: MixCodec): Promise<MediaMix> {
  return router.createMix({ people: 1, codec, onEnded: () => undefined });
}

async function contentOf(mix: MediaMix): Promise<ViewerContent> {
  mix.arrange({ layout: 'grid', entries: [{ id: 'ann', name: 'Ann' }] });
  return { picture: mix.picture, sound: await mix.soundFor(undefined) };
}

function sectionsOf(sdp: string) {
  const sections = sdp.split(/(?=^m=)/m).slice(1);
  return sections.map((section) => ({
    kind: section.slice(2, 7),
    mid: /^a=mid:(\S+)/m.exec(section)?.[1] ?? '',
    codecs: section.match(/^a=rtpmap:.*$/gm) ?? [],
    extensions: section.match(/^a=extmap:.*$/gm) ?? [],
  }));
}

function withoutCredentials(sdp: string): readonly string[] {
  return sdp.split('\r\n').filter((line) => !/^(?:a=ice-(?:ufrag|pwd):|o=)/.test(line));
}
