/** The contract of how things end. */
import type { ConferenceError } from '@plenum/protocol';
import { expect, test, vi } from 'vitest';
import type { MediaServerDump } from '../media-server.ts';
import { answer, aRouter, connect, expectRefusal, type MediaStage, videoMids, wish } from './stage.ts';

const nothing: Omit<MediaServerDump, 'workers'> = { routers: 0, transports: 0, producers: 0, consumers: 0 };

export function describeEnd(stage: () => MediaStage): void {
  test('of a router ends all that is in it', async () => {
    const router = await aRouter(stage());
    const [speaker, viewer] = [await connect(router), await connect(router)];
    await answer(stage(), speaker, ['camera']);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    router.close();
    router.close();
    speaker.close();
    expect(await stage().server.dump()).toMatchObject(nothing);
    await expectRefusal(connect(router), 'closed');
    expect(await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish })).toBe(false);
    await speaker.setPublishing('camera', true);
  });

  test('in the middle of things leaves nothing behind', async () => {
    const router = await aRouter(stage());
    const speaker = await connect(router);
    const sdp = await stage()
      .createPeer()
      .answer(speaker.offer, [...speaker.publishOn.values()]);
    const pending = Promise.allSettled([speaker.answer(sdp), connect(router), connect(router)]);
    speaker.close();
    router.close();
    for (const result of await pending) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'closed' });
    }
    expect(await stage().server.dump()).toMatchObject(nothing);
  });

  test('of what it runs on is told to every room once, and new rooms can be made', async () => {
    const reasons: ConferenceError[] = [];
    const onClosed = (reason: ConferenceError) => reasons.push(reason);
    const routers = [await aRouter(stage(), { onClosed }), await aRouter(stage(), { onClosed })];
    const closed = await aRouter(stage(), { onClosed });
    closed.close();
    for (const router of routers) await connect(router);
    stage().crash();
    await vi.waitFor(() => expect(reasons.map((reason) => reason.code)).toEqual(goneTwice));
    for (const router of routers) await expectRefusal(connect(router), 'closed');
    const again = await connect(await aRouter(stage()));
    expect(again.offer).toContain('m=video');
    expect(await stage().server.dump()).toMatchObject({ ...nothing, routers: 1, transports: 1 });
    expect(reasons).toHaveLength(2);
  });

  test('of the server is final, and may be asked for twice', async () => {
    const { server } = stage();
    const reasons: ConferenceError[] = [];
    await aRouter(stage(), { onClosed: (reason) => reasons.push(reason) });
    await server.close();
    await server.close();
    await expectRefusal(aRouter(stage()), 'closed');
    expect(await server.dump()).toEqual({ ...nothing, workers: 0 });
    expect(reasons).toEqual([]);
  });
}

const goneTwice = ['media-server-gone', 'media-server-gone'];
