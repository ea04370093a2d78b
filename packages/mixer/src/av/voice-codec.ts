/** Opus, for one person: what they say is decoded, what they hear encoded. Mono: a voice has no sides. */
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_SAMPLE_FMT_S16,
  FF_DECODER_LIBOPUS,
  FF_ENCODER_LIBOPUS,
} from 'node-av/constants';
import { Codec, type CodecContext, Frame, Packet, Rational } from 'node-av/lib';
import { sampleRate } from '../audio/mix.ts';
import { encoded } from './encoded.ts';
import { opened } from './opened.ts';

export class VoiceDecoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  readonly #frame = new Frame();

  private constructor(context: CodecContext) {
    this.#context = context;
    this.#packet.alloc();
    this.#frame.alloc();
  }

  static async open(): Promise<VoiceDecoder> {
    const context = await opened(Codec.findDecoderByName(FF_DECODER_LIBOPUS), 'libopus', (unopened) => {
      unopened.sampleRate = sampleRate;
      unopened.channelLayout = AV_CHANNEL_LAYOUT_MONO;
      unopened.sampleFormat = AV_SAMPLE_FMT_S16;
      unopened.threadCount = 1;
    });
    return new VoiceDecoder(context);
  }

  /** Samples; none of what cannot be decoded. */
  decode(payload: Uint8Array): Int16Array {
    // To the decoder nothing is the end, and of what is too long it makes an error.
    if (payload.length === 0) return new Int16Array();
    this.#packet.data = Buffer.from(payload);
    const sent = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    const parts: Int16Array[] = [];
    while (sent >= 0 && this.#context.receiveFrameSync(this.#frame) >= 0) {
      parts.push(samplesOf(this.#frame));
      this.#frame.unref();
    }
    return Int16Array.from(parts.flatMap((part) => [...part]));
  }

  close(): void {
    this.#context.freeContext();
    this.#packet.free();
    this.#frame.free();
  }
}

/** A copy. Of two channels the first. */
function samplesOf(frame: Frame): Int16Array {
  const plane = frame.data?.[0];
  if (plane === undefined) return new Int16Array();
  const step = 2 * frame.channels;
  return Int16Array.from({ length: frame.nbSamples }, (_, index) => plane.readInt16LE(step * index));
}

export interface VoiceSettings {
  readonly bitrateBps: number;
}

export class VoiceEncoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  #samples = 0n;

  private constructor(context: CodecContext) {
    this.#context = context;
    this.#packet.alloc();
  }

  static async open({ bitrateBps }: VoiceSettings): Promise<VoiceEncoder> {
    const context = await opened(
      Codec.findEncoderByName(FF_ENCODER_LIBOPUS),
      'libopus',
      (unopened) => {
        unopened.sampleRate = sampleRate;
        unopened.channelLayout = AV_CHANNEL_LAYOUT_MONO;
        unopened.sampleFormat = AV_SAMPLE_FMT_S16;
        unopened.bitRate = BigInt(bitrateBps);
        unopened.timeBase = new Rational(1, sampleRate);
        unopened.threadCount = 1;
      },
      // So that a lost packet can be made up from the next (RFC 6716 section 2.1.7).
      { application: 'voip', frame_duration: '20', compression_level: '5', fec: '1', packet_loss: '5' },
    );
    return new VoiceEncoder(context);
  }

  /** @param samples Of 20 ms. Undefined where the encoder needs more before it says something. */
  encode(samples: Int16Array): Uint8Array | undefined {
    const frame = Frame.fromAudioBuffer(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength), {
      nbSamples: samples.length,
      format: AV_SAMPLE_FMT_S16,
      sampleRate,
      channelLayout: AV_CHANNEL_LAYOUT_MONO,
      pts: this.#samples,
    });
    this.#samples += BigInt(samples.length);
    try {
      return encoded(this.#context, frame, this.#packet);
    } finally {
      frame.free();
    }
  }

  close(): void {
    this.#context.freeContext();
    this.#packet.free();
  }
}
