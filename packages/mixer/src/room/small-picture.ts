/** The one picture smaller and with half of its frames, for who cannot have it as it is; made while somebody wants it. */
import { Canvas, Scaler } from '../av/canvas.ts';
import type { EncoderSettings } from '../av/picture-encoder.ts';
import { EncodedPicture } from './encoded-picture.ts';
import type { OutgoingStream } from './outgoing-stream.ts';

export class SmallPicture {
  readonly #encoding: EncoderSettings;
  readonly #stream: OutgoingStream;
  #parts: Parts | undefined;
  #isWanted = false;
  #isOpening = false;
  #isTurn = false;

  constructor(encoding: EncoderSettings, stream: OutgoingStream) {
    this.#encoding = encoding;
    this.#stream = stream;
  }

  get ssrc(): number {
    return this.#stream.ssrc;
  }

  /** From soon on, or no more. */
  async show(isWanted: boolean): Promise<void> {
    this.#isWanted = isWanted;
    if (!isWanted) return this.#end();
    if (this.#isOpening || this.#parts !== undefined) return;
    this.#isOpening = true;
    try {
      const encoded = await EncodedPicture.open(this.#encoding, this.#stream);
      this.#parts = { encoded, canvas: new Canvas(this.#encoding), scaler: new Scaler() };
    } finally {
      this.#isOpening = false;
    }
    if (!this.#isWanted) this.#end();
  }

  askForWhole(): void {
    this.#parts?.encoded.askForWhole();
  }

  /** To be called with every frame of the large one. */
  tick(large: Canvas, now: number): void {
    this.#isTurn = !this.#isTurn;
    if (this.#parts === undefined || !this.#isTurn) return;
    const { canvas, scaler, encoded } = this.#parts;
    canvas.drawPicture(large.frame, { left: 0, top: 0, ...canvas.size }, scaler);
    encoded.send(canvas, now, false);
  }

  report(now: number, wallMs: number): void {
    this.#parts?.encoded.report(now, wallMs);
  }

  #end(): void {
    const parts = this.#parts;
    this.#parts = undefined;
    if (parts !== undefined) for (const one of Object.values(parts)) one.close();
  }

  close(): void {
    this.#isWanted = false;
    this.#end();
  }
}

interface Parts {
  readonly encoded: EncodedPicture;
  readonly canvas: Canvas;
  readonly scaler: Scaler;
}
