import { expect, test } from 'vitest';
import { layOut, letterbox } from '../layout/layout.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { loudnessAt, toneBlock } from '../testing/tones.ts';
import { Canvas, Scaler } from './canvas.ts';
import { logOnlyErrors } from './log.ts';
import { writePlate } from './name-plate.ts';
import { PictureDecoder } from './picture-decoder.ts';
import { PictureEncoder } from './picture-encoder.ts';
import { VoiceDecoder, VoiceEncoder } from './voice-codec.ts';

logOnlyErrors();

const size = { width: 320, height: 180 };
const place = { left: 160, top: 0, width: 160, height: 90 };

/** A picture with one bright tile at the upper right. */
function aCanvas(): Canvas {
  const canvas = new Canvas(size);
  canvas.drawEmpty(place);
  return canvas;
}

test.each<PictureCodec>(['h264', 'vp8'])('a picture in %s is decoded as it was drawn', async (codec) => {
  const encoder = await PictureEncoder.open({ codec, ...size, framesPerSecond: 25, bitrateBps: 800_000 });
  const decoder = await PictureDecoder.open(codec);
  const canvas = aCanvas();
  for (let count = 0; count < 5; count++) {
    const frame = encoder.encode(canvas, count === 0);
    expect(decoder.decode(frame ?? new Uint8Array())).toBe('picture');
  }
  const { picture } = decoder;
  expect([picture?.width, picture?.height]).toEqual([320, 180]);
  const lumaAt = (left: number, top: number) =>
    picture?.data?.[0]?.[top * (picture.linesize[0] ?? 0) + left] ?? 0;
  expect(lumaAt(240, 45)).toBeGreaterThan(lumaAt(80, 45) + 10);
  for (const one of [encoder, decoder, canvas]) one.close();
});

test('what is no picture is undecodable, and the last one stays', async () => {
  const encoder = await PictureEncoder.open({
    codec: 'h264',
    ...size,
    framesPerSecond: 25,
    bitrateBps: 800_000,
  });
  const decoder = await PictureDecoder.open('h264');
  const canvas = aCanvas();
  decoder.decode(encoder.encode(canvas, true) ?? new Uint8Array());
  expect(decoder.decode(Uint8Array.of(0, 0, 0, 1, 9, 9, 9))).not.toBe('picture');
  expect(decoder.picture?.width).toBe(320);
  for (const one of [encoder, decoder, canvas]) one.close();
});

test('a picture of any size is drawn into its place', async () => {
  const canvas = aCanvas();
  const large = new Canvas({ width: 640, height: 360 });
  const scaler = new Scaler();
  canvas.drawPicture(large.frame, { left: 0, top: 90, width: 160, height: 90 }, scaler);
  canvas.drawPicture(large.frame, { left: 0, top: 0, width: 100, height: 90 }, scaler);
  const [luma] = canvas.frame.data ?? [];
  expect(luma?.[45 * (canvas.frame.linesize[0] ?? 0) + 50]).toBeCloseTo(30, -1);
  scaler.close();
  for (const one of [canvas, large]) one.close();
});

test('of a picture nothing is drawn beside its place', () => {
  const bright = (canvas: Canvas) => {
    for (const plane of canvas.frame.data ?? []) plane.fill(200);
    return canvas;
  };
  const pictures = [
    { width: 320, height: 180 },
    { width: 360, height: 640 },
  ].map((shape) => bright(new Canvas(shape)));
  const scaler = new Scaler();
  const canvas = new Canvas({ width: 1_280, height: 720 });
  for (const place of [2, 5, 10, 17].flatMap((count) => layOut('grid', count, canvas.size).slice(0, 1))) {
    for (const picture of pictures) {
      canvas.clear();
      canvas.drawPicture(picture.frame, place, scaler);
      const inner = letterbox(picture.size, place);
      for (const [index, plane] of (canvas.frame.data ?? []).entries()) {
        const stride = canvas.frame.linesize[index] ?? 0;
        const shift = index === 0 ? 0 : 1;
        const drawn = plane.filter((value) => value === 200).length;
        expect(drawn).toBe((inner.width >> shift) * (inner.height >> shift));
        expect(plane[(inner.top >> shift) * stride + (inner.left >> shift)]).toBe(200);
      }
    }
  }
  scaler.close();
  for (const one of [canvas, ...pictures]) one.close();
});

test('a voice is heard as it was said', async () => {
  const encoder = await VoiceEncoder.open({ bitrateBps: 32_000 });
  const decoder = await VoiceDecoder.open();
  const heard: number[] = [];
  for (let block = 0; block < 50; block++) {
    heard.push(...decoder.decode(encoder.encode(toneBlock(440, block)) ?? new Uint8Array()));
  }
  const samples = Int16Array.from(heard.slice(20_000));
  expect(loudnessAt(samples, 440)).toBeGreaterThan(20 * loudnessAt(samples, 700));
  encoder.close();
  decoder.close();
});

test('a name is written as wide as it is, whatever is in it', () => {
  const fontFile = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';
  const plateOf = (name: string) => writePlate(name, { fontFile, height: 28, widthAtMost: 300 });
  const [short, long] = [plateOf('Ann'), plateOf("Zoë O'Brien: 100% \\o/ %{pts}")];
  expect(short.pixels.some((share) => share > 200)).toBe(true);
  expect(long.width).toBeGreaterThan(2 * short.width);
  const cut = plateOf('M'.repeat(200));
  expect(cut.width).toBe(300);
  // What does not fit goes out, and does not break off.
  const brightest = (column: number) =>
    Math.max(...Array.from({ length: cut.height }, (_, row) => cut.pixels[row * cut.width + column] ?? 0));
  expect(Math.max(...[260, 261, 262, 263, 264, 265].map(brightest))).toBeGreaterThan(200);
  expect(Math.max(...[295, 296, 297, 298, 299].map(brightest))).toBeLessThan(60);
  const marked = writePlate('Ann', { fontFile, height: 28, widthAtMost: 300 }, ['muted', 'hand']);
  expect(marked.width).toBe(short.width + 2 * 28);
  expect(
    [short, long].every(({ width, height, pixels }) => width % 2 === 0 && pixels.length === width * height),
  ).toBe(true);
});
