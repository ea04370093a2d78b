/** Decodes one stream of pictures, each in the turn in which it is given: threads would only keep it waiting. */
import {
  AV_CODEC_FLAG_LOW_DELAY,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_VP8,
  type AVCodecID,
  AVERROR_EAGAIN,
} from 'node-av/constants';
import { Codec, type CodecContext, Frame, Packet } from 'node-av/lib';
import type { PictureCodec } from '../picture/codec.ts';
import { opened } from './opened.ts';

const codecIds: Readonly<Record<PictureCodec, AVCodecID>> = { vp8: AV_CODEC_ID_VP8, h264: AV_CODEC_ID_H264 };

/** Of the largest screens that are shared. A few bytes can name a picture of any size, which takes memory for all of it. */
const pixelsAtMost = 3_840 * 2_400;

export class PictureDecoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  /** The latest picture. Its planes are memory of the decoder, so nobody may keep them. */
  #frame = new Frame();
  /** What the next one is put into, so that of one that cannot be decoded nothing is seen. */
  #next = new Frame();
  #hasPicture = false;

  private constructor(context: CodecContext) {
    this.#context = context;
    this.#packet.alloc();
    this.#frame.alloc();
    this.#next.alloc();
  }

  static async open(codec: PictureCodec): Promise<PictureDecoder> {
    const configure = (unopened: CodecContext) => {
      unopened.threadCount = 1;
      unopened.flags = AV_CODEC_FLAG_LOW_DELAY;
    };
    const options = { max_pixels: String(pixelsAtMost) };
    const context = await opened(Codec.findDecoder(codecIds[codec]), codec, configure, options);
    return new PictureDecoder(context);
  }

  /** The latest picture; undefined before the first. Only good until the next call of anything. */
  get picture(): Frame | undefined {
    return this.#hasPicture ? this.#frame : undefined;
  }

  /** Whether there is another picture now. False also for what cannot be decoded. */
  decode(data: Uint8Array): 'picture' | 'nothing' | 'undecodable' {
    this.#packet.data = Buffer.from(data);
    const sent = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    if (sent < 0) return 'undecodable';
    let received = this.#context.receiveFrameSync(this.#next);
    let isAnother = false;
    while (received >= 0) {
      [this.#frame, this.#next] = [this.#next, this.#frame];
      isAnother = true;
      received = this.#context.receiveFrameSync(this.#next);
    }
    this.#hasPicture ||= isAnother;
    if (received !== AVERROR_EAGAIN) return 'undecodable';
    return isAnother ? 'picture' : 'nothing';
  }

  close(): void {
    this.#context.freeContext();
    this.#packet.free();
    this.#frame.free();
    this.#next.free();
    this.#hasPicture = false;
  }
}
