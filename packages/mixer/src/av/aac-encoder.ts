/** AAC, for players that know no Opus: mono, of 48 kHz. Takes blocks of any length, and gives frames of 1,024 samples. */
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
} from 'node-av/constants';
import { Codec, type CodecContext, Frame, Packet, Rational } from 'node-av/lib';
import { sampleRate } from '../audio/mix.ts';
import { encoded } from './encoded.ts';
import { opened } from './opened.ts';

/** Samples that FFmpeg's encoder puts in front of the first that it is given. */
const inFront = 1_024;
export const aacFrameMs = (1_024 * 1_000) / sampleRate;

export interface AacFrame {
  readonly data: Uint8Array;
  /** The first sample's number, from the first that was given; before it is what the encoder puts in front. */
  readonly sample: number;
}

export class AacEncoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  #waiting = new Int16Array();
  #given = 0;
  #taken: number;

  private constructor(context: CodecContext) {
    this.#context = context;
    this.#taken = -inFront;
    this.#packet.alloc();
  }

  static async open({ bitrateBps }: { readonly bitrateBps: number }): Promise<AacEncoder> {
    const context = await opened(Codec.findEncoderByName(FF_ENCODER_AAC), 'aac', (unopened) => {
      unopened.sampleRate = sampleRate;
      unopened.channelLayout = AV_CHANNEL_LAYOUT_MONO;
      unopened.sampleFormat = AV_SAMPLE_FMT_FLTP;
      unopened.bitRate = BigInt(bitrateBps);
      unopened.timeBase = new Rational(1, sampleRate);
      unopened.threadCount = 1;
      unopened.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    });
    return new AacEncoder(context);
  }

  /** What a decoder has to know first (ISO/IEC 14496-3 section 1.6). */
  get head(): Uint8Array {
    return Uint8Array.from(this.#context.extraData ?? []);
  }

  encode(samples: Int16Array): readonly AacFrame[] {
    const all = new Int16Array(this.#waiting.length + samples.length);
    all.set(this.#waiting);
    all.set(samples, this.#waiting.length);
    const size = this.#context.frameSize;
    const count = Math.floor(all.length / size);
    this.#waiting = all.slice(count * size);
    return Array.from({ length: count }, (_, index) =>
      all.subarray(index * size, (index + 1) * size),
    ).flatMap((block) => this.#encodeBlock(block));
  }

  #encodeBlock(block: Int16Array): readonly AacFrame[] {
    const floats = Float32Array.from(block, (sample) => sample / 32_768);
    const frame = Frame.fromAudioBuffer(Buffer.from(floats.buffer), {
      nbSamples: block.length,
      format: AV_SAMPLE_FMT_FLTP,
      sampleRate,
      channelLayout: AV_CHANNEL_LAYOUT_MONO,
      pts: BigInt(this.#given),
    });
    this.#given += block.length;
    try {
      const data = encoded(this.#context, frame, this.#packet);
      if (data === undefined) return [];
      const sample = this.#taken;
      this.#taken += block.length;
      return [{ data, sample }];
    } finally {
      frame.free();
    }
  }

  /** May be called more than once. */
  close(): void {
    this.#context.freeContext();
    this.#packet.free();
  }
}
