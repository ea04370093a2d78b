/** Reads a file with FFmpeg's own demuxers and decoders: what is in it, and whether it can be played. */
import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Codec, CodecContext, FormatContext, Frame, Packet, type Stream } from 'node-av/lib';

export interface ReadTrack {
  readonly kind: 'picture' | 'sound';
  /** Milliseconds, of each packet. */
  readonly timesMs: readonly number[];
  /** Packets that decoders can begin with. */
  readonly keyFrames: number;
  /** Frames that came out of the decoder, and times that it found something wrong. */
  readonly decoded: number;
  readonly errors: number;
  readonly size: string;
  /** Of pictures: primaries, transfer and matrix, as ITU-T H.273 numbers them; 2 is for what is not said. */
  readonly colours: string;
}

export interface ReadMedia {
  readonly tracks: readonly ReadTrack[];
  /** Milliseconds; undefined where the file does not say it. */
  readonly durationMs: number | undefined;
}

interface Reading {
  readonly kind: 'picture' | 'sound';
  readonly decoder: CodecContext;
  readonly msIn: (units: bigint) => number;
  readonly timesMs: number[];
  keyFrames: number;
  decoded: number;
  errors: number;
  size: string;
  readonly colours: string;
}

/** @throws Error where it is no file of media at all. */
export async function readMedia(path: string): Promise<ReadMedia> {
  const format = new FormatContext();
  const opened = await format.openInput(path);
  if (opened < 0) throw new Error(`FFmpeg does not read ${path}: ${opened}.`);
  await format.findStreamInfo();
  const readings = await Promise.all(format.streams.map(readingOf));
  const packet = new Packet();
  packet.alloc();
  while (format.readFrameSync(packet) >= 0) {
    const reading = readings[packet.streamIndex];
    if (reading !== undefined) take(reading, packet);
    packet.unref();
  }
  for (const reading of readings) decode(reading, null);
  const duration = Number(format.duration) / 1_000;
  packet.free();
  await format.closeInput();
  for (const { decoder } of readings) decoder.freeContext();
  return {
    tracks: readings.map(({ decoder: _, msIn: __, ...track }) => track),
    durationMs: duration > 0 ? duration : undefined,
  };
}

async function readingOf({ codecpar, timeBase }: Stream): Promise<Reading> {
  const codec = Codec.findDecoder(codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  codecpar.toContext(decoder);
  decoder.threadCount = 1;
  const opened = await decoder.open2(codec, null);
  if (opened < 0) throw new Error(`FFmpeg does not decode: ${opened}.`);
  const isPicture = codecpar.codecType === AVMEDIA_TYPE_VIDEO;
  const { colorPrimaries, colorTrc, colorSpace } = codecpar;
  return {
    kind: isPicture ? 'picture' : 'sound',
    decoder,
    msIn: (units) => (Number(units) * 1_000 * timeBase.num) / timeBase.den,
    timesMs: [],
    keyFrames: 0,
    decoded: 0,
    errors: 0,
    size: isPicture ? `${codecpar.width}x${codecpar.height}` : `${codecpar.channels}`,
    colours: isPicture ? [colorPrimaries, colorTrc, colorSpace].join() : '',
  };
}

function take(reading: Reading, packet: Packet): void {
  reading.timesMs.push(reading.msIn(packet.pts));
  reading.keyFrames += packet.isKeyframe ? 1 : 0;
  decode(reading, packet);
}

function decode(reading: Reading, packet: Packet | null): void {
  if (reading.decoder.sendPacketSync(packet) < 0) reading.errors += 1;
  const frame = new Frame();
  frame.alloc();
  while (reading.decoder.receiveFrameSync(frame) >= 0) {
    reading.decoded += 1;
    frame.unref();
  }
  frame.free();
}
