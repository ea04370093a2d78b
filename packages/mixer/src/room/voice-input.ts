/** One person's voice as it comes: put in order, decoded, and kept for the mixer's clock. */
import { SampleQueue } from '../audio/sample-queue.ts';
import { VoiceDecoder } from '../av/voice-codec.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { Reorder } from '../rtp/reorder.ts';

/** Milliseconds: what is later would be heard later than it helps. */
const waitMs = 40;

export class VoiceInput {
  readonly #decoder: VoiceDecoder;
  readonly #reorder = new Reorder(waitMs);
  readonly #queue = new SampleQueue();

  private constructor(decoder: VoiceDecoder) {
    this.#decoder = decoder;
  }

  static async open(): Promise<VoiceInput> {
    return new VoiceInput(await VoiceDecoder.open());
  }

  push(packet: RtpPacket, now: number): void {
    for (const { payload } of this.#reorder.push(packet, now))
      this.#queue.push(this.#decoder.decode(payload));
  }

  /** The next so many samples; undefined in silence. */
  take(count: number, now: number): Int16Array | undefined {
    for (const { payload } of this.#reorder.flush(now)) this.#queue.push(this.#decoder.decode(payload));
    return this.#queue.take(count);
  }

  close(): void {
    this.#decoder.close();
  }
}
