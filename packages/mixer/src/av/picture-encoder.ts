/** Encodes the one picture, as fast as goes and without a frame's delay. */
import {
  AV_PICTURE_TYPE_I,
  AV_PICTURE_TYPE_NONE,
  AV_PIX_FMT_YUV420P,
  FF_ENCODER_LIBVPX_VP8,
  FF_ENCODER_LIBX264,
  type FFEncoderCodec,
} from 'node-av/constants';
import { Codec, type CodecContext, Packet, Rational } from 'node-av/lib';
import type { Size } from '../layout/layout.ts';
import type { PictureCodec } from '../picture/codec.ts';
import type { Canvas } from './canvas.ts';
import { encoded } from './encoded.ts';
import { opened } from './opened.ts';

export interface EncoderSettings extends Size {
  readonly codec: PictureCodec;
  readonly framesPerSecond: number;
  readonly bitrateBps: number;
}

interface EncoderChoice {
  readonly name: FFEncoderCodec;
  readonly options: Readonly<Record<string, string>>;
}

const choices: Readonly<Record<PictureCodec, EncoderChoice>> = {
  h264: {
    name: FF_ENCODER_LIBX264,
    options: {
      preset: 'ultrafast',
      tune: 'zerolatency',
      profile: 'baseline',
      // A picture that is asked to be whole is one that a decoder can begin with, and has its parameters in front.
      'forced-idr': '1',
      // What browsers send is in the colours of ITU-R BT.601, and players take 720 lines for BT.709 where nothing is said.
      'x264-params':
        'repeat-headers=1:scenecut=0:colorprim=smpte170m:transfer=smpte170m:colormatrix=smpte170m',
    },
  },
  vp8: {
    name: FF_ENCODER_LIBVPX_VP8,
    options: { deadline: 'realtime', 'cpu-used': '8', 'lag-in-frames': '0', 'error-resilient': 'default' },
  },
};

/** Frames; whole pictures come when somebody asks for one, not by the clock. */
const noKeyFrameBefore = 100_000;

export class PictureEncoder {
  readonly settings: EncoderSettings;
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  #count = 0n;

  private constructor(settings: EncoderSettings, context: CodecContext) {
    this.settings = settings;
    this.#context = context;
    this.#packet.alloc();
  }

  static async open(settings: EncoderSettings): Promise<PictureEncoder> {
    const { name, options } = choices[settings.codec];
    const context = await opened(
      Codec.findEncoderByName(name),
      name,
      (unopened) => {
        unopened.width = settings.width;
        unopened.height = settings.height;
        unopened.pixelFormat = AV_PIX_FMT_YUV420P;
        unopened.timeBase = new Rational(1, settings.framesPerSecond);
        unopened.framerate = new Rational(settings.framesPerSecond, 1);
        unopened.bitRate = BigInt(settings.bitrateBps);
        // No picture may fill the line for longer than half a second.
        unopened.rcMaxRate = BigInt(settings.bitrateBps);
        unopened.rcBufferSize = Math.round(settings.bitrateBps / 2);
        unopened.gopSize = noKeyFrameBefore;
        unopened.maxBFrames = 0;
        unopened.threadCount = 1;
      },
      options,
    );
    return new PictureEncoder(settings, context);
  }

  /** The frame as the codec writes it; undefined where the encoder leaves it out to keep its rate. */
  encode(canvas: Canvas, isWhole: boolean): Uint8Array | undefined {
    const { frame } = canvas;
    frame.pictType = isWhole ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    frame.pts = this.#count++;
    return encoded(this.#context, frame, this.#packet);
  }

  close(): void {
    this.#context.freeContext();
    this.#packet.free();
  }
}
