/** A whole room in one process: people who really encode, and look at and listen to what they are sent. */
import { expect, onTestFinished, test } from 'vitest';
import { Canvas } from '../av/canvas.ts';
import { PictureDecoder } from '../av/picture-decoder.ts';
import { PictureEncoder } from '../av/picture-encoder.ts';
import { VoiceDecoder, VoiceEncoder } from '../av/voice-codec.ts';
import { layOut } from '../layout/layout.ts';
import { FrameAssembler } from '../picture/assembler.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { h264 } from '../picture/h264.ts';
import { vp8 } from '../picture/vp8.ts';
import { formatRtp, isRtcp, parseRtp } from '../rtp/packet.ts';
import { Reorder } from '../rtp/reorder.ts';
import { formatPictureLoss, parseRtcp } from '../rtp/rtcp.ts';
import { loudnessAt, toneBlock } from '../testing/tones.ts';
import { RoomMixer } from './room-mixer.ts';
import type { MixedPicture, MixedSound } from './tap.ts';

const formats = { vp8, h264 };
const canvas = { width: 640, height: 360 };
const composite = { ssrc: 9_000, payloadType: 102 };
const small = { ssrc: 9_001, payloadType: 102 };
const smallSize = { width: 320, height: 180 };
const fontFile = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';

/** Everything goes at once, and each tick is 20 ms. */
async function aRoom(codec: PictureCodec = 'h264') {
  let clock = 0;
  const sent: Uint8Array[] = [];
  const mixer = await RoomMixer.open({
    encoding: { codec, ...canvas, framesPerSecond: 25, bitrateBps: 1_000_000 },
    names: { fontFile, height: 24 },
    picture: composite,
    small: { encoding: { codec, ...smallSize, framesPerSecond: 12, bitrateBps: 200_000 }, picture: small },
    send: (datagram) => sent.push(datagram),
    now: () => clock,
    wallMs: () => 1_700_000_000_000 + clock,
  });
  const people: Person[] = [];
  const screens = [await aScreen(codec, composite.ssrc), await aScreen(codec, small.ssrc)] as const;
  const [{ frames, lumaAt }, smallScreen] = screens;
  onTestFinished(() => {
    mixer.close();
    for (const person of people) person.close();
  });

  /** So many milliseconds of everybody's talk. */
  const pass = (ms: number) => {
    for (const end = clock + ms; clock < end; clock += 20) {
      for (const person of people) for (const datagram of person.speak(clock)) mixer.handleDatagram(datagram);
      mixer.tickSound();
      if (clock % 40 === 0) mixer.tickPicture();
      for (const datagram of sent.splice(0)) {
        for (const screen of screens) screen.look(datagram, clock);
        for (const person of people) person.hear(datagram);
      }
    }
  };
  const participantOf = (name: string, { ssrcs, hears }: Person, codec: PictureCodec = 'vp8') => ({
    id: name,
    ownerId: name,
    name,
    voice: { ssrc: ssrcs.voice },
    picture: { ssrc: ssrcs.picture, codec },
    hears: { ssrc: hears, payloadType: 111 },
  });
  const comes = async (name: string, options: PersonOptions) => {
    const person = await Person.make(people.length, options);
    people.push(person);
    await mixer.add(participantOf(name, person, options.codec));
    return person;
  };
  return { mixer, pass, comes, participantOf, lumaAt, frames, smallScreen, people };
}

/** Where one of the pictures is seen. */
async function aScreen(codec: PictureCodec, ssrc: number) {
  const decoder = await PictureDecoder.open(codec);
  onTestFinished(() => decoder.close());
  const assembler = new FrameAssembler(formats[codec]);
  const reorder = new Reorder(0);
  /** When each came. */
  const frames: number[] = [];
  const look = (datagram: Uint8Array, clock: number) => {
    const packet = isRtcp(datagram) ? undefined : parseRtp(datagram);
    if (packet?.ssrc !== ssrc) return;
    for (const { data } of assembler.push(reorder.push(packet, clock)).frames) {
      if (decoder.decode(data) === 'picture') frames.push(clock);
    }
  };
  const lumaAt = (left: number, top: number) => {
    const { picture } = decoder;
    return picture?.data?.[0]?.[top * (picture.linesize[0] ?? 0) + left] ?? 0;
  };
  return { frames, look, lumaAt };
}

interface PersonOptions {
  readonly hertz: number;
  /** Whether the picture is bright all over. */
  readonly isBright?: boolean;
  readonly codec?: PictureCodec;
}

class Person {
  readonly ssrcs;
  readonly hears: number;
  isSilent = false;
  isLosing = false;
  keyFramesAsked = 0;
  readonly #options: PersonOptions;
  readonly #encoder: PictureEncoder;
  readonly #voice: VoiceEncoder;
  readonly #ears: VoiceDecoder;
  readonly #canvas = new Canvas({ width: 320, height: 180 });
  readonly #numbers = { voice: 65_500, picture: 65_500 };
  #heard: number[] = [];
  #isWholeWanted = false;

  private constructor(
    index: number,
    options: PersonOptions,
    encoder: PictureEncoder,
    voice: VoiceEncoder,
    ears: VoiceDecoder,
  ) {
    this.ssrcs = { voice: 100 + index, picture: 200 + index };
    this.hears = 300 + index;
    this.#options = options;
    this.#encoder = encoder;
    this.#voice = voice;
    this.#ears = ears;
    if (options.isBright === true) this.#canvas.frame.data?.[0]?.fill(220);
  }

  static async make(index: number, options: PersonOptions): Promise<Person> {
    const { codec = 'vp8' } = options;
    return new Person(
      index,
      options,
      await PictureEncoder.open({ codec, width: 320, height: 180, framesPerSecond: 25, bitrateBps: 300_000 }),
      await VoiceEncoder.open({ bitrateBps: 32_000 }),
      await VoiceDecoder.open(),
    );
  }

  speak(clock: number): readonly Uint8Array[] {
    const datagrams: Uint8Array[] = [];
    const said = this.isSilent ? undefined : this.#voice.encode(toneBlock(this.#options.hertz, clock / 20));
    if (said !== undefined) datagrams.push(this.#packet('voice', said, 48 * clock, true));
    if (clock % 40 === 0) datagrams.push(...this.#show(clock));
    return datagrams;
  }

  #show(clock: number): readonly Uint8Array[] {
    const frame = this.#encoder.encode(this.#canvas, this.#isWholeWanted);
    this.#isWholeWanted = false;
    const payloads =
      frame === undefined ? [] : formats[this.#options.codec ?? 'vp8'].split(frame, clock / 40);
    const packets = payloads.map((payload, at) =>
      this.#packet('picture', payload, 90 * clock, at === payloads.length - 1),
    );
    return this.isLosing ? [] : packets;
  }

  #packet(kind: 'voice' | 'picture', payload: Uint8Array, timestamp: number, marker: boolean): Uint8Array {
    const sequenceNumber = this.#numbers[kind];
    this.#numbers[kind] = (sequenceNumber + 1) % 2 ** 16;
    const payloadType = kind === 'voice' ? 111 : 96;
    return formatRtp({ payloadType, marker, sequenceNumber, timestamp, ssrc: this.ssrcs[kind], payload });
  }

  hear(datagram: Uint8Array): void {
    if (isRtcp(datagram)) {
      const isAsked = parseRtcp(datagram).some(
        (report) => report.type === 'key-frame-request' && report.ssrc === this.ssrcs.picture,
      );
      this.keyFramesAsked += isAsked ? 1 : 0;
      this.#isWholeWanted ||= isAsked;
      return;
    }
    const packet = parseRtp(datagram);
    if (packet?.ssrc === this.hears) this.#heard.push(...this.#ears.decode(packet.payload));
  }

  /** How loud each tone was since the last time. */
  takeHeard(...tones: readonly number[]): readonly number[] {
    const samples = Int16Array.from(this.#heard);
    this.#heard = [];
    return tones.map((hertz) => loudnessAt(samples, hertz));
  }

  close(): void {
    for (const one of [this.#encoder, this.#voice, this.#ears, this.#canvas]) one.close();
  }
}

const [low, middle, high] = [400, 900, 1_700];

test('each hears the others, and not themselves', async () => {
  const { pass, comes } = await aRoom();
  const ann = await comes('Ann', { hertz: low });
  const ben = await comes('Ben', { hertz: middle });
  const cleo = await comes('Cleo', { hertz: high });
  cleo.isSilent = true;
  pass(400);
  for (const person of [ann, ben, cleo]) person.takeHeard();
  pass(1_000);
  const [ofAnn = 0, ofBen = 0] = cleo.takeHeard(low, middle);
  expect(Math.min(ofAnn, ofBen)).toBeGreaterThan(4_000);
  for (const [person, own, other] of [
    [ann, low, middle],
    [ben, middle, low],
  ] as const) {
    const [self = 0, heard = 0] = person.takeHeard(own, other);
    expect(heard).toBeGreaterThan(4_000);
    expect(self).toBeLessThan(heard / 20);
  }
});

test.each<PictureCodec>(['h264', 'vp8'])(
  'everybody is in their place of the one picture, in %s',
  async (codec) => {
    const { mixer, pass, comes, lumaAt } = await aRoom(codec);
    await comes('Ann', { hertz: low, isBright: true });
    await comes('Ben', { hertz: middle, codec: 'h264' });
    mixer.arrange({ kind: 'grid', order: ['Ann', 'Ben'] });
    pass(1_000);
    expect(lumaAt(160, 160)).toBeGreaterThan(200);
    expect(lumaAt(480, 160)).toBeLessThan(60);
    mixer.arrange({ kind: 'grid', order: ['Ben', 'Ann'] });
    pass(200);
    expect(lumaAt(160, 160)).toBeLessThan(60);
    expect(lumaAt(480, 160)).toBeGreaterThan(200);
  },
);

test.each<PictureCodec>(['h264', 'vp8'])(
  '[C83] it is sent small as well while somebody wants it, with half of the frames, in %s',
  async (codec) => {
    const { mixer, pass, comes, frames, smallScreen } = await aRoom(codec);
    await comes('Ann', { hertz: low, isBright: true });
    await comes('Ben', { hertz: middle });
    mixer.arrange({ kind: 'grid', order: ['Ann', 'Ben'] });
    pass(1_000);
    expect(smallScreen.frames).toEqual([]);
    await mixer.showSmall(true);
    frames.length = 0;
    pass(1_000);
    expect(smallScreen.lumaAt(80, 80)).toBeGreaterThan(200);
    expect(smallScreen.lumaAt(240, 80)).toBeLessThan(60);
    expect(smallScreen.frames.length).toBeGreaterThan(frames.length / 2 - 2);
    expect(smallScreen.frames.length).toBeLessThan(frames.length / 2 + 2);
    await mixer.showSmall(false);
    const { length } = smallScreen.frames;
    pass(400);
    expect(smallScreen.frames).toHaveLength(length);
    // Who wants it again begins with a whole one.
    await mixer.showSmall(true);
    pass(400);
    expect(smallScreen.frames.length).toBeGreaterThan(length);
  },
);

test('a name is written on its place', async () => {
  const { mixer, pass, comes, lumaAt } = await aRoom();
  await comes('MMMM', { hertz: low });
  mixer.arrange({ kind: 'grid', order: ['MMMM'] });
  pass(600);
  const row = Array.from({ length: 60 }, (_, left) => lumaAt(10 + left, 341));
  expect(Math.max(...row)).toBeGreaterThan(150);
});

test('[C82] who speaks has a frame, and who falls silent none', async () => {
  const { mixer, pass, comes, lumaAt } = await aRoom();
  const ann = await comes('Ann', { hertz: low });
  const ben = await comes('Ben', { hertz: middle });
  ben.isSilent = true;
  mixer.arrange({ kind: 'grid', order: ['Ann', 'Ben'] });
  // Of the two places, at the middle of their upper edges.
  const [left, right] = layOut('grid', 2, canvas).map(
    ({ left, top, width }) => [left + width / 2, top] as const,
  );
  const lumaOf = ([x, y]: readonly [number, number] = [0, 0]) => lumaAt(x, y);
  pass(1_000);
  expect(lumaOf(left)).toBeGreaterThan(110);
  expect(lumaOf(right)).toBeLessThan(80);
  ann.isSilent = true;
  ben.isSilent = false;
  pass(1_000);
  expect(lumaOf(left)).toBeLessThan(80);
  expect(lumaOf(right)).toBeGreaterThan(110);
});

test('[C82] who is muted, and who has a hand up, has a mark before the name', async () => {
  const { mixer, pass, comes, participantOf, lumaAt } = await aRoom();
  const ann = await comes('Ann', { hertz: low });
  ann.isSilent = true;
  mixer.arrange({ kind: 'grid', order: ['Ann'] });
  const [place] = layOut('grid', 1, canvas);
  const brightest = (from: number) => {
    const columns = Array.from({ length: 24 }, (_, index) => (place?.left ?? 0) + from + index);
    const rows = Array.from(
      { length: 24 },
      (_, index) => (place?.top ?? 0) + (place?.height ?? 0) - 24 + index,
    );
    return Math.max(...rows.flatMap((top) => columns.map((left) => lumaAt(left, top))));
  };
  pass(600);
  const behindTheName = 3 * 24;
  expect(brightest(behindTheName)).toBeLessThan(110);
  await mixer.add({ ...participantOf('Ann', ann), marks: ['muted', 'hand'] });
  pass(600);
  expect(brightest(0)).toBeGreaterThan(130);
  expect(brightest(24)).toBeGreaterThan(130);
  expect(brightest(behindTheName)).toBeGreaterThan(130);
});

test('the picture goes on all the while people come, lose packets, say nothing and go', async () => {
  const { mixer, pass, comes, frames } = await aRoom();
  const ann = await comes('Ann', { hertz: low, isBright: true });
  mixer.arrange({ kind: 'grid', order: ['Ann', 'Ben'] });
  pass(400);
  const ben = await comes('Ben', { hertz: middle, isBright: true });
  pass(400);
  ben.isSilent = true;
  ann.isLosing = true;
  pass(400);
  ann.isLosing = false;
  pass(800);
  mixer.remove('Ben');
  mixer.remove('Ben');
  mixer.arrange({ kind: 'speaker', order: ['Ann'] });
  pass(400);
  const gaps = frames.slice(1).map((at, index) => at - (frames[index] ?? 0));
  expect(Math.max(...gaps)).toBe(40);
});

test('who comes in the middle is asked for a whole picture, and again only after a while', async () => {
  const { mixer, pass, comes, lumaAt, people } = await aRoom();
  const ann = await comes('Ann', { hertz: low, isBright: true });
  mixer.arrange({ kind: 'grid', order: ['Ann'] });
  pass(400);
  expect(ann.keyFramesAsked).toBeLessThanOrEqual(1);
  ann.isLosing = true;
  pass(200);
  ann.isLosing = false;
  pass(1_000);
  expect(ann.keyFramesAsked).toBeGreaterThanOrEqual(1);
  expect(ann.keyFramesAsked).toBeLessThanOrEqual(4);
  expect(lumaAt(320, 160)).toBeGreaterThan(200);
  expect(people).toHaveLength(1);
});

test('who is removed while they come does not come', async () => {
  const { mixer, pass, comes, participantOf } = await aRoom();
  const ann = await comes('Ann', { hertz: low });
  const ben = await comes('Ben', { hertz: middle });
  mixer.remove('Ben');
  const comingAgain = mixer.add(participantOf('Ben', ben));
  mixer.remove('Ben');
  await comingAgain;
  pass(1_000);
  const [heard = 0] = ann.takeHeard(middle);
  expect(heard).toBeLessThan(500);
});

/** Keeps what it is handed. */
function aTap(keyFrameEveryMs?: number) {
  const pictures: MixedPicture[] = [];
  const sounds: MixedSound[] = [];
  return {
    keyFrameEveryMs,
    pictures,
    sounds,
    handlePicture: (picture: MixedPicture) => void pictures.push(picture),
    handleSound: (sound: MixedSound) => void sounds.push(sound),
  };
}

test('a tap gets what is sent, from a whole picture on, and everybody’s sound', async () => {
  const { mixer, pass, comes, frames } = await aRoom();
  await comes('Ann', { hertz: low });
  await comes('Ben', { hertz: middle });
  mixer.arrange({ kind: 'grid', order: ['Ann', 'Ben'] });
  pass(1_000);
  const framesBefore = frames.length;
  const tap = aTap();
  const end = mixer.tap(tap);
  pass(1_000);
  end();
  pass(200);
  expect(tap.pictures.map(({ timeMs }) => timeMs)).toEqual(frames.slice(framesBefore, framesBefore + 25));
  expect(tap.pictures.map(({ isKeyFrame }) => isKeyFrame)).toEqual([
    true,
    ...Array.from({ length: 24 }, () => false),
  ]);
  expect(tap.sounds.map(({ timeMs }) => timeMs)).toEqual(
    Array.from({ length: 50 }, (_, index) => 1_000 + 20 * index),
  );
  const samples = Int16Array.from(tap.sounds.flatMap((sound) => [...sound.samples]));
  expect(Math.min(...[low, middle].map((hertz) => loudnessAt(samples, hertz)))).toBeGreaterThan(4_000);
  const decoder = await VoiceDecoder.open();
  const heard = tap.sounds.flatMap(({ opus }) => [...decoder.decode(opus ?? new Uint8Array())]);
  decoder.close();
  expect(loudnessAt(Int16Array.from(heard), middle)).toBeGreaterThan(4_000);
});

test('as often as a tap wants it there is a whole picture, whoever asks besides, and no longer than it is there', async () => {
  const { mixer, pass, comes } = await aRoom();
  await comes('Ann', { hertz: low });
  const [recording, live] = [aTap(), aTap(2_000)];
  mixer.tap(recording);
  pass(600);
  const end = mixer.tap(live);
  pass(1_000);
  mixer.handleDatagram(formatPictureLoss(1, composite.ssrc));
  pass(3_400);
  end();
  pass(4_000);
  const keysOf = ({ pictures }: ReturnType<typeof aTap>) =>
    pictures.filter(({ isKeyFrame }) => isKeyFrame).map(({ timeMs }) => timeMs);
  expect(keysOf(live)).toEqual([600, 1_600, 2_600, 4_600]);
  expect(keysOf(recording)).toEqual([0, ...keysOf(live)]);
});

test('what is nobody’s is nothing', async () => {
  const { mixer, pass } = await aRoom();
  mixer.handleDatagram(new Uint8Array(3));
  mixer.handleDatagram(
    formatRtp({
      payloadType: 96,
      marker: true,
      sequenceNumber: 1,
      timestamp: 1,
      ssrc: 7,
      payload: new Uint8Array(9),
    }),
  );
  pass(100);
});
