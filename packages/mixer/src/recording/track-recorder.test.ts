/** Somebody sends, and what was recorded of them is read back by FFmpeg. */
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { logOnlyErrors } from '../av/log.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { aFolder } from '../testing/a-folder.ts';
import { Sender } from '../testing/a-sender.ts';
import { type ReadTrack, readMedia } from '../testing/read-media.ts';
import type { RecordedPart } from './mix-recorder.ts';
import { TrackRecorder } from './track-recorder.ts';

logOnlyErrors();

const wallStart = 1_700_000_000_000;

interface Sent {
  readonly voice?: boolean;
  readonly picture?: boolean;
  /** Milliseconds that the picture's packets take longer than the voice's. */
  readonly pictureDelayMs?: number;
  /** Whether the pictures that can be begun with are none. */
  readonly isGarbled?: boolean;
  /** One packet of the picture in so many is lost. */
  readonly losesOneIn?: number;
  /** Milliseconds that the sender's clock is off; undefined where they send no reports. */
  readonly reportsOffMs?: number;
}

async function aRecording(codec: PictureCodec, hasVoice = true) {
  const folder = await aFolder();
  const sender = await Sender.open(codec);
  onTestFinished(() => sender.close());
  const parts: RecordedPart[] = [];
  let clock = 0;
  let asked = 0;
  const recorder = new TrackRecorder({
    voice: hasVoice ? { ssrc: sender.ssrcs.voice } : undefined,
    picture: { ssrc: sender.ssrcs.picture, codec },
    pathOf: (part, extension) => join(folder, `one-${part}.${extension}`),
    askForKeyFrame: () => {
      asked += 1;
      sender.isWholeWanted = true;
    },
    now: () => clock,
    wallMs: () => wallStart + clock,
    onPart: (part) => parts.push(part),
    onFailure: (reason) => expect.unreachable(reason.message),
  });
  const late: { readonly at: number; readonly datagrams: readonly Uint8Array[] }[] = [];
  let packets = 0;
  /** So many milliseconds of theirs. */
  const pass = (ms: number, sent: Sent) => {
    const { voice = true, picture = true, pictureDelayMs = 0, losesOneIn = 0, reportsOffMs } = sent;
    for (const end = clock + ms; clock < end; clock += 20) {
      if (reportsOffMs !== undefined && clock % 1_000 === 0) {
        for (const kind of ['voice', 'picture'] as const)
          recorder.handleDatagram(sender.report(kind, clock, wallStart + clock + reportsOffMs));
      }
      if (voice) for (const datagram of sender.speak(clock)) recorder.handleDatagram(datagram);
      if (picture) {
        const shown = sender.show(clock);
        const datagrams = (sent.isGarbled ? shown.map(garble) : shown).filter(() => {
          packets += 1;
          return losesOneIn === 0 || packets % losesOneIn !== 0;
        });
        late.push({ at: clock + pictureDelayMs, datagrams });
      }
      while ((late[0]?.at ?? Number.POSITIVE_INFINITY) <= clock)
        for (const datagram of late.shift()?.datagrams ?? []) recorder.handleDatagram(datagram);
      recorder.tick();
    }
  };
  const read = async (part = 1) => {
    await recorder.close();
    const media = await readMedia(parts[part - 1]?.path ?? '');
    const trackOf = (kind: ReadTrack['kind']) => media.tracks.find((track) => track.kind === kind);
    return { ...media, picture: trackOf('picture'), voice: trackOf('sound') };
  };
  return { recorder, sender, parts, pass, read, askedFor: () => asked };
}

/** RFC 6386 section 9.1: without its start code a key frame of VP8 is none, whatever its first octets say. */
function garble(datagram: Uint8Array): Uint8Array {
  const [rtpHeader, descriptor, tag] = [12, 4, 3];
  return Uint8Array.from(datagram).fill(0, rtpHeader + descriptor + tag, rtpHeader + descriptor + tag + 3);
}

const gapsOf = (timesMs: readonly number[] = []) =>
  timesMs.slice(1).map((at, index) => at - (timesMs[index] ?? 0));

test.each<[PictureCodec, string]>([
  ['vp8', 'one-1.webm'],
  ['h264', 'one-1.mkv'],
])('everything that was sent in %s is in the file, and can be played', async (codec, name) => {
  const { sender, parts, pass, read } = await aRecording(codec);
  pass(4_000, {});
  const { picture, voice, durationMs } = await read();
  expect(parts).toHaveLength(1);
  expect(parts[0]?.path.endsWith(name)).toBe(true);
  expect(parts[0]?.wallMs).toBe(wallStart);
  expect(picture).toMatchObject({ decoded: sender.sent.pictures, errors: 0, size: '320x180' });
  expect(voice).toMatchObject({ errors: 0 });
  expect(picture?.timesMs).toHaveLength(sender.sent.pictures);
  expect(voice?.timesMs).toHaveLength(sender.sent.voice);
  expect(durationMs).toBeCloseTo(4_000, -2);
  expect(Math.max(...gapsOf(picture?.timesMs))).toBeLessThanOrEqual(41);
});

test('[C74] who sends what is no picture ends nothing by it: their file begins with the next that is one', async () => {
  const { recorder, parts, pass, read, askedFor } = await aRecording('vp8', false);
  pass(200, { voice: false, isGarbled: true });
  await recorder.settled;
  expect(askedFor()).toBe(0);
  pass(2_000, { voice: false });
  const { picture } = await read();
  expect(askedFor()).toBeGreaterThan(0);
  expect(parts).toHaveLength(1);
  expect(parts[0]?.path.endsWith('one-1.webm')).toBe(true);
  expect(picture?.errors).toBe(0);
  expect(picture?.timesMs.length).toBeGreaterThan(40);
});

test('silence is a gap, and what comes after it is at its time', async () => {
  const { pass, read } = await aRecording('vp8');
  pass(1_000, {});
  pass(2_000, { voice: false });
  pass(1_000, { picture: false });
  const { picture, voice, durationMs } = await read();
  expect(Math.max(...gapsOf(voice?.timesMs))).toBeCloseTo(2_020, -1);
  expect(voice?.timesMs.at(-1)).toBeCloseTo(3_980, -1);
  expect(picture?.timesMs.at(-1)).toBeCloseTo(2_960, -1);
  expect(durationMs).toBeCloseTo(4_000, -2);
});

test('voice and picture go together by the sender’s reports, however late one comes', async () => {
  const { pass, read } = await aRecording('vp8');
  pass(3_000, { pictureDelayMs: 300, reportsOffMs: -3_600_000 });
  const { picture, voice } = await read();
  const offset = (picture?.timesMs[0] ?? 0) - (voice?.timesMs[0] ?? 0);
  expect(offset).toBeCloseTo(0, 0);
});

test('without reports they go together as they come', async () => {
  const { pass, read } = await aRecording('vp8');
  pass(3_000, { pictureDelayMs: 300 });
  const { picture, voice } = await read();
  expect((picture?.timesMs[0] ?? 0) - (voice?.timesMs[0] ?? 0)).toBeCloseTo(300, 0);
});

test('after a loss a whole picture is asked for, and nothing torn is in the file', async () => {
  const { sender, pass, read, askedFor } = await aRecording('vp8');
  pass(4_000, { losesOneIn: 20 });
  const { picture, voice } = await read();
  expect(askedFor()).toBeGreaterThan(1);
  expect(picture?.errors).toBe(0);
  expect(picture?.decoded).toBe(picture?.timesMs.length);
  expect(picture?.timesMs.length).toBeLessThan(sender.sent.pictures);
  expect(picture?.timesMs.length).toBeGreaterThan(sender.sent.pictures / 2);
  expect(voice?.timesMs).toHaveLength(sender.sent.voice);
});

test('a picture that comes long after the voice begins a further part', async () => {
  const { sender, parts, pass, read } = await aRecording('vp8');
  pass(2_000, { picture: false });
  pass(2_000, {});
  const [first, second] = [await read(1), await read(2)];
  expect(parts.map(({ wallMs }) => wallMs - wallStart)).toEqual([0, 2_000]);
  expect(first.tracks).toHaveLength(1);
  expect(second.tracks).toHaveLength(2);
  expect(second.picture).toMatchObject({ errors: 0, decoded: sender.sent.pictures });
  expect((first.voice?.timesMs.length ?? 0) + (second.voice?.timesMs.length ?? 0)).toBe(sender.sent.voice);
});

test('a picture without a voice is recorded too', async () => {
  const { sender, pass, read } = await aRecording('h264', false);
  pass(1_000, { voice: false });
  const { tracks, picture } = await read();
  expect(tracks).toHaveLength(1);
  expect(picture?.decoded).toBe(sender.sent.pictures);
});

test.each([
  ['a folder that is not there', join('/nowhere', 'at', 'all.webm')],
  ['a disk that is full', '/dev/full'],
])('%s is told once, and nothing stops', async (_, path) => {
  const sender = await Sender.open('vp8');
  onTestFinished(() => sender.close());
  const failures: Error[] = [];
  let clock = 0;
  const recorder = new TrackRecorder({
    voice: { ssrc: sender.ssrcs.voice },
    picture: undefined,
    pathOf: () => path,
    askForKeyFrame: () => expect.unreachable('There is no picture.'),
    now: () => clock,
    wallMs: () => wallStart + clock,
    onPart: () => undefined,
    onFailure: (reason) => failures.push(reason),
  });
  for (; clock < 1_000; clock += 20)
    for (const datagram of sender.speak(clock)) recorder.handleDatagram(datagram);
  await recorder.close();
  await recorder.close();
  expect(failures).toHaveLength(1);
});
