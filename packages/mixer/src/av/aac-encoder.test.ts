import { AV_CODEC_ID_AAC } from 'node-av/constants';
import { Codec, Frame, Packet } from 'node-av/lib';
import { expect, test } from 'vitest';
import { toneBlock } from '../testing/tones.ts';
import { AacEncoder } from './aac-encoder.ts';
import { logOnlyErrors } from './log.ts';
import { opened } from './opened.ts';

logOnlyErrors();

/** By the numbers of the frames' first samples, how loud each is: 0 to 1. */
async function loudnessOf(encoder: AacEncoder, blocks: readonly Int16Array[]) {
  const decoder = await opened(Codec.findDecoder(AV_CODEC_ID_AAC), 'aac', (context) => {
    context.extraData = Buffer.from(encoder.head);
  });
  const [packet, frame] = [new Packet(), new Frame()];
  packet.alloc();
  frame.alloc();
  const loudness = new Map<number, number>();
  for (const { data, sample } of blocks.flatMap((block) => encoder.encode(block))) {
    packet.data = Buffer.from(data);
    decoder.sendPacketSync(packet);
    packet.unref();
    while (decoder.receiveFrameSync(frame) >= 0) {
      const plane = frame.data?.[0] ?? Buffer.alloc(0);
      const samples = Array.from({ length: frame.nbSamples }, (_, at) => Math.abs(plane.readFloatLE(4 * at)));
      loudness.set(sample, Math.max(...samples));
      frame.unref();
    }
  }
  decoder.freeContext();
  packet.free();
  frame.free();
  return loudness;
}

test('what was given is heard at the time of its samples', async () => {
  const encoder = await AacEncoder.open({ bitrateBps: 64_000 });
  const silence = Array.from({ length: 50 }, () => new Int16Array(960));
  const loudness = await loudnessOf(encoder, [
    ...silence,
    ...Array.from({ length: 50 }, (_, block) => toneBlock(440, block)),
  ]);
  encoder.close();
  const loud = [...loudness].filter(([, peak]) => peak > 0.1).map(([sample]) => sample);
  const [first = 0] = loud;
  expect(first).toBeGreaterThan(48_000 - 2 * 1_024);
  expect(first).toBeLessThanOrEqual(48_000);
  expect(loud.every((sample, index) => sample === first + 1_024 * index)).toBe(true);
});

test('blocks of any length come to the same', async () => {
  const framesOf = async (length: number) => {
    const encoder = await AacEncoder.open({ bitrateBps: 64_000 });
    const whole = Int16Array.from({ length: 9_600 }, (_, at) => Math.round(8_000 * Math.sin(at / 20)));
    const blocks = Array.from({ length: Math.ceil(9_600 / length) }, (_, index) =>
      whole.subarray(index * length, (index + 1) * length),
    );
    const frames = blocks.flatMap((block) => encoder.encode(block));
    encoder.close();
    return frames;
  };
  const frames = await framesOf(960);
  expect(frames[0]?.sample).toBe(-1_024);
  expect(await framesOf(480)).toEqual(frames);
  expect(await framesOf(4_800)).toEqual(frames);
});
