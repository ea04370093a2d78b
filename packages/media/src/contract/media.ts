/** The contract of media that flows. */
import { expect, test, vi } from 'vitest';
import type { Speaker } from '../media-server.ts';
import {
  answer,
  aRouter,
  audioMid,
  connect,
  type MediaStage,
  twoConnections,
  videoMids,
  wish,
} from './stage.ts';

export function describeMedia(stage: () => MediaStage): void {
  test('arrives in a slot that was filled before the answer', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    await speaker.setPublishing('camera', true);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    const peer = await answer(stage(), viewer);
    await peer.receives(mid);
  });

  test('flows only while it is wanted', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await speaker.setPublishing('camera', true);
    await speaker.setPublishing('screen', true);
    await answer(stage(), speaker, ['camera']);
    const peer = await answer(stage(), viewer);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    await peer.receives(mid);
    await speaker.setPublishing('camera', false);
    await peer.hearsNothing(mid);
    await speaker.setPublishing('camera', true);
    await peer.receives(mid);
  });

  test('of another source follows in the same slot', async () => {
    const router = await aRouter(stage());
    const [first, second, viewer] = [await connect(router), await connect(router), await connect(router)];
    for (const speaker of [first, second]) {
      await answer(stage(), speaker, ['microphone']);
      await speaker.setPublishing('microphone', true);
    }
    const peer = await answer(stage(), viewer);
    const mid = audioMid(viewer);
    for (const connection of [first, second, first]) {
      await viewer.fillSlot(mid, { connection, source: 'microphone', ...wish });
      await peer.receives(mid);
    }
  });

  test('tells who speaks', async () => {
    const heard: (readonly Speaker[])[] = [];
    const router = await aRouter(stage(), { onSpeakers: (speakers) => heard.push(speakers) });
    const speaker = await connect(router);
    const peer = await answer(stage(), speaker, ['microphone']);
    await speaker.setPublishing('microphone', true);
    peer.speak();
    await vi.waitFor(() => expect(heard.flat()).not.toEqual([]), { timeout: 10_000 });
    const [loudest] = heard.flat();
    expect(loudest?.connectionId).toBe(speaker.id);
    expect(loudest?.level).toBeGreaterThan(-127);
    expect(loudest?.level).toBeLessThanOrEqual(0);
  });
}
