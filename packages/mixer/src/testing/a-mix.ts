/** What a mixer hands on, without a room: a picture that changes, and a tone. Each step is 20 ms. */
import { Canvas } from '../av/canvas.ts';
import { PictureEncoder } from '../av/picture-encoder.ts';
import { VoiceEncoder } from '../av/voice-codec.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { h264 } from '../picture/h264.ts';
import { vp8 } from '../picture/vp8.ts';
import type { MixTap } from '../room/tap.ts';
import { toneBlock } from './tones.ts';

const formats = { vp8, h264 };
export const mixSize = { width: 320, height: 180 };

export class Mix {
  readonly sent = { pictures: 0, sounds: 0 };
  readonly #codec: PictureCodec;
  readonly #picture: PictureEncoder;
  readonly #voice: VoiceEncoder;
  readonly #canvas = new Canvas(mixSize);
  #keyAt = Number.NEGATIVE_INFINITY;

  private constructor(codec: PictureCodec, picture: PictureEncoder, voice: VoiceEncoder) {
    this.#codec = codec;
    this.#picture = picture;
    this.#voice = voice;
  }

  static async open(codec: PictureCodec): Promise<Mix> {
    const settings = { codec, ...mixSize, framesPerSecond: 25, bitrateBps: 300_000 };
    return new Mix(
      codec,
      await PictureEncoder.open(settings),
      await VoiceEncoder.open({ bitrateBps: 32_000 }),
    );
  }

  /** @param timeMs Milliseconds on the mixer's clock. @param step Which one: every other has a picture. */
  giveTo(tap: MixTap, timeMs: number, step: number): void {
    const samples = toneBlock(440, step);
    tap.handleSound({ samples, opus: this.#voice.encode(samples), timeMs });
    this.sent.sounds += 1;
    if (step % 2 !== 0) return;
    this.#canvas.drawEmpty({ left: step % 256, top: 0, width: 64, height: 180 });
    const isWhole = timeMs - this.#keyAt >= (tap.keyFrameEveryMs ?? Number.POSITIVE_INFINITY);
    if (isWhole) this.#keyAt = timeMs;
    const data = this.#picture.encode(this.#canvas, isWhole);
    if (data === undefined) return;
    this.sent.pictures += 1;
    tap.handlePicture({ data, timeMs, isKeyFrame: formats[this.#codec].isKeyFrame(data) });
  }

  close(): void {
    for (const one of [this.#picture, this.#voice, this.#canvas]) one.close();
  }
}
