import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { logOnlyErrors } from '../av/log.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { aFolder } from '../testing/a-folder.ts';
import { Mix, mixSize } from '../testing/a-mix.ts';
import { readMedia } from '../testing/read-media.ts';
import { MixRecorder, type RecordedPart } from './mix-recorder.ts';

logOnlyErrors();

async function aRecorder(codec: PictureCodec, keyFrameEveryMs?: number) {
  const folder = await aFolder();
  const mix = await Mix.open(codec);
  onTestFinished(() => mix.close());
  const parts: RecordedPart[] = [];
  const recorder = new MixRecorder({
    codec,
    size: mixSize,
    framesPerSecond: 25,
    keyFrameEveryMs,
    pathOf: (extension) => join(folder, `mix.${extension}`),
    wallMs: () => 1_700_000_000_000,
    onPart: (part) => parts.push(part),
    onFailure: (reason) => expect.unreachable(reason.message),
  });
  return { mix, recorder, parts };
}

/** The room began an hour ago. */
const hour = 3_600_000;

test.each<[PictureCodec, string]>([
  ['h264', 'mix.mp4'],
  ['vp8', 'mix.webm'],
])('in %s, picture and sound are all in the file, and can be played', async (codec, name) => {
  const { mix, recorder, parts } = await aRecorder(codec);
  for (let step = 0; step < 200; step++) mix.giveTo(recorder, hour + 20 * step, step);
  await recorder.close();
  await recorder.close();
  expect(parts).toHaveLength(1);
  expect(parts[0]?.path.endsWith(name)).toBe(true);
  const { tracks, durationMs } = await readMedia(parts[0]?.path ?? '');
  const [picture, sound] = tracks;
  expect(picture).toMatchObject({
    kind: 'picture',
    decoded: mix.sent.pictures,
    errors: 0,
    size: '320x180',
    // ITU-R BT.601 with 525 lines, as browsers send. In VP8 nothing else is possible (RFC 6386 section 9.2).
    colours: codec === 'h264' ? '6,6,6' : expect.anything(),
  });
  // The first comes before the first picture.
  expect(sound).toMatchObject({ kind: 'sound', errors: 0, size: '1' });
  expect(sound?.timesMs.length).toBeGreaterThanOrEqual(mix.sent.sounds - 1);
  expect(picture?.timesMs[0]).toBeCloseTo(0, 0);
  expect(durationMs).toBeCloseTo(4_000, -2);
});

test('the picture and the sound keep their times, and what is missing is a gap in both', async () => {
  const { mix, recorder, parts } = await aRecorder('h264');
  for (let step = 0; step < 50; step++) mix.giveTo(recorder, hour + 20 * step, step);
  for (let step = 50; step < 100; step++) mix.giveTo(recorder, hour + 2_000 + 20 * step, step);
  await recorder.close();
  const { tracks } = await readMedia(parts[0]?.path ?? '');
  // The first of a fragment is written right behind the one before it, and only the next is at its time again.
  for (const { timesMs } of tracks) expect(timesMs.filter((at) => at > 1_000 && at < 3_000)).toEqual([]);
  const [picture, sound] = tracks;
  expect(picture?.timesMs.at(-1)).toBeCloseTo(3_960, 0);
  expect(sound?.timesMs.at(-1)).toBeCloseTo(3_980, 0);
});

test('an MP4 is in fragments, each of which can be played', async () => {
  const { mix, recorder, parts } = await aRecorder('h264');
  for (let step = 0; step < 200; step++) mix.giveTo(recorder, hour + 20 * step, step);
  await recorder.close();
  const text = (await readFile(parts[0]?.path ?? '')).toString('latin1');
  expect(text.slice(4, 8)).toBe('ftyp');
  expect(text.match(/moof/g)?.length).toBeGreaterThanOrEqual(4);
});

test('players can jump to as many places as are wanted', async () => {
  const { mix, recorder, parts } = await aRecorder('h264', 1_000);
  for (let step = 0; step < 200; step++) mix.giveTo(recorder, hour + 20 * step, step);
  await recorder.close();
  const { tracks } = await readMedia(parts[0]?.path ?? '');
  expect(tracks[0]).toMatchObject({ keyFrames: 4, errors: 0 });
});

test('nothing is begun without a picture', async () => {
  const { recorder, parts } = await aRecorder('h264');
  recorder.handleSound({ samples: new Int16Array(960), opus: Uint8Array.of(0xf8), timeMs: 1 });
  recorder.handlePicture({ data: Uint8Array.of(0, 0, 0, 1, 0x41), timeMs: 1, isKeyFrame: false });
  await recorder.close();
  expect(parts).toEqual([]);
});

test.each<[PictureCodec]>([['h264'], ['vp8']])(
  '[C62] in %s, a part is told of when there is something in it that plays, also where it is stopped before',
  async (codec) => {
    const { mix, recorder, parts } = await aRecorder(codec);
    const show = (from: number, until: number) => {
      for (let step = from; step < until; step++) mix.giveTo(recorder, hour + 20 * step, step);
    };
    show(0, 25);
    await recorder.settled;
    expect(parts).toEqual([]);
    show(25, 60);
    await recorder.settled;
    expect(parts).toHaveLength(1);
    // As it would be if the process ended here.
    const { tracks } = await readMedia(parts[0]?.path ?? '');
    for (const { decoded, errors } of tracks) {
      expect(decoded).toBeGreaterThan(0);
      expect(errors).toBe(0);
    }
    const short = await aRecorder(codec);
    for (let step = 0; step < 10; step++) short.mix.giveTo(short.recorder, hour + 20 * step, step);
    await short.recorder.close();
    expect(short.parts).toHaveLength(1);
  },
);
