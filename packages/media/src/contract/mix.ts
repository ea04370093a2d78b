/** The contract of mixes. */
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConferenceError, randomWord, type Source } from '@plenum/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import type {
  LiveEvent,
  MediaConnection,
  MediaMix,
  MediaRouter,
  MixCodec,
  MixContent,
  MixEntry,
  RecordedPart,
} from '../media-server.ts';
import {
  answer,
  aRouter,
  audioMid,
  connect,
  expectRefusal,
  type MediaStage,
  videoMids,
  wish,
} from './stage.ts';

const slow = { timeout: 10_000, interval: 50 };

export function describeMix(stage: () => MediaStage): void {
  test.each<MixCodec>(['h264', 'vp8'])(
    'shows one picture of all, in %s, and lets each hear the others',
    async (codec) => {
      const router = await aRouter(stage());
      const { speaker, entry } = await aSpeaker(stage(), router, 'ann');
      const viewer = await connect(router);
      const peer = await answer(stage(), viewer);
      const mix = await aMix(router, codec);
      const ben = { id: 'ben', name: 'Ben' };
      mix.arrange(gridOf(entry, ben));
      const [video = ''] = videoMids(viewer);
      const audio = audioMid(viewer);
      const sound = await mix.soundFor('ben');
      expect(await viewer.fillSlot(video, { connection: mix.picture, source: 'camera', ...wish })).toBe(true);
      expect(await viewer.fillSlot(audio, { connection: sound, source: 'microphone', ...wish })).toBe(true);
      await peer.receives(video);
      await peer.receives(audio);
      // Who goes, and what is asked for that is not there, ends nothing.
      speaker.close();
      mix.arrange({ layout: 'speaker', entries: [{ ...entry, id: 'gone' }, ben] });
      await peer.receives(video);
      await peer.receives(audio);
    },
  );

  test('[C80] takes the place of another, which goes on until it is closed', async () => {
    const router = await aRouter(stage());
    const viewer = await connect(router);
    const peer = await answer(stage(), viewer);
    const [video = ''] = videoMids(viewer);
    const first = await aMix(router, 'vp8');
    await viewer.fillSlot(video, { connection: first.picture, source: 'camera', ...wish });
    const onEnded = vi.fn();
    const second = await router.createMix({ people: 2, codec: 'h264', replaces: first, onEnded });
    await peer.receives(video);
    await viewer.fillSlot(video, { connection: second.picture, source: 'camera', ...wish });
    first.close();
    await peer.receives(video);
    expect(onEnded).not.toHaveBeenCalled();
  });

  test('[C83] shows the same smaller as well, while that is wanted', async () => {
    const router = await aRouter(stage());
    const viewer = await connect(router);
    const peer = await answer(stage(), viewer);
    const [video = '', another = ''] = videoMids(viewer);
    const mix = await aMix(router, 'h264');
    mix.showSmall(true);
    for (const [mid, connection] of [
      [video, mix.picture],
      [another, mix.smallPicture],
    ] as const) {
      expect(await viewer.fillSlot(mid, { connection, source: 'camera', ...wish })).toBe(true);
      await peer.receives(mid);
    }
    mix.showSmall(false);
    await peer.receives(video);
  });

  test('makes one sound for each who listens, the same however often it is asked for', async () => {
    const mix = await aMix(await aRouter(stage()));
    const [ann, again, ben] = await Promise.all([
      mix.soundFor('ann'),
      mix.soundFor('ann'),
      mix.soundFor('ben'),
    ]);
    expect(again).toEqual(ann);
    expect(ben).not.toEqual(ann);
  });

  test('writes what it mixes into a file until it is told to stop', async () => {
    const mix = await aMix(await aRouter(stage()));
    const path = join(tmpdir(), `plenum-mix-${randomWord(10)}`);
    onTestFinished(() => rm(`${path}.webm`, { force: true }));
    const onFailed = vi.fn();
    const began = Promise.withResolvers<RecordedPart>();
    const recording = mix.record({ path, keyFrameEveryMs: 10_000, onBegan: began.resolve, onFailed });
    expect((await began.promise).path).toBe(`${path}.webm`);
    await recording.stop();
    await recording.stop();
    mix.close();
    expect(onFailed).not.toHaveBeenCalled();
  });

  test('makes a live stream of it until it is told to stop', async () => {
    const mix = await aMix(await aRouter(stage()), 'h264');
    const events: LiveEvent[] = [];
    const onFailed = vi.fn();
    const broadcast = mix.broadcast({ onEvent: (event) => events.push(event), onFailed });
    const began = ['stream-began', 'segment-began', 'part-finished'];
    await vi.waitFor(() => expect(events.slice(0, 3).map(({ type }) => type)).toEqual(began), slow);
    expect(events[0]).toMatchObject({ init: expect.any(Uint8Array) });
    expect(events[2]).toMatchObject({ isIndependent: true, data: expect.any(Uint8Array) });
    broadcast.stop();
    broadcast.stop();
    const { length } = events;
    // What it makes meanwhile is of another.
    const again = Promise.withResolvers<LiveEvent>();
    mix.broadcast({ onEvent: again.resolve, onFailed });
    expect(await again.promise).toMatchObject({ type: 'stream-began' });
    mix.close();
    expect(events).toHaveLength(length);
    expect(onFailed).not.toHaveBeenCalled();
  });

  test('makes no live stream of what is not in H.264', async () => {
    const mix = await aMix(await aRouter(stage()), 'vp8');
    const failed = Promise.withResolvers<ConferenceError>();
    mix.broadcast({ onEvent: () => undefined, onFailed: failed.resolve });
    expect(await failed.promise).toMatchObject({ code: 'broadcast-failed' });
  });

  test('[C72] writes single sources into files, until each is told to stop', async () => {
    const router = await aRouter(stage());
    const { speaker } = await aSpeaker(stage(), router, 'ann');
    const tracks = await router.openTracks({ people: 1, onEnded: () => undefined });
    const folder = join(tmpdir(), `plenum-tracks-${randomWord(10)}`);
    await mkdir(folder);
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const onFailed = vi.fn();
    const record = (source: Source) => {
      const began = Promise.withResolvers<RecordedPart>();
      const from = { connection: speaker, source };
      const recording = tracks.record(from, {
        path: join(folder, source),
        onBegan: began.resolve,
        onFailed,
      });
      return { recording, began: began.promise };
    };
    const [camera, microphone] = [record('camera'), record('microphone')];
    expect((await camera.began).path).toBe(join(folder, 'camera.webm'));
    expect((await microphone.began).path).toBe(join(folder, 'microphone.webm'));
    await camera.recording.stop();
    await camera.recording.stop();
    tracks.close();
    tracks.close();
    await microphone.recording.stop();
    // Of what is closed, and of what is not there, nothing comes.
    await record('screen').recording.stop();
    expect(onFailed).not.toHaveBeenCalled();
    router.close();
    await expectRefusal(router.openTracks({ people: 1, onEnded: () => undefined }), 'closed');
  });

  test('leaves its slots empty when it ends', async () => {
    const router = await aRouter(stage());
    const viewer = await connect(router);
    await answer(stage(), viewer);
    const mix = await aMix(router);
    const [video = ''] = videoMids(viewer);
    await viewer.fillSlot(video, { connection: mix.picture, source: 'camera', ...wish });
    mix.close();
    mix.close();
    await vi.waitFor(async () => expect(await stage().server.dump()).toMatchObject({ consumers: 0 }));
    await expectRefusal(mix.soundFor('ann'), 'closed');
    expect(await viewer.fillSlot(video, { connection: mix.picture, source: 'camera', ...wish })).toBe(false);
  });

  test('ends with its router, which makes no other', async () => {
    const router = await aRouter(stage());
    const mix = await aMix(router);
    router.close();
    await expectRefusal(mix.soundFor('ann'), 'closed');
    await expectRefusal(aMix(router), 'closed');
  });
}

function aMix(router: MediaRouter, codec: MixCodec = 'vp8'): Promise<MediaMix> {
  return router.createMix({ people: 2, codec, onEnded: () => undefined });
}

async function aSpeaker(
  stage: MediaStage,
  router: MediaRouter,
  id: string,
): Promise<{ speaker: MediaConnection; entry: MixEntry }> {
  const speaker = await connect(router);
  await answer(stage, speaker, ['camera', 'microphone']);
  for (const source of ['camera', 'microphone'] as const) await speaker.setPublishing(source, true);
  const picture = { connection: speaker, source: 'camera' as const, maxLayer: 0 };
  return {
    speaker,
    entry: { id, name: id, picture, sound: { connection: speaker, source: 'microphone' } },
  };
}

function gridOf(...entries: readonly MixEntry[]): MixContent {
  return { layout: 'grid', entries };
}
