/** The contract of slots. */
import type { Source } from '@plenum/protocol';
import { expect, test } from 'vitest';
import {
  answer,
  audioMid,
  expectRefusal,
  type MediaStage,
  twoConnections,
  videoMids,
  wish,
} from './stage.ts';

export function describeSlots(stage: () => MediaStage): void {
  test('hold one source each, whatever was in them before', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera', 'screen']);
    const [mid = ''] = videoMids(viewer);
    for (const source of ['camera', 'screen', 'screen', 'camera'] as const) {
      expect(await viewer.fillSlot(mid, { connection: speaker, source, ...wish })).toBe(true);
      expect(await stage().server.dump()).toMatchObject({ consumers: 1 });
    }
    viewer.emptySlot(mid);
    viewer.emptySlot(mid);
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('show what was asked for last when several calls pend', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera', 'screen']);
    const [mid = ''] = videoMids(viewer);
    const fill = (source: Source) => viewer.fillSlot(mid, { connection: speaker, source, ...wish });
    const results = await Promise.all([fill('camera'), fill('screen'), fill('camera'), fill('screen')]);
    expect(results.at(-1)).toBe(true);
    expect(await stage().server.dump()).toMatchObject({ consumers: 1 });
    const filled = fill('camera');
    viewer.emptySlot(mid);
    await filled;
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('stay empty where the source cannot be had', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    const [mid = ''] = videoMids(viewer);
    const camera = { connection: speaker, source: 'camera' as const, ...wish };
    expect(await viewer.fillSlot(mid, camera)).toBe(false);
    await answer(stage(), speaker, ['microphone']);
    expect(await viewer.fillSlot(mid, camera)).toBe(false);
    speaker.close();
    expect(await viewer.fillSlot(mid, camera)).toBe(false);
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('are emptied by a source that cannot be had', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    expect(await viewer.fillSlot(mid, { connection: speaker, source: 'screen', ...wish })).toBe(false);
    expect(await stage().server.dump()).toMatchObject({ consumers: 0 });
  });

  test('do not take another kind, and only those that were offered exist', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera', 'microphone']);
    const [mid = ''] = videoMids(viewer);
    const microphone = { connection: speaker, source: 'microphone' as const, ...wish };
    await expectRefusal(viewer.fillSlot(mid, microphone), 'bad-request');
    await expectRefusal(viewer.fillSlot('zz', microphone), 'bad-request');
  });

  test('can be adjusted, filled or empty', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera']);
    const [mid = ''] = videoMids(viewer);
    await viewer.adjustSlot(mid, { maxLayer: 1, priority: 9 });
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    await viewer.adjustSlot(mid, { maxLayer: 2, priority: 255 });
    expect(await stage().server.dump()).toMatchObject({ consumers: 1 });
  });

  test('are emptied when the other connection closes', async () => {
    const [speaker, viewer] = await twoConnections(stage());
    await answer(stage(), speaker, ['camera', 'microphone']);
    const [mid = ''] = videoMids(viewer);
    await viewer.fillSlot(mid, { connection: speaker, source: 'camera', ...wish });
    const filling = viewer.fillSlot(audioMid(viewer), { connection: speaker, source: 'microphone', ...wish });
    speaker.close();
    await filling;
    expect(await stage().server.dump()).toMatchObject({ transports: 1, producers: 0, consumers: 0 });
  });
}
