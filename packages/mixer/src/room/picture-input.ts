/** One person's picture as it comes: put in order, put together, decoded. What is lost is asked for anew, and stands still meanwhile. */
import type { Frame } from 'node-av/lib';
import { PictureDecoder } from '../av/picture-decoder.ts';
import { FrameAssembler } from '../picture/assembler.ts';
import type { FrameFormat, PictureCodec } from '../picture/codec.ts';
import { h264 } from '../picture/h264.ts';
import { vp8 } from '../picture/vp8.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { type OrderedPacket, Reorder } from '../rtp/reorder.ts';

const formats: Readonly<Record<PictureCodec, FrameFormat>> = { vp8, h264 };

/** Milliseconds: the media server has asked for a lost packet and been sent it by then. */
const waitMs = 100;
/** Browsers make nothing of a request that comes within so many milliseconds of the last. */
const askAgainMs = 300;

export interface PictureInputOptions {
  readonly codec: PictureCodec;
  readonly askForKeyFrame: () => void;
}

export class PictureInput {
  readonly #options: PictureInputOptions;
  readonly #decoder: PictureDecoder;
  readonly #reorder = new Reorder(waitMs);
  readonly #assembler: FrameAssembler;
  #askedAt: number | undefined;
  #isAnother = false;

  private constructor(options: PictureInputOptions, decoder: PictureDecoder) {
    this.#options = options;
    this.#decoder = decoder;
    this.#assembler = new FrameAssembler(formats[options.codec]);
  }

  static async open(options: PictureInputOptions): Promise<PictureInput> {
    return new PictureInput(options, await PictureDecoder.open(options.codec));
  }

  /** The latest; undefined before the first. Only good until the next packet. */
  get picture(): Frame | undefined {
    return this.#decoder.picture;
  }

  /** Whether it is another than when this was asked last. */
  takeChange(): boolean {
    const isAnother = this.#isAnother;
    this.#isAnother = false;
    return isAnother;
  }

  push(packet: RtpPacket, now: number): void {
    this.#handle(this.#reorder.push(packet, now), now);
  }

  /** Looks after what is waited for in vain. */
  tick(now: number): void {
    this.#handle(this.#reorder.flush(now), now);
  }

  #handle(packets: readonly OrderedPacket[], now: number): void {
    const { frames, isKeyFrameNeeded } = this.#assembler.push(packets);
    const results = frames.map(({ data }) => this.#decoder.decode(data));
    this.#isAnother ||= results.includes('picture');
    const isTorn = results.includes('undecodable');
    if (isTorn) this.#assembler.handleUndecodable();
    if (isKeyFrameNeeded || isTorn) this.#ask(now);
  }

  #ask(now: number): void {
    if (this.#askedAt !== undefined && now - this.#askedAt < askAgainMs) return;
    this.#askedAt = now;
    this.#options.askForKeyFrame();
  }

  close(): void {
    this.#decoder.close();
  }
}
