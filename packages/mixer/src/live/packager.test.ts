/** A live stream, as a player sees it: what the playlist names is put together, and played by FFmpeg. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { logOnlyErrors } from '../av/log.ts';
import { concatenate } from '../picture/codec.ts';
import { aFolder } from '../testing/a-folder.ts';
import { Mix, mixSize } from '../testing/a-mix.ts';
import { brokenRules } from '../testing/playlist-rules.ts';
import { readMedia } from '../testing/read-media.ts';
import { LivePackager } from './packager.ts';
import type { LiveEvent } from './state.ts';
import { LiveStore } from './store.ts';

logOnlyErrors();

const wallMs = Date.UTC(2026, 0, 2, 3, 4, 5);
/** Everything is there when it is asked for. */
const nobody = { client: '', gone: AbortSignal.abort() };
/** The room began an hour ago. */
const hour = 3_600_000;

async function aStream() {
  const folder = await aFolder();
  const mix = await Mix.open('h264');
  const store = new LiveStore({ after: () => () => undefined, waitsPerClient: 1 });
  const events: LiveEvent[] = [];
  const open = () =>
    LivePackager.open({
      size: mixSize,
      framesPerSecond: 25,
      soundBitrateBps: 64_000,
      wallMs: () => wallMs,
      emit: (event) => {
        events.push(event);
        store.handle(event);
      },
      onFailure: (reason) => expect.unreachable(reason.message),
    });
  onTestFinished(() => {
    mix.close();
    store.close();
  });
  const read = async (name: string) => {
    const response = await store.read(name, new URLSearchParams(), nobody);
    expect([name, response.status]).toEqual([name, 200]);
    return response.body;
  };
  const playlist = async (name: string) => new TextDecoder().decode(await read(name));
  /** Plays these, one after the other. */
  const play = async (names: readonly string[]) => {
    const path = join(folder, 'played.mp4');
    await writeFile(path, concatenate(await Promise.all(names.map(read))));
    return readMedia(path);
  };
  const multivariant = () => store.readMultivariant('live.m3u8');
  return { mix, events, open, playlist, multivariant, play };
}

const segmentsIn = (playlist: string) => playlist.split('\n').filter((line) => /^segment-/.test(line));
const partsIn = (playlist: string) =>
  playlist.split('\n').flatMap((line) => /^#EXT-X-PART:.*URI="([^"]*)"/.exec(line)?.[1] ?? []);

test('the segments of the playlist are what was encoded, and can be played', async () => {
  const { mix, open, playlist, play } = await aStream();
  const packager = await open();
  for (let step = 0; step < 400; step++) mix.giveTo(packager, hour + 20 * step, step);
  await packager.close();
  await packager.close();
  const text = await playlist('ordinary.m3u8');
  expect(brokenRules(text)).toEqual([]);
  expect(segmentsIn(text)).toHaveLength(4);
  const { tracks } = await play(['init-1.mp4', ...segmentsIn(text)]);
  const [picture, sound] = tracks;
  expect(picture).toMatchObject({
    kind: 'picture',
    decoded: mix.sent.pictures,
    errors: 0,
    keyFrames: 4,
    size: '320x180',
    // ITU-R BT.601 with 525 lines, as browsers send: players take what says nothing for BT.709.
    colours: '6,6,6',
  });
  expect(picture?.timesMs[0]).toBeCloseTo(0, 0);
  expect(picture?.timesMs.at(-1)).toBeCloseTo(7_960, 0);
  expect(sound).toMatchObject({ kind: 'sound', errors: 0, size: '1' });
  expect(sound?.timesMs[0]).toBeLessThan(22);
  expect(sound?.timesMs.at(-1)).toBeGreaterThan(7_900);
});

test('the parts are what the segments are, and each segment can be the first', async () => {
  const { mix, open, playlist, play } = await aStream();
  const packager = await open();
  for (let step = 0; step < 250; step++) mix.giveTo(packager, hour + 20 * step, step);
  await packager.close();
  const text = await playlist('live.m3u8');
  expect(brokenRules(text)).toEqual([]);
  expect(partsIn(text)).toHaveLength(7 + 7 + 4);
  const segments = segmentsIn(text);
  const whole = await play(['init-1.mp4', ...segments]);
  const inParts = await play(['init-1.mp4', ...partsIn(text)]);
  expect(inParts).toEqual(whole);
  for (const segment of segments) {
    const [picture] = (await play(['init-1.mp4', segment])).tracks;
    expect(picture).toMatchObject({ errors: 0, keyFrames: 1, decoded: picture?.timesMs.length });
  }
});

test('segments say when they were, by the time that passed', async () => {
  const { mix, open, playlist } = await aStream();
  const packager = await open();
  for (let step = 0; step < 250; step++) mix.giveTo(packager, hour + 20 * step, step);
  await packager.close();
  const dates = (await playlist('ordinary.m3u8')).match(/(?<=PROGRAM-DATE-TIME:).*/g);
  expect(dates).toEqual(['2026-01-02T03:04:05.000Z', '2026-01-02T03:04:07.000Z', '2026-01-02T03:04:09.000Z']);
});

test('where the clock left ticks out, picture and sound stay together', async () => {
  const { mix, open, playlist, play } = await aStream();
  const packager = await open();
  for (let step = 0; step < 150; step++) mix.giveTo(packager, hour + 20 * step + (step < 60 ? 0 : 200), step);
  await packager.close();
  const { tracks } = await play(['init-1.mp4', ...segmentsIn(await playlist('ordinary.m3u8'))]);
  const ends = tracks.map(({ timesMs }) => timesMs.at(-1) ?? 0);
  expect(Math.abs((ends[0] ?? 0) - (ends[1] ?? 0))).toBeLessThan(100);
  expect(ends[0]).toBeCloseTo(3_160, 0);
});

test('a stream that is begun again goes on in the same numbers, behind a discontinuity', async () => {
  const { mix, open, playlist, play } = await aStream();
  for (const from of [0, 10_000]) {
    const packager = await open();
    for (let step = 0; step < 150; step++) mix.giveTo(packager, hour + from + 20 * step, step);
    await packager.close();
  }
  const text = await playlist('live.m3u8');
  expect(brokenRules(text)).toEqual([]);
  expect(segmentsIn(text)).toEqual([0, 1, 2, 3].map((number) => `segment-${number}.m4s`));
  expect(text.match(/#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init-2.mp4"/g)).toHaveLength(1);
  expect((await play(['init-2.mp4', 'segment-2.m4s', 'segment-3.m4s'])).tracks[0]?.errors).toBe(0);
});

test('what players are told first is what the stream is', async () => {
  const { mix, open, multivariant } = await aStream();
  expect(multivariant().status).toBe(404);
  const packager = await open();
  for (let step = 0; step < 150; step++) mix.giveTo(packager, hour + 20 * step, step);
  await packager.close();
  const { status, headers, body } = multivariant();
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/vnd.apple.mpegurl');
  expect(new TextDecoder().decode(body)).toMatch(
    /^#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-STREAM-INF:BANDWIDTH=\d{7},CODECS="avc1\.42[0-9a-f]{4},mp4a\.40\.2",RESOLUTION=320x180,FRAME-RATE=25\.000\nlive\.m3u8\n$/,
  );
});

test('nothing is told before the first key frame', async () => {
  const { events, open } = await aStream();
  const packager = await open();
  packager.handlePicture({ data: Uint8Array.of(0, 0, 0, 1, 0x41), timeMs: 0, isKeyFrame: false });
  packager.handleSound({ samples: new Int16Array(960), opus: undefined, timeMs: 0 });
  await packager.close();
  expect(events).toEqual([]);
});
