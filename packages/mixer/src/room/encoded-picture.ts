/** A picture as it is sent: encoded, cut into packets, and whole where somebody cannot begin with what they are sent. */
import type { Canvas } from '../av/canvas.ts';
import { type EncoderSettings, PictureEncoder } from '../av/picture-encoder.ts';
import type { FrameFormat, PictureCodec } from '../picture/codec.ts';
import { h264 } from '../picture/h264.ts';
import { vp8 } from '../picture/vp8.ts';
import type { OutgoingStream } from './outgoing-stream.ts';
import type { MixedPicture } from './tap.ts';

const formats: Readonly<Record<PictureCodec, FrameFormat>> = { vp8, h264 };
/** Units of its timestamps in a second. */
export const pictureClockRate = 90_000;
/** Milliseconds between two whole pictures: several who ask at once are sent one. */
const wholeAgainMs = 500;

export class EncodedPicture {
  readonly #encoder: PictureEncoder;
  readonly #format: FrameFormat;
  readonly #stream: OutgoingStream;
  #isWholeWanted = true;
  #wholeAt: number | undefined;

  private constructor(encoder: PictureEncoder, stream: OutgoingStream) {
    this.#encoder = encoder;
    this.#format = formats[encoder.settings.codec];
    this.#stream = stream;
  }

  /** @param stream Goes on where another picture was sent by it before. */
  static async open(encoding: EncoderSettings, stream: OutgoingStream): Promise<EncodedPicture> {
    return new EncodedPicture(await PictureEncoder.open(encoding), stream);
  }

  /** Somebody cannot begin with what they are sent. */
  askForWhole(): void {
    this.#isWholeWanted = true;
  }

  /** @param now Milliseconds on the clock. @param isDue Whether it is to be whole in any case. Gives nothing where the encoder left it out. */
  send(canvas: Canvas, now: number, isDue: boolean): MixedPicture | undefined {
    const isAsked =
      this.#isWholeWanted && (this.#wholeAt === undefined || now - this.#wholeAt >= wholeAgainMs);
    const isWhole = isDue || isAsked;
    const data = this.#encoder.encode(canvas, isWhole);
    if (isWhole) {
      this.#isWholeWanted = false;
      this.#wholeAt = now;
    }
    if (data === undefined) return undefined;
    this.#stream.sendFrame(this.#format.split(data, this.#stream.frames), timestampAt(now));
    return { data, timeMs: now, isKeyFrame: this.#format.isKeyFrame(data) };
  }

  /** @param now Milliseconds on the clock. @param wallMs The same moment in milliseconds since 1970. */
  report(now: number, wallMs: number): void {
    this.#stream.sendReport(wallMs, timestampAt(now));
  }

  close(): void {
    this.#encoder.close();
  }
}

function timestampAt(now: number): number {
  return Math.round((now * pictureClockRate) / 1_000);
}
