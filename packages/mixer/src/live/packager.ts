/**
 * Makes a live stream of what a mixer encodes: CMAF parts (ISO/IEC 23000-19) of H.264 and AAC, in segments that begin with key frames
 * (draft-pantos-hls-rfc8216bis). Encodes nothing but the sound, once for however many look on.
 */

import { sampleRate } from '../audio/mix.ts';
import { AacEncoder, aacFrameMs } from '../av/aac-encoder.ts';
import { type MuxedPacket, Muxer } from '../av/muxer.ts';
import type { Size } from '../layout/layout.ts';
import { concatenate } from '../picture/codec.ts';
import { parameterSetsOf } from '../picture/h264.ts';
import type { MixedPicture, MixedSound, MixTap } from '../room/tap.ts';
import { beginCuts, type Cuts, cutBefore, type EndedPart, lastPartOf } from './cutter.ts';
import { segmentMs } from './playlist.ts';
import type { LiveEvent } from './state.ts';

export interface LivePackagerOptions {
  /** Of the mixer's picture, which has to be in H.264. */
  readonly size: Size;
  readonly framesPerSecond: number;
  /** Of the sound, 32,000 to 128,000. */
  readonly soundBitrateBps: number;
  /** Milliseconds since 1970. */
  readonly wallMs: () => number;
  /** In order; to be given to a store, here or in another process. */
  readonly emit: (event: LiveEvent) => void;
  /** Called once at most; nothing comes after it. */
  readonly onFailure: (reason: Error) => void;
}

interface Begun {
  readonly muxer: Muxer;
  /** On the mixer's clock, and in milliseconds since 1970. */
  readonly originMs: number;
  readonly wallMs: number;
}

const [pictureTrack, soundTrack] = [0, 1];
const movflags = 'frag_custom+empty_moov+default_base_moof+frag_discont+cmaf';

export class LivePackager implements MixTap {
  readonly keyFrameEveryMs = segmentMs;
  readonly #options: LivePackagerOptions;
  readonly #encoder: AacEncoder;
  #begun: Begun | undefined;
  #cuts: Cuts = beginCuts(0);
  /** What the muxer gave out since the last part. */
  #pieces: Uint8Array[] = [];
  /** On the mixer's clock: the time of the encoder's sample number 0. */
  #soundOriginMs: number | undefined;
  #samples = 0;
  #closing: Promise<void> | undefined;

  private constructor(options: LivePackagerOptions, encoder: AacEncoder) {
    this.#options = options;
    this.#encoder = encoder;
  }

  static async open(options: LivePackagerOptions): Promise<LivePackager> {
    return new LivePackager(options, await AacEncoder.open({ bitrateBps: options.soundBitrateBps }));
  }

  handlePicture({ data, timeMs, isKeyFrame }: MixedPicture): void {
    if (this.#closing !== undefined) return;
    if (this.#begun === undefined && isKeyFrame) this.#begun = this.#begin(data, timeMs);
    const durationMs = 1_000 / this.#options.framesPerSecond;
    this.#add(timeMs, { track: pictureTrack, data, durationMs, isKeyFrame });
  }

  handleSound({ samples, timeMs }: MixedSound): void {
    if (this.#closing !== undefined) return;
    // Where the mixer left ticks out, the sound goes on at its own time.
    const expectedMs = (this.#soundOriginMs ?? timeMs) + msOf(this.#samples);
    if (this.#soundOriginMs === undefined || timeMs - expectedMs > 1) {
      this.#soundOriginMs = timeMs - msOf(this.#samples);
    }
    this.#samples += samples.length;
    for (const { data, sample } of this.#encoder.encode(samples)) {
      const at = this.#soundOriginMs + msOf(sample);
      this.#add(at, { track: soundTrack, data, durationMs: aacFrameMs, isKeyFrame: true });
    }
  }

  #begin(keyFrame: Uint8Array, originMs: number): Begun {
    const { size, wallMs, onFailure, emit } = this.#options;
    const output = { kind: 'pieces', take: (piece: Uint8Array) => this.#pieces.push(piece) } as const;
    const muxer = new Muxer({ format: 'mp4', options: { movflags }, output, onFailure }, async () => [
      { kind: 'picture', codec: 'h264', size, head: parameterSetsOf(keyFrame) },
      { kind: 'sound', codec: 'aac', channels: 1, head: this.#encoder.head },
    ]);
    const begun = { muxer, originMs, wallMs: wallMs() };
    muxer.inTurn(() => {
      emit({ type: 'stream-began', init: this.#takePieces() });
      emit({ type: 'segment-began', wallMs: begun.wallMs });
    });
    return begun;
  }

  #add(atMs: number, packet: Omit<MuxedPacket, 'timeMs'>): void {
    const timeMs = atMs - (this.#begun?.originMs ?? atMs);
    // Sound of before the first picture.
    if (this.#begun === undefined || timeMs < 0) return;
    const isKeyFrame = packet.track === pictureTrack && packet.isKeyFrame;
    const { ends, cuts } = cutBefore(this.#cuts, { timeMs, durationMs: packet.durationMs, isKeyFrame });
    this.#cuts = cuts;
    if (ends.what !== 'nothing') this.#finishPart(this.#begun, ends.what === 'segment', ends);
    if (ends.what === 'segment') {
      const wallMs = this.#begun.wallMs + timeMs;
      this.#begun.muxer.inTurn(() => this.#options.emit({ type: 'segment-began', wallMs }));
    }
    this.#begun.muxer.write({ ...packet, timeMs });
  }

  #finishPart({ muxer }: Begun, isLast: boolean, { durationMs, isIndependent }: EndedPart): void {
    muxer.cut();
    muxer.inTurn(() => {
      const data = this.#takePieces();
      this.#options.emit({ type: 'part-finished', durationMs, isIndependent, isLast, data });
    });
  }

  #takePieces(): Uint8Array {
    return concatenate(this.#pieces.splice(0));
  }

  /** Gives out what is left, and the stream's end. May be called more than once. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const muxer = this.#begun?.muxer;
    if (this.#begun !== undefined) this.#finishPart(this.#begun, true, lastPartOf(this.#cuts));
    muxer?.inTurn(() => this.#options.emit({ type: 'stream-ended' }));
    await muxer?.close();
    this.#encoder.close();
  }
}

function msOf(samples: number): number {
  return (samples * 1_000) / sampleRate;
}
