/**
 * Records one participant as their packets come, without decoding them: WebM of VP8 and Opus, Matroska of H.264 and Opus. What is lost, and
 * what they do not send, is missing in the file; the rest keeps its time.
 */
import { sampleRate } from '../audio/mix.ts';
import { opusDurationMs } from '../audio/opus.ts';
import { FrameAssembler } from '../picture/assembler.ts';
import type { FrameFormat, PictureCodec } from '../picture/codec.ts';
import { h264 } from '../picture/h264.ts';
import { vp8 } from '../picture/vp8.ts';
import { wrap } from '../rtp/counter.ts';
import { isRtcp, parseRtp, type RtpPacket } from '../rtp/packet.ts';
import { type OrderedPacket, Reorder } from '../rtp/reorder.ts';
import { parseRtcp } from '../rtp/rtcp.ts';
import type { RecordedPart } from './mix-recorder.ts';
import { RecordingFile, type Sample } from './recording-file.ts';
import { TrackClock } from './track-clock.ts';
import { tracksOf, UndecodablePicture } from './tracks.ts';

export interface TrackRecorderOptions {
  /** What their voice and their picture come as; undefined where there is none. */
  readonly voice: { readonly ssrc: number } | undefined;
  readonly picture: { readonly ssrc: number; readonly codec: PictureCodec } | undefined;
  /** Where to: several parts where the picture comes long after the voice. @param part From 1 on. */
  readonly pathOf: (part: number, extension: 'webm' | 'mkv') => string;
  /** Called every 300 ms at most. */
  readonly askForKeyFrame: () => void;
  /** Milliseconds that only grow; and milliseconds since 1970. */
  readonly now: () => number;
  readonly wallMs: () => number;
  /** Called when there is something in it that can be played. */
  readonly onPart: (part: RecordedPart) => void;
  /** Called once at most for each part; what was written until then can be played. */
  readonly onFailure: (reason: Error) => void;
}

type Kind = 'voice' | 'picture';
interface TrackSample extends Sample {
  readonly kind: Kind;
}

interface Part {
  readonly file: RecordingFile;
  /** Its tracks, in their order. */
  readonly kinds: readonly Kind[];
}

/** Milliseconds that packets wait for one that is missing: the media server has asked for it and been sent it by then. */
const waitMs = { voice: 40, picture: 100 } as const;
/** Milliseconds that a voice waits for the picture, before it gets a file of its own. */
const waitForPictureMs = 500;
const askAgainMs = 300;
/** The same at most, of who sends what cannot be decoded again and again, such as a screen that is too large. */
const askAgainAtMostMs = 30_000;
const pictureClockRate = 90_000;
/** Milliseconds from 1900, where NTP begins to count, to 1970. */
const ntpEpochMs = 2_208_988_800_000;
const formats: Readonly<Record<PictureCodec, FrameFormat>> = { vp8, h264 };

export class TrackRecorder {
  readonly #options: TrackRecorderOptions;
  readonly #voice = { reorder: new Reorder(waitMs.voice), clock: new TrackClock(sampleRate) };
  readonly #picture = { reorder: new Reorder(waitMs.picture), clock: new TrackClock(pictureClockRate) };
  readonly #assembler: FrameAssembler;
  /** Milliseconds that the sender's clock is behind ours, by its first report: the same for both tracks, so that they go together. */
  #senderOffsetMs: number | undefined;
  #askedAt: number | undefined;
  #askAgainMs = askAgainMs;
  /** What came while nothing could be begun. */
  #held: TrackSample[] = [];
  #heldSince: number | undefined;
  #part: Part | undefined;
  #parts = 0;
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: TrackRecorderOptions) {
    this.#options = options;
    this.#assembler = new FrameAssembler(formats[options.picture?.codec ?? 'vp8']);
  }

  /** What came from the media server: packets and reports; what is of others is nothing. */
  handleDatagram(datagram: Uint8Array): void {
    if (this.#isClosed) return;
    if (isRtcp(datagram)) return this.#handleReports(datagram);
    const packet = parseRtp(datagram);
    if (packet !== undefined) this.#handlePacket(packet);
  }

  #handlePacket(packet: RtpPacket): void {
    const { voice, picture, now } = this.#options;
    if (packet.ssrc === voice?.ssrc) this.#handleVoice(this.#voice.reorder.push(packet, now()));
    if (packet.ssrc === picture?.ssrc) this.#handlePicture(this.#picture.reorder.push(packet, now()));
  }

  #handleReports(datagram: Uint8Array): void {
    const { voice, picture, wallMs } = this.#options;
    for (const report of parseRtcp(datagram)) {
      // A sender without a clock says 0 (RFC 3550 section 6.4.1).
      if (report.type !== 'sender-report' || report.ntpMs === 0) continue;
      const track = new Map([
        [voice?.ssrc, this.#voice],
        [picture?.ssrc, this.#picture],
      ]).get(report.ssrc);
      if (track === undefined) continue;
      const sentMs = report.ntpMs - ntpEpochMs;
      this.#senderOffsetMs ??= wallMs() - sentMs;
      track.clock.handleReport(report.rtpTimestamp, sentMs + this.#senderOffsetMs);
    }
  }

  #handleVoice(packets: readonly OrderedPacket[]): void {
    for (const { payload, timestamp } of packets) {
      // Between what is said some senders send packets without anything in them.
      if (payload.length === 0) continue;
      const timeMs = this.#voice.clock.timeOf(timestamp, this.#options.wallMs());
      const durationMs = opusDurationMs(payload);
      this.#take({ kind: 'voice', data: Uint8Array.from(payload), timeMs, durationMs, isKeyFrame: true });
    }
  }

  #handlePicture(packets: readonly OrderedPacket[]): void {
    const { frames, isKeyFrameNeeded } = this.#assembler.push(packets);
    for (const { data, isKeyFrame, timestamp } of frames) {
      const timeMs = this.#picture.clock.timeOf(wrap(timestamp, 32), this.#options.wallMs());
      this.#take({ kind: 'picture', data, timeMs, durationMs: 0, isKeyFrame });
    }
    if (isKeyFrameNeeded) this.#ask();
  }

  #ask(): void {
    const now = this.#options.now();
    if (this.#askedAt !== undefined && now - this.#askedAt < this.#askAgainMs) return;
    this.#askedAt = now;
    this.#options.askForKeyFrame();
  }

  #take(sample: TrackSample): void {
    // A file's tracks are known from its beginning: with the first picture another one begins.
    if (this.#part?.kinds.includes(sample.kind) === false) this.#endPart();
    if (this.#part !== undefined) return this.#write(this.#part, sample);
    this.#heldSince ??= this.#options.now();
    this.#held.push(sample);
    this.#beginIfDue();
  }

  /** To be called several times a second, so that nothing waits for what does not come. */
  tick(): void {
    if (this.#isClosed) return;
    const { now, picture } = this.#options;
    this.#handleVoice(this.#voice.reorder.flush(now()));
    if (picture !== undefined) this.#handlePicture(this.#picture.reorder.flush(now()));
    this.#beginIfDue();
  }

  /** With the first picture, or without it when the voice has waited long enough. */
  #beginIfDue(): void {
    if (this.#part !== undefined || this.#heldSince === undefined) return;
    const hasPicture = this.#held.some(({ kind }) => kind === 'picture');
    const isVoiceOnly = this.#options.picture === undefined;
    const hasWaited = this.#options.now() - this.#heldSince >= waitForPictureMs;
    if (hasPicture || isVoiceOnly || hasWaited) this.#begin();
  }

  #begin(): void {
    const { pathOf, onPart, voice, picture } = this.#options;
    const held = this.#held.splice(0);
    this.#heldSince = undefined;
    const first = held.find(({ kind }) => kind === 'picture');
    const extension = first !== undefined && picture?.codec === 'h264' ? 'mkv' : 'webm';
    this.#parts += 1;
    const path = pathOf(this.#parts, extension);
    const beganMs = Math.min(...held.map(({ timeMs }) => timeMs));
    const pictureTrack = picture && first && { codec: picture.codec, keyFrame: first.data };
    const hasVoice = voice !== undefined;
    const onPlayable = () => {
      this.#askAgainMs = askAgainMs;
      onPart({ path, wallMs: beganMs });
    };
    const onFailure = (reason: Error) => this.#handleFailure(file, reason);
    const file = new RecordingFile({ path, extension, beganMs, onFailure, onPlayable }, () =>
      tracksOf(hasVoice, pictureTrack),
    );
    const kinds: readonly Kind[] = [
      ...(hasVoice ? ['voice' as const] : []),
      ...(pictureTrack === undefined ? [] : ['picture' as const]),
    ];
    this.#part = { file, kinds };
    for (const sample of held) this.#write(this.#part, sample);
  }

  /** Who sends what is no picture ends nothing by it: it is begun with their next. */
  #handleFailure(file: RecordingFile, reason: Error): void {
    if (!(reason instanceof UndecodablePicture)) return this.#options.onFailure(reason);
    if (this.#part?.file !== file) return;
    this.#part = undefined;
    // Nothing of it was made.
    this.#parts -= 1;
    this.#assembler.handleUndecodable();
    this.#askAgainMs = Math.min(2 * this.#askAgainMs, askAgainAtMostMs);
  }

  #write({ file, kinds }: Part, sample: TrackSample): void {
    file.write(kinds.indexOf(sample.kind), sample);
  }

  #endPart(): void {
    const ended = this.#part?.file.close();
    this.#part = undefined;
    this.#last = Promise.all([this.#last, ended]);
  }

  /** Resolves when what was given until now is written. */
  get settled(): Promise<void> {
    return this.#part?.file.settled ?? Promise.resolve();
  }

  /** May be called more than once. Resolves when the files are whole. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      if (this.#part === undefined && this.#held.length > 0) this.#begin();
      this.#endPart();
    }
    await this.#last;
  }
}
