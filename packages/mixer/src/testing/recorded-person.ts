/**
 * Somebody whose picture and voice were encoded beforehand and are sent again and again, so that to send takes next to nothing of the
 * processor: for measurements with many people. The picture becomes bright and dark by turns, and a tone begins and ends with it.
 */
import { Canvas } from '../av/canvas.ts';
import { PictureEncoder } from '../av/picture-encoder.ts';
import { VoiceEncoder } from '../av/voice-codec.ts';
import { vp8 } from '../picture/vp8.ts';
import { wrap } from '../rtp/counter.ts';
import { formatRtp } from '../rtp/packet.ts';
import { toneBlock } from './tones.ts';

const size = { width: 320, height: 180 };
const framesPerSecond = 25;
const pictureMs = 1_000 / framesPerSecond;
export const voiceMs = 20;
const luma = { dark: 50, bright: 170, noise: 24 };
const tone = { hertz: 1_000, loudness: 8_000 };
/** Between the tones: a room is never quite still. */
const murmur = { hertz: 440, loudness: 300 };

/** Whether it is bright, and heard, so many milliseconds after the begin. */
type IsOn = (ms: number) => boolean;

export interface Recording {
  /** Of each picture, VP8 in 320 x 180 at 25 a second: its payloads. The first is one to begin with. */
  readonly pictures: readonly (readonly Uint8Array[])[];
  /** Of each 20 ms, Opus. */
  readonly voices: readonly Uint8Array[];
}

/** @param lengthMs A multiple of 40. */
export async function record(lengthMs: number, isOn: IsOn): Promise<Recording> {
  return { pictures: await recordPictures(lengthMs, isOn), voices: await recordVoices(lengthMs, isOn) };
}

async function recordPictures(lengthMs: number, isOn: IsOn): Promise<Recording['pictures']> {
  const encoder = await PictureEncoder.open({ codec: 'vp8', ...size, framesPerSecond, bitrateBps: 300_000 });
  const canvas = new Canvas(size);
  const pictures: (readonly Uint8Array[])[] = [];
  for (let ms = 0; ms < lengthMs; ms += pictureMs) {
    paint(canvas, isOn(ms), ms / pictureMs);
    const frame = encoder.encode(canvas, ms === 0);
    pictures.push(frame === undefined ? [] : vp8.split(frame, ms / pictureMs));
  }
  encoder.close();
  canvas.close();
  return pictures;
}

/** A pattern that moves, since one that stands still costs nobody anything. */
function paint({ frame }: Canvas, isBright: boolean, count: number): void {
  const plane = frame.data?.[0];
  if (plane === undefined) throw new Error('The picture has no memory.');
  const stride = frame.linesize[0] ?? 0;
  const base = isBright ? luma.bright : luma.dark;
  for (let row = 0; row < size.height; row++) {
    for (let column = 0; column < size.width; column++) {
      plane[row * stride + column] = base + (((column + 3 * count) ^ (row + count)) % luma.noise);
    }
  }
}

async function recordVoices(lengthMs: number, isOn: IsOn): Promise<Uint8Array[]> {
  const encoder = await VoiceEncoder.open({ bitrateBps: 32_000 });
  const blocks = Array.from({ length: lengthMs / voiceMs }, (_, block) => {
    const { hertz, loudness } = isOn(block * voiceMs) ? tone : murmur;
    return toneBlock(hertz, block, loudness);
  });
  const voices = blocks.flatMap((block) => encoder.encode(block) ?? []);
  encoder.close();
  return voices;
}

export interface Ssrcs {
  readonly voice: number;
  readonly picture: number;
}

export class RecordedPerson {
  readonly ssrcs: Ssrcs;
  readonly #recording: Recording;
  readonly #numbers = { voice: 0, picture: 0 };

  constructor(recording: Recording, ssrcs: Ssrcs) {
    this.#recording = recording;
    this.ssrcs = ssrcs;
  }

  /** @param count Which 20 ms. */
  speak(count: number): readonly Uint8Array[] {
    const { voices } = this.#recording;
    const payload = voices[count % voices.length];
    return payload === undefined ? [] : [this.#packet('voice', payload, count * voiceMs * 48, true)];
  }

  /** @param count Which picture. */
  show(count: number): readonly Uint8Array[] {
    const { pictures } = this.#recording;
    const payloads = pictures[count % pictures.length] ?? [];
    return payloads.map((payload, index) =>
      this.#packet('picture', payload, count * pictureMs * 90, index === payloads.length - 1),
    );
  }

  #packet(kind: keyof Ssrcs, payload: Uint8Array, timestamp: number, marker: boolean): Uint8Array {
    const sequenceNumber = this.#numbers[kind];
    this.#numbers[kind] = wrap(sequenceNumber + 1, 16);
    const payloadType = kind === 'picture' ? 96 : 111;
    const ssrc = this.ssrcs[kind];
    return formatRtp({ payloadType, marker, sequenceNumber, timestamp: wrap(timestamp, 32), ssrc, payload });
  }
}
