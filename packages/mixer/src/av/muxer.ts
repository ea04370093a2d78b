/**
 * Writes encoded media into a file, or into pieces that somebody takes. FFmpeg writes in threads of its own, one call after the other, so
 * that a slow disk keeps nobody's picture waiting; what goes wrong is told once, and nothing is written after it.
 */
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_LAYOUT_STEREO,
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_OPUS,
  AV_CODEC_ID_VP8,
  AVFMT_FLAG_CUSTOM_IO,
  AVFMT_FLAG_FLUSH_PACKETS,
  AVIO_FLAG_WRITE,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import { Dictionary, FormatContext, IOContext, Packet, Rational, type Stream } from 'node-av/lib';
import { sampleRate } from '../audio/mix.ts';
import type { Size } from '../layout/layout.ts';
import type { PictureCodec } from '../picture/codec.ts';

export type MuxedTrack =
  | {
      readonly kind: 'picture';
      readonly codec: PictureCodec;
      readonly size: Size;
      /** Of H.264: the parameter sets, behind start codes. */
      readonly head: Uint8Array | undefined;
    }
  | {
      readonly kind: 'sound';
      readonly codec: 'opus' | 'aac';
      readonly channels: 1 | 2;
      /** What a decoder has to know before the first packet (RFC 7845 section 5.1, ISO/IEC 14496-3 section 1.6). */
      readonly head: Uint8Array;
    };

export interface MuxedPacket {
  /** Which of the tracks. */
  readonly track: number;
  readonly data: Uint8Array;
  /** Milliseconds from the file's beginning: 0 or more, and more than the track's last. */
  readonly timeMs: number;
  readonly durationMs: number;
  readonly isKeyFrame: boolean;
}

export type ContainerFormat = 'webm' | 'matroska' | 'mp4';

export type MuxerOutput =
  | { readonly kind: 'file'; readonly path: string }
  /** Gets each piece as it is finished, in order. The piece is the taker's. */
  | { readonly kind: 'pieces'; readonly take: (piece: Uint8Array) => void };

export interface MuxerOptions {
  readonly format: ContainerFormat;
  /** Of the format itself, such as `{ movflags: 'empty_moov' }`. */
  readonly options: Readonly<Record<string, string>>;
  readonly output: MuxerOutput;
  /** Called once at most: what is written from then on is nothing. */
  readonly onFailure: (reason: Error) => void;
  /** Called once at most: something was given out that can be played, as it is or with what comes. */
  readonly onPlayable?: (() => void) | undefined;
}

interface Opened {
  readonly format: FormatContext;
  readonly io: IOContext;
  /** Octets before the first media. */
  readonly headLength: bigint;
  readonly streams: readonly Stream[];
}

/** Octets that wait to be written: a disk that is so far behind does not catch up. */
const waitingAtMost = 64_000_000;

export class Muxer {
  readonly #options: MuxerOptions;
  #opened: Opened | undefined;
  /** The last of what is to be done, in turn; never fails. */
  #last: Promise<void>;
  #waiting = 0;
  /** Whether anything was written: a head alone cannot be played. */
  #hasMedia = false;
  #isPlayable = false;
  #hasFailed = false;
  #isClosed = false;

  /** @param tracks What is written, as soon as it is known. */
  constructor(options: MuxerOptions, tracks: () => Promise<readonly MuxedTrack[]>) {
    this.#options = options;
    this.#last = this.#attempt(async () => {
      this.#opened = await open(options, await tracks());
    });
  }

  /** Resolves when what was given until now is written. */
  get settled(): Promise<void> {
    return this.#last;
  }

  write(packet: MuxedPacket): void {
    if (this.#isClosed || this.#hasFailed) return;
    this.#waiting += packet.data.length;
    if (this.#waiting > waitingAtMost) return this.#fail(new Error('The disk is too slow.'));
    this.#then(async (opened) => {
      this.#waiting -= packet.data.length;
      await writePacket(opened, packet);
      this.#hasMedia = true;
      if (opened.io.pos > opened.headLength) this.#tellPlayable();
    });
  }

  #tellPlayable(): void {
    if (this.#isPlayable) return;
    this.#isPlayable = true;
    this.#options.onPlayable?.();
  }

  /** Ends a piece here (with `movflags` `frag_custom`): what was written since the last is given out. */
  cut(): void {
    if (this.#isClosed) return;
    this.#then(async ({ format }) => {
      check('cut', await format.writeFrame(null));
      await format.flush();
    });
  }

  /** In turn with what is written. */
  inTurn(run: () => void): void {
    this.#then(async () => run());
  }

  #then(run: (opened: Opened) => Promise<void>): void {
    this.#last = this.#last.then(() =>
      this.#attempt(async () => {
        if (this.#opened !== undefined && !this.#hasFailed) await run(this.#opened);
      }),
    );
  }

  async #attempt(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (reason) {
      this.#fail(reason instanceof Error ? reason : new Error(String(reason)));
    }
  }

  #fail(reason: Error): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#options.onFailure(reason);
  }

  /** Ends the file. May be called more than once; resolves when it is closed. */
  close(): Promise<void> {
    if (this.#isClosed) return this.#last;
    this.#isClosed = true;
    this.#then(async ({ format }) => {
      check('end', await format.writeTrailer());
      if (this.#hasMedia) this.#tellPlayable();
    });
    this.#last = this.#last.then(() => this.#attempt(() => this.#free()));
    return this.#last;
  }

  async #free(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened !== undefined) await free(opened.format, opened.io, this.#options.output);
  }
}

async function open(
  { format: name, options, output }: MuxerOptions,
  tracks: readonly MuxedTrack[],
): Promise<Opened> {
  const format = new FormatContext();
  const io = new IOContext();
  check('open', format.allocOutputContext2(null, name, output.kind === 'file' ? output.path : null));
  try {
    await openOutput(format, io, output);
    format.setFlags(AVFMT_FLAG_FLUSH_PACKETS);
    const streams = tracks.map((track) => addStream(format, track));
    check('begin', await format.writeHeader(Dictionary.fromObject({ ...options })));
    await format.flush();
    return { format, io, headLength: io.pos, streams };
  } catch (reason) {
    await free(format, io, output);
    throw reason;
  }
}

/** Octets that are given out at once at most. */
const pieceSize = 65_536;

async function openOutput(format: FormatContext, io: IOContext, output: MuxerOutput): Promise<void> {
  if (output.kind === 'file') check('open', await io.open2(output.path, AVIO_FLAG_WRITE));
  else {
    io.allocContextWithCallbacks(pieceSize, 1, null, (piece) => {
      output.take(Uint8Array.from(piece));
      return piece.length;
    });
    format.setFlags(AVFMT_FLAG_CUSTOM_IO);
  }
  format.pb = io;
}

/** In this order: what is written to is taken from the format before it is freed. */
async function free(format: FormatContext, io: IOContext, { kind }: MuxerOutput): Promise<void> {
  format.pb = null;
  if (kind === 'file') await io.closep();
  format.freeContext();
  if (kind === 'pieces') io.freeContext();
}

function addStream(format: FormatContext, track: MuxedTrack): Stream {
  const stream = format.newStream(null);
  const { codecpar } = stream;
  if (track.head !== undefined) codecpar.extradata = Buffer.from(track.head);
  if (track.kind === 'picture') {
    codecpar.codecType = AVMEDIA_TYPE_VIDEO;
    codecpar.codecId = track.codec === 'vp8' ? AV_CODEC_ID_VP8 : AV_CODEC_ID_H264;
    codecpar.width = track.size.width;
    codecpar.height = track.size.height;
    stream.timeBase = new Rational(1, 90_000);
  } else {
    codecpar.codecType = AVMEDIA_TYPE_AUDIO;
    codecpar.codecId = track.codec === 'opus' ? AV_CODEC_ID_OPUS : AV_CODEC_ID_AAC;
    codecpar.channelLayout = track.channels === 1 ? AV_CHANNEL_LAYOUT_MONO : AV_CHANNEL_LAYOUT_STEREO;
    codecpar.sampleRate = sampleRate;
    codecpar.frameSize = track.codec === 'opus' ? 960 : 1_024;
    stream.timeBase = new Rational(1, sampleRate);
  }
  return stream;
}

async function writePacket({ format, streams }: Opened, packet: MuxedPacket): Promise<void> {
  const stream = streams[packet.track];
  if (stream === undefined) throw new Error(`There is no track ${packet.track}.`);
  const { num, den } = stream.timeBase;
  const unitsIn = (ms: number) => BigInt(Math.round((ms * den) / (1_000 * num)));
  const native = new Packet();
  native.alloc();
  try {
    native.data = Buffer.from(packet.data);
    native.streamIndex = packet.track;
    native.pts = unitsIn(packet.timeMs);
    native.dts = native.pts;
    native.duration = unitsIn(packet.durationMs);
    native.isKeyframe = packet.isKeyFrame;
    // Not the call that puts tracks in order: while one of them is silent it keeps all others in memory.
    check('write', await format.writeFrame(native));
  } finally {
    native.free();
  }
}

function check(what: string, result: number): void {
  if (result < 0) throw new Error(`FFmpeg could not ${what} the file: ${result}.`, { cause: result });
}
