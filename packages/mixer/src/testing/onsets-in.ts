/** Finds in a file with one track, as `RecordedPerson` sends it, when its picture turns bright or its tone begins. */
import { AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { FormatContext, Packet } from 'node-av/lib';
import { PictureDecoder } from '../av/picture-decoder.ts';
import { VoiceDecoder } from '../av/voice-codec.ts';

const lumaBetween = 110;
/** Of 16 bits: the tone has 8,000, what is between tones 300. */
const loudAtLeast = 1_500;
const samplesInMs = 48;

/** Milliseconds from the file's beginning. @throws Error where it is no file of media at all. */
export async function onsetsIn(path: string): Promise<readonly number[]> {
  const format = new FormatContext();
  const opened = await format.openInput(path);
  if (opened < 0) throw new Error(`FFmpeg does not read ${path}: ${opened}.`);
  await format.findStreamInfo();
  const [stream] = format.streams;
  if (stream === undefined) throw new Error(`Nothing is in ${path}.`);
  const isPicture = stream.codecpar.codecType === AVMEDIA_TYPE_VIDEO;
  const sense = await (isPicture ? looking() : listening());
  const msIn = (units: bigint) => (Number(units) * 1_000 * stream.timeBase.num) / stream.timeBase.den;
  const onsets: number[] = [];
  let wasOn = true;
  const packet = new Packet();
  packet.alloc();
  while (format.readFrameSync(packet) >= 0) {
    const onAfterMs = sense.onAfterMs(Uint8Array.from(packet.data ?? []));
    if (onAfterMs !== undefined && !wasOn) onsets.push(msIn(packet.pts) + onAfterMs);
    wasOn = onAfterMs !== undefined;
    packet.unref();
  }
  packet.free();
  sense.close();
  await format.closeInput();
  return onsets;
}

interface Sense {
  /** After how many milliseconds of these data it is on; undefined where it is not. */
  onAfterMs(data: Uint8Array): number | undefined;
  close(): void;
}

async function looking(): Promise<Sense> {
  const eyes = await PictureDecoder.open('vp8');
  return {
    onAfterMs: (data) => {
      eyes.decode(data);
      return (eyes.picture?.data?.[0]?.[0] ?? 0) > lumaBetween ? 0 : undefined;
    },
    close: () => eyes.close(),
  };
}

async function listening(): Promise<Sense> {
  const ears = await VoiceDecoder.open();
  return {
    onAfterMs: (data) => {
      const first = ears.decode(data).findIndex((sample) => Math.abs(sample) >= loudAtLeast);
      return first < 0 ? undefined : first / samplesInMs;
    },
    close: () => ears.close(),
  };
}
