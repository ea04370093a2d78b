/** The contract of links that the other side offers. */
import type { ConnectionStatus } from '@plenum/protocol';
import { expect, test, vi } from 'vitest';
import {
  answer,
  aRouter,
  audioMid,
  connect,
  expectRefusal,
  type MediaStage,
  offered,
  videoMids,
  wish,
} from './stage.ts';

const soon = { timeout: 10_000 };

export function describeAcceptance(stage: () => MediaStage): void {
  test('is answered with an m-line for each of its own, and what it sends can be shown', async () => {
    const router = await aRouter(stage());
    const { connection } = await offered(stage(), router, ['microphone', 'camera']);
    expect(connection.localAnswer.match(/^m=/gm)).toHaveLength(2);
    expect([...connection.publishOn.keys()].toSorted()).toEqual(['camera', 'microphone']);
    expect(connection.negotiated).toEqual(new Set(['microphone', 'camera']));
    expect(connection.slots).toEqual([]);
    await connection.setPublishing('microphone', true);
    await connection.setPublishing('camera', true);
    const viewer = await connect(router);
    const watcher = await answer(stage(), viewer);
    const [mid = ''] = videoMids(viewer);
    expect(await viewer.fillSlot(mid, { connection, source: 'camera', ...wish })).toBe(true);
    expect(await viewer.fillSlot(audioMid(viewer), { connection, source: 'microphone', ...wish })).toBe(true);
    await watcher.receives(mid);
    await watcher.receives(audioMid(viewer));
    expect(await stage().server.dump()).toMatchObject({ transports: 2, producers: 2, consumers: 2 });
  });

  test('connects, and sends nothing on before it is wanted', async () => {
    const seen: ConnectionStatus[] = [];
    const router = await aRouter(stage());
    const { connection } = await offered(stage(), router, ['camera'], {
      onStatus: (status) => seen.push(status),
    });
    await vi.waitFor(() => expect(seen).toEqual(['checking', 'connected']), soon);
    const viewer = await connect(router);
    const watcher = await answer(stage(), viewer);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection, source: 'camera', ...wish });
    await watcher.hearsNothing(mid);
  });

  test('takes one of each kind, and refuses what else there is', async () => {
    const router = await aRouter(stage());
    const { connection } = await offered(stage(), router, ['camera', 'microphone', 'screen']);
    expect([...connection.negotiated].toSorted()).toEqual(['camera', 'microphone']);
    expect(connection.localAnswer.match(/^m=\w+ 0 /gm)).toHaveLength(1);
  });

  test('restarts ICE with an answer that differs in nothing but its credentials', async () => {
    const router = await aRouter(stage());
    const { connection, peer } = await offered(stage(), router, ['camera']);
    await connection.setPublishing('camera', true);
    const viewer = await connect(router);
    const watcher = await answer(stage(), viewer);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection, source: 'camera', ...wish });
    for (let restarts = 0; restarts < 2; restarts++) {
      const before = connection.localAnswer;
      await peer.offer(['camera']);
      const after = await connection.restartIce();
      expect(after).toBe(connection.localAnswer);
      expect(withoutCredentials(after)).toEqual(withoutCredentials(before));
      expect(after).not.toEqual(before);
      await peer.accept(after);
      await watcher.receives(mid);
    }
  });

  test('is refused where it is none, or nothing is to be sent, and leaves nothing behind', async () => {
    const router = await aRouter(stage());
    const onStatus = () => undefined;
    const ours = await connect(router, { sources: ['camera'], slots: { audio: 0, video: 0 } });
    for (const sdp of ['', 'v=0\r\n', 'nonsense', ours.offer]) {
      await expectRefusal(router.acceptOffer(sdp, { onStatus }), 'invalid-offer');
    }
    const offer = await stage().createPeer().offer(['camera']);
    const foreign = offer.replaceAll(/^a=rtpmap:(\d+) (VP8|H264)/gm, 'a=rtpmap:$1 H265');
    await expectRefusal(router.acceptOffer(foreign, { onStatus }), 'unsupported-media');
    expect(await stage().server.dump()).toMatchObject({ transports: 1, producers: 0 });
    router.close();
    await expectRefusal(router.acceptOffer(offer, { onStatus }), 'closed');
  });

  test('ends when it is closed, and empties the slots that showed it', async () => {
    const router = await aRouter(stage());
    const { connection } = await offered(stage(), router, ['camera']);
    const viewer = await connect(router);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection, source: 'camera', ...wish });
    connection.close();
    connection.close();
    expect(await stage().server.dump()).toMatchObject({ transports: 1, producers: 0, consumers: 0 });
    await expectRefusal(connection.restartIce(), 'closed');
  });
}

function withoutCredentials(sdp: string): readonly string[] {
  return sdp.split('\r\n').filter((line) => !/^(?:a=ice-(?:ufrag|pwd):|o=)/.test(line));
}
