/** Somebody who looks at one stream of a mixer and listens to another, and notes when the picture turns bright and a tone begins. */
import { PictureDecoder } from '../av/picture-decoder.ts';
import { VoiceDecoder } from '../av/voice-codec.ts';
import { FrameAssembler } from '../picture/assembler.ts';
import { h264 } from '../picture/h264.ts';
import { isRtcp, parseRtp, type RtpPacket } from '../rtp/packet.ts';
import { Reorder } from '../rtp/reorder.ts';
import { parseRtcp } from '../rtp/rtcp.ts';
import type { Ssrcs } from './recorded-person.ts';

/** One that the picture turned bright at, or that a tone began. */
export interface Onset {
  /** Milliseconds on the watcher's clock when the last packet of it came. */
  readonly arrivedMs: number;
  /** Milliseconds on the mixer's wall clock, by its reports; undefined before the first of them. */
  readonly wallMs: number | undefined;
}

export interface WatcherOptions {
  /** In H.264. */
  readonly picture: { readonly ssrc: number };
  readonly voice: { readonly ssrc: number };
  /** Where to look, in pixels. */
  readonly at: { readonly left: number; readonly top: number };
}

const lumaBetween = 110;
/** Of 16 bits: the tone has 8,000, what a codec makes of silence a few. */
const loudAtLeast = 1_500;
const clockRates: Ssrcs = { voice: 48_000, picture: 90_000 };

interface Report {
  readonly ntpMs: number;
  readonly rtpTimestamp: number;
}

export class Watcher {
  readonly onsets: { readonly voice: Onset[]; readonly picture: Onset[] } = { voice: [], picture: [] };
  /** How much came. */
  readonly counts = { pictures: 0, voices: 0 };
  readonly #options: WatcherOptions;
  readonly #eyes: PictureDecoder;
  readonly #ears: VoiceDecoder;
  readonly #assembler = new FrameAssembler(h264);
  readonly #reorder = new Reorder(0);
  readonly #reports = new Map<number, Report>();
  #isBright = true;
  #isLoud = true;

  private constructor(options: WatcherOptions, eyes: PictureDecoder, ears: VoiceDecoder) {
    this.#options = options;
    this.#eyes = eyes;
    this.#ears = ears;
  }

  static async open(options: WatcherOptions): Promise<Watcher> {
    return new Watcher(options, await PictureDecoder.open('h264'), await VoiceDecoder.open());
  }

  /** @param now Milliseconds on the clock. */
  handleDatagram(datagram: Uint8Array, now: number): void {
    if (isRtcp(datagram)) return this.#handleReports(datagram);
    const packet = parseRtp(datagram);
    if (packet?.ssrc === this.#options.picture.ssrc) this.#look(packet, now);
    if (packet?.ssrc === this.#options.voice.ssrc) this.#listen(packet, now);
  }

  #handleReports(datagram: Uint8Array): void {
    for (const report of parseRtcp(datagram)) {
      if (report.type === 'sender-report') this.#reports.set(report.ssrc, report);
    }
  }

  #look(packet: RtpPacket, now: number): void {
    for (const { data } of this.#assembler.push(this.#reorder.push(packet, now)).frames) {
      if (this.#eyes.decode(data) !== 'picture') continue;
      this.counts.pictures += 1;
      const wasBright = this.#isBright;
      this.#isBright = this.#luma() > lumaBetween;
      if (!wasBright && this.#isBright) this.#note('picture', packet, 0, now);
    }
  }

  #luma(): number {
    const { picture } = this.#eyes;
    const { left, top } = this.#options.at;
    return picture?.data?.[0]?.[top * (picture.linesize[0] ?? 0) + left] ?? 0;
  }

  #listen(packet: RtpPacket, now: number): void {
    this.counts.voices += 1;
    const samples = this.#ears.decode(packet.payload);
    const first = samples.findIndex((sample) => Math.abs(sample) >= loudAtLeast);
    const wasLoud = this.#isLoud;
    this.#isLoud = first >= 0;
    if (!wasLoud && this.#isLoud) this.#note('voice', packet, first, now);
  }

  /** @param offset In samples, from the packet's own moment. */
  #note(kind: keyof Ssrcs, { ssrc, timestamp }: RtpPacket, offset: number, now: number): void {
    const rate = clockRates[kind] / 1_000;
    const report = this.#reports.get(ssrc);
    // As a number with a sign, since it may be before the report as well as behind it.
    const since = report && (((timestamp - report.rtpTimestamp) | 0) + offset) / rate;
    const wallMs = report && since !== undefined ? report.ntpMs + since : undefined;
    this.onsets[kind].push({ arrivedMs: now + offset / rate, wallMs });
  }

  close(): void {
    this.#eyes.close();
    this.#ears.close();
  }
}
