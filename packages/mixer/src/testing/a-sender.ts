/** Somebody who sends: a real picture and a real voice, as packets. Each step is 20 ms of theirs. */
import { Canvas } from '../av/canvas.ts';
import { PictureEncoder } from '../av/picture-encoder.ts';
import { VoiceEncoder } from '../av/voice-codec.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { h264 } from '../picture/h264.ts';
import { vp8 } from '../picture/vp8.ts';
import { wrap } from '../rtp/counter.ts';
import { formatRtp } from '../rtp/packet.ts';
import { formatSenderReport } from '../rtp/rtcp.ts';
import { toneBlock } from './tones.ts';

const formats = { vp8, h264 };
const size = { width: 320, height: 180 };
const ssrcs = { voice: 100, picture: 200 };
const ntpEpochMs = 2_208_988_800_000;

export class Sender {
  readonly ssrcs = ssrcs;
  /** Whether the next picture is to be one that a decoder can begin with. */
  isWholeWanted = false;
  /** Packets with something in them, and whole pictures. */
  readonly sent = { voice: 0, pictures: 0 };
  readonly #codec: PictureCodec;
  readonly #picture: PictureEncoder;
  readonly #voice: VoiceEncoder;
  readonly #canvas = new Canvas(size);
  /** Close to their largest values, so that they begin again. */
  readonly #numbers = { voice: 65_530, picture: 65_530 };
  readonly #timestamps = { voice: 2 ** 32 - 48_000, picture: 2 ** 32 - 90_000 };

  private constructor(codec: PictureCodec, picture: PictureEncoder, voice: VoiceEncoder) {
    this.#codec = codec;
    this.#picture = picture;
    this.#voice = voice;
  }

  static async open(codec: PictureCodec): Promise<Sender> {
    const settings = { codec, ...size, framesPerSecond: 25, bitrateBps: 300_000 };
    return new Sender(
      codec,
      await PictureEncoder.open(settings),
      await VoiceEncoder.open({ bitrateBps: 32_000 }),
    );
  }

  /** @param clock Milliseconds, a multiple of 20. */
  speak(clock: number): readonly Uint8Array[] {
    const data = this.#voice.encode(toneBlock(440, clock / 20));
    if (data === undefined) return [];
    this.sent.voice += 1;
    return [this.#packet('voice', data, clock, true)];
  }

  /** Every 40 ms. */
  show(clock: number): readonly Uint8Array[] {
    if (clock % 40 !== 0) return [];
    this.#canvas.drawEmpty({ left: (clock / 20) % 256, top: 0, width: 64, height: 180 });
    const frame = this.#picture.encode(this.#canvas, this.isWholeWanted);
    this.isWholeWanted = false;
    if (frame === undefined) return [];
    this.sent.pictures += 1;
    const payloads = formats[this.#codec].split(frame, clock / 40);
    return payloads.map((payload, index) =>
      this.#packet('picture', payload, clock, index === payloads.length - 1),
    );
  }

  #packet(kind: 'voice' | 'picture', payload: Uint8Array, clock: number, marker: boolean): Uint8Array {
    const sequenceNumber = this.#numbers[kind];
    this.#numbers[kind] = wrap(sequenceNumber + 1, 16);
    const timestamp = this.#timestampAt(kind, clock);
    return formatRtp({
      payloadType: 96,
      marker,
      sequenceNumber,
      timestamp,
      ssrc: ssrcs[kind],
      payload,
    });
  }

  #timestampAt(kind: 'voice' | 'picture', clock: number): number {
    return wrap(this.#timestamps[kind] + clock * (kind === 'voice' ? 48 : 90), 32);
  }

  /** @param wallMs Milliseconds since 1970 on the sender's own clock, of the same moment. */
  report(kind: 'voice' | 'picture', clock: number, wallMs: number): Uint8Array {
    const rtpTimestamp = this.#timestampAt(kind, clock);
    const counts = { packets: 0, octets: 0 };
    const ntpMs = wallMs + ntpEpochMs;
    return formatSenderReport({ ssrc: ssrcs[kind], cname: 'one', ntpMs, rtpTimestamp, ...counts });
  }

  close(): void {
    for (const one of [this.#picture, this.#voice, this.#canvas]) one.close();
  }
}
